import { oneIntegration, type Revealed } from '../commands/integration/present.ts';
import type { Context } from '../context.ts';
import type { Category, CategoryName } from '../core/category.ts';
import { usage } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import { linkColumns, links } from '../core/links.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import { type Integration, providerOf, type StoredValue } from '../db/stores/codec.ts';
import { type Stores, storesOf } from '../db/stores/index.ts';
import type { WritableStores } from '../db/stores/writable-stores.ts';
import type { Dialogue } from '../input/dialogue.ts';
import type { Choice } from '../input/prompter.ts';
import { createSources } from '../input/source.ts';
import type { OneView } from '../output/view.ts';
import { findProvider, providersOf } from '../providers/index.ts';
import { resolveRef } from './ref.ts';

/** What a verb works on: the active tenant's integrations. */
export interface Scope {
  tenantId: string;
  stores: Stores;
  /** For reading: a part of an id will do. */
  find(category: CategoryName, ref: string): Promise<Integration>;
  /** For changing: no part of an id where nobody can be asked. */
  findForChange(category: CategoryName, ref: string): Promise<Integration>;
  /** Runs all of `work` in one transaction, or nothing of it. */
  transaction<T>(work: (stores: WritableStores) => Promise<T>): Promise<T>;
}

export async function openScope(context: Context): Promise<Scope> {
  const database = await context.database();
  const tenant = await context.tenant();
  const stores = storesOf(database.queries, tenant.id);
  const tenantName = tenant.displayName ?? tenant.id;
  return {
    tenantId: tenant.id,
    stores,
    find: (category, ref) => resolveRef(stores[category], ref, { tenantName, allowPartial: true }),
    findForChange: (category, ref) => resolveRef(stores[category], ref, { tenantName, allowPartial: context.canAsk }),
    async transaction(work) {
      const { writableStoresOf } = await import('../db/stores/writable-stores.ts');
      const actor = await context.actor();
      return database.transaction(async (queries) => {
        const result = await work(writableStoresOf(queries, { tenant, actor, same: context.sameCredential }));
        await context.confirmKey();
        return result;
      });
    },
  };
}

/** A pipeline's type must fit its SCM. @throws AppError VALIDATION */
export function refuseUnfitScm(pipeline: Provider, scm: Integration, scmCategory: Category): void {
  const provider = providerOf(scmCategory, scm);
  if (pipeline.scm === undefined || provider.name === pipeline.scm) return;
  throw usageOfScm(pipeline, scm, provider);
}

function usageOfScm(pipeline: Provider, scm: Integration, actual: Provider) {
  const needed = providersOf('scm').find(({ name }) => name === pipeline.scm)?.title ?? pipeline.scm;
  return usage(
    `a ${pipeline.title} pipeline needs a ${needed} scm integration; "${quotable(scm.displayName)}" is of ${actual.title}`,
    { hint: `integrations scm list --type ${pipeline.scm}`, field: 'scmIntegrationId' },
  );
}

/** The conversation about an integration of the active tenant: a new one, or the one of that id. */
export function dialogueFor(
  { ask, env, streams, note }: Context,
  { stores }: Scope,
  provider: Provider,
  id?: string,
): Dialogue {
  const { name, typeColumn } = provider.category;
  return {
    provider,
    ask,
    note,
    sources: createSources(env, streams.stdin),
    choices: (category) => choicesOf(stores, category === 'scm' ? 'scm' : 'target', provider),
    clash: (values) => stores[name].clash({ ...withoutSecrets(values), [typeColumn]: provider.type }, id),
  };
}

function withoutSecrets(values: FieldValues): Record<string, StoredValue> {
  const plain = Object.entries(values).filter(([, value]) => value !== undefined && !(value instanceof Secret));
  return Object.fromEntries(plain) as Record<string, StoredValue>;
}

/** The integrations of a category that a pipeline may use, as a list to choose from. @throws AppError USAGE when there is none */
async function choicesOf(stores: Stores, category: 'scm' | 'target', pipeline: Provider): Promise<Choice<string>[]> {
  const wanted = category === 'scm' && pipeline.scm ? findProvider('scm', pipeline.scm) : undefined;
  const choices: Choice<string>[] = [];
  for await (const page of stores[category].list({})) {
    for (const row of page) {
      const provider = providerOf(stores[category].category, row);
      if (wanted && provider !== wanted) continue;
      const off = row.isActive ? '' : ', switched off';
      choices.push({ name: `${quotable(row.displayName)} (${provider.title}${off})`, value: row.id });
    }
  }
  if (choices.length > 0) return choices;
  const kind = [wanted?.title, category].filter(Boolean).join(' ');
  throw usage(`a ${pipeline.title} pipeline needs a ${kind} integration, and there is none yet`, {
    hint: ['integrations', category, 'add', wanted?.name].filter(Boolean).join(' '),
    field: linkColumns[category],
  });
}

/** The view of one integration; a pipeline's names what it uses. */
export async function viewOf(
  { stores }: Scope,
  category: Category,
  row: Integration,
  revealed?: Revealed,
): Promise<OneView> {
  const named: Record<string, string> = {};
  for (const link of category.name === 'pipeline' ? links : []) {
    const used = await stores[link].get(String(row[linkColumns[link]]));
    if (used) named[used.id] = used.displayName;
  }
  return oneIntegration(category, row, revealed ? { revealed, named } : { named });
}
