import { AppError, usage } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import type { Integration } from '../db/stores/codec.ts';
import type { HostRow, HostStore } from '../db/stores/host.ts';
import type { IntegrationStore } from '../db/stores/integration.ts';

/** For reading, a part of an id will do; a command that changes or removes takes none where nobody can be asked. */
export interface RefRules {
  tenantName: string;
  allowPartial: boolean;
}

const shortestPart = 6;

/**
 * The integration that a reference names in the store's tenant: an exact id, else an exact name, else a part of an id.
 * @throws AppError NOT_FOUND, or CONFLICT when several match
 */
export async function resolveRef(store: IntegrationStore, ref: string, rules: RefRules): Promise<Integration> {
  const trimmed = ref.trim().normalize('NFC');
  const exact = await store.find(trimmed);
  if (exact) return exact;
  const part = idPart(trimmed, store.category.idPrefix);
  const [found, ...others] = part && rules.allowPartial ? await store.findByIdPart(part) : [];
  if (found && others.length === 0) return found;
  const { noun, name } = store.category;
  if (found) {
    const ids = [found, ...others].map(({ id }) => id);
    throw new AppError('CONFLICT', `several ${noun}s match "${quotable(ref)}": ${ids.join(', ')}`, {
      hint: 'Name it by its whole id, or by its name.',
      details: { ids },
    });
  }
  throw new AppError('NOT_FOUND', `no ${noun} named "${quotable(ref)}" in tenant "${quotable(rules.tenantName)}"`, {
    hint: `integrations ${name} list`,
  });
}

/** The part of an id that may stand for it: at least six characters behind the prefix. */
function idPart(ref: string, prefix: string): string | undefined {
  const behind = ref.startsWith(`${prefix}_`) ? ref.slice(prefix.length + 1) : ref;
  if (behind.length < shortestPart || !/^[0-9a-z]+$/.test(behind)) return undefined;
  return behind;
}

/** How the first row of a host table is made. */
const first = {
  tenant: 'integrations setup; in a script: integrations init --tenant NAME --account EMAIL',
  account: 'integrations account add EMAIL, then integrations account use EMAIL',
} as const;

async function noneChosen(store: HostStore<HostRow>, noun: keyof typeof first): Promise<AppError> {
  if ((await store.list()).length === 0) return usage(`there is no ${noun} yet`, { hint: first[noun], field: noun });
  return usage(`no ${noun} is chosen`, { hint: `integrations ${noun} use NAME, or --${noun} NAME`, field: noun });
}

/** Longer ones fit into the keys that refer to them, but not beside the rest of what the history is looked up by. */
const longestId = 255;

/** @throws AppError CONFLICT where the history could not tell whose integrations it is about */
function withStorableId<Row extends HostRow>(row: Row, noun: 'tenant' | 'account'): Row {
  if ([...row.id].length <= longestId) return row;
  throw new AppError(
    'CONFLICT',
    `the id of this ${noun} is too long: it has ${[...row.id].length} characters, and at most ${longestId} can be kept in the history`,
    { hint: `Give the ${noun} a shorter id in the table ${noun}s.`, field: noun },
  );
}

/** The row of a host table that a reference names. */
export async function chosen<Row extends HostRow>(
  store: HostStore<Row>,
  ref: string | undefined,
  noun: 'tenant' | 'account',
): Promise<Row> {
  if (ref === undefined) throw await noneChosen(store, noun);
  const [row, ...others] = await store.find(ref);
  if (!row) {
    throw new AppError('NOT_FOUND', `no ${noun} named "${quotable(ref)}"`, { hint: `integrations ${noun} list` });
  }
  if (others.length === 0) return withStorableId(row, noun);
  const ids = [row, ...others].map(({ id }) => id);
  throw new AppError('CONFLICT', `several ${noun}s are named "${quotable(ref)}": ${ids.join(', ')}`, {
    hint: `Name the ${noun} by its id.`,
    details: { ids },
  });
}
