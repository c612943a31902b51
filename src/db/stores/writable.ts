import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Sealed } from '../../crypto/seal.ts';
import { providerOfType } from '../../providers/index.ts';
import { refusalOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import type { SameCredential } from './changed.ts';
import { codecOf, type Integration, type IntegrationColumns, isEndTold, type StoredValue } from './codec.ts';
import { type Attribution, type HistoryEntry, record } from './history.ts';
import { changeOf, creationOf, removalOf } from './history-entry.ts';
import type { IntegrationStore } from './integration.ts';
import { previousStore } from './previous.ts';
import type { NewIntegration, SealedValues } from './sealed-row.ts';
import { changedSince, staleError } from './stale.ts';
import { uniqueRules } from './unique.ts';
import { type Decision, verdictColumns } from './verdict.ts';

type Values = Readonly<Record<string, StoredValue>>;
type NewRow = Values & Pick<NewIntegration, 'id' | 'displayName'>;

/** What is stored with a change, in the same transaction. */
export interface WithChange {
  /** What its provider said of the row as it will be. Left out where what the row uses has changed since. */
  decision?: Decision | undefined;
  /** The credentials that it replaces, sealed together; kept in place of what was kept before. Null: nothing is kept. */
  replaced?: Sealed | null | undefined;
}

/**
 * Changes integrations: all of it to be run in one transaction. Each change is told to the history, and one of what a
 * check reads voids the verdict.
 */
export interface Writes {
  /** @throws AppError CONFLICT naming the rule and the row in the way */
  insert(row: NewIntegration, decision?: Decision): Promise<Integration>;
  /** Inserts many at once. @throws AppError as `insert` */
  insertMany(rows: readonly NewIntegration[]): Promise<void>;
  /**
   * Changes the row that was read as `before`.
   * @throws AppError CONFLICT when it has changed since, or when a unique key stands in the way
   */
  update(before: Integration, changes: SealedValues, withIt?: WithChange): Promise<Integration>;
  /**
   * Gives up what another row is to have: its unique columns get values that nobody has, until `update` gives it its
   * own or `remove` takes it away, in the same transaction. The history does not tell of it.
   * @throws AppError CONFLICT when it has changed since it was read
   */
  setAside(before: Integration): Promise<Integration>;
  /**
   * Removes the row that was read as `before`, in a list or by itself, with its previous credentials.
   * @throws AppError CONFLICT when it has changed since, or while a pipeline uses it
   */
  remove(before: IntegrationColumns): Promise<void>;
  /** Forgets what the last rotation of a row replaced. @returns whether anything was kept */
  forgetPrevious(row: Integration): Promise<boolean>;
}

/** The attribution of changes within one tenant. */
export type TenantAttribution = Attribution & {
  tenant: NonNullable<Attribution['tenant']>;
  /** Tells a credential that was sealed anew from one that was changed. */
  same?: SameCredential;
};

export function writesTo(queries: Queries, attribution: TenantAttribution, store: IntegrationStore): Writes {
  const { category } = store;
  const codec = codecOf(category);
  const tenantId = attribution.tenant.id;
  const previous = previousStore(queries, tenantId);
  const { rows, writing, unchanged, insert, insertChunk } = rowsOf(queries, attribution, store);
  const noted = (entry: HistoryEntry | undefined) => (entry ? record(queries, attribution, [entry]) : undefined);
  /** Rows as they were before they were set aside, by id. */
  const aside = new Map<string, Integration>();

  return {
    async insert(given, decision) {
      const row = { ...given, ...(await verdictColumns(queries, decision, attribution.same)) };
      await insert(row);
      await noted(creationOf(category, row));
      return stored(await store.get(row.id));
    },

    async insertMany(many) {
      for (const chunk of chunksOf(many)) await insertChunk(chunk);
      await record(
        queries,
        attribution,
        many.map((row) => creationOf(category, row)),
      );
    },

    async setAside(before) {
      const { id } = before;
      const current = await unchanged(before);
      const columns = new Set(['displayName', ...uniqueRules[category.name].flatMap((rule) => rule.columns)]);
      columns.delete(category.typeColumn);
      await rows()
        .where({ id })
        .update(Object.fromEntries([...columns].map((column) => [column, `moving ${id}`])));
      aside.set(id, current);
      return stored(await store.get(id));
    },

    async update(before, given, { decision, replaced } = {}) {
      const verdict = await verdictColumns(queries, decision, attribution.same);
      const current = await unchanged(before);
      const original = aside.get(before.id) ?? current;
      const changes = { ...givenBack(original, current), ...given };
      const all = { ...changes, ...reset(category, original, changes), ...verdict };
      if (!Object.entries(all).some(([column, value]) => differs(value, current[column]))) return current;
      const entry = changeOf(category, original, all);
      const touched = { ...codec.encode(all), id: before.id, tenantId, updatedAt: queries.fn.now() };
      await writing({ ...current, ...changes }, before.id, () => rows().where({ id: before.id }).update(touched));
      if (replaced) await previous.keep(before.id, replaced);
      if (replaced === null) await previous.forget(before.id);
      await noted(entry);
      return stored(await store.get(before.id));
    },

    async remove(before) {
      const { id } = before;
      const current = await unchanged(before);
      const entry = removalOf(category, aside.get(id) ?? current);
      try {
        await rows().where({ id }).delete();
      } catch (error) {
        if (refusalOf(error) !== 'referenced') throw error;
        throw new AppError('CONFLICT', `a pipeline uses the ${category.noun} ${id}`, { cause: error });
      }
      await previous.forget(id);
      await noted(entry);
    },

    async forgetPrevious({ id, displayName }) {
      const isGone = await previous.forget(id);
      if (isGone)
        await noted({ action: 'rotate', category: category.name, integrationId: id, displayName, fields: [] });
      return isGone;
    },
  };
}

/** What writes the rows of a category, and tells the history nothing. */
function rowsOf(queries: Queries, { tenant, same }: TenantAttribution, store: IntegrationStore) {
  const { category } = store;
  const codec = codecOf(category);
  const tenantId = tenant.id;
  const rows = () => queries(category.table).where({ tenantId });

  async function writing(row: Record<string, StoredValue>, id: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      throw refusal === 'duplicate'
        ? ((await store.clash(row, id, 'forShare')) ?? error)
        : unreferenced(category, row, error);
    }
  }

  /** The row as it is now, locked. @throws AppError CONFLICT when it is not as it was read */
  async function unchanged(before: IntegrationColumns): Promise<Integration> {
    const row = await rows().where({ id: before.id }).first(codec.columns).forUpdate();
    const current = row && codec.decode(row);
    if (current && (await changedSince(category, before, current, same)).length === 0) return current;
    throw await staleError(queries, category, before, current, same);
  }

  async function insert(row: NewRow): Promise<void> {
    await writing(row, row.id, () => queries(category.table).insert(codec.encode({ ...row, tenantId })));
  }

  async function insertChunk(chunk: readonly NewRow[]): Promise<void> {
    try {
      await queries(category.table).insert(chunk.map((row) => codec.encode({ ...row, tenantId })));
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      // One after the other, so that the one that is refused is named.
      for (const row of chunk) await insert(row);
    }
  }

  return { rows, writing, unchanged, insert, insertChunk };
}

/** What voids a verdict with a change, which holds only for what it was reached with. */
function reset(category: Category, row: Integration, changes: Values): Values {
  const provider = providerOfType(category.name, String(row[category.typeColumn]));
  const isChecked = provider?.fields.some(({ name, checked }) => checked && differs(changes[name], row[name]));
  if (!provider || !isChecked) return {};
  return {
    verificationStatus: 'NOT_VERIFIED',
    lastVerifiedAt: null,
    verificationError: null,
    ...(isEndTold(provider, row) && !('credentialExpiresAt' in changes) ? { credentialExpiresAt: null } : {}),
  };
}

function differs(value: StoredValue | undefined, other: StoredValue | undefined): boolean {
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(other);
}

/** What a row had before it was set aside. */
function givenBack(original: Integration, aside: Integration): Values {
  const taken = Object.entries(original).filter(
    ([column, value]) => column !== 'updatedAt' && differs(value, aside[column]),
  );
  return Object.fromEntries(taken);
}

const chunkSize = 100;

/** Rows that one statement can insert: it fills a column for all of them or for none. */
function* chunksOf(rows: readonly NewIntegration[]): Generator<NewIntegration[]> {
  const alike = new Map<string, NewIntegration[]>();
  for (const row of rows) {
    const columns = Object.keys(row).sort().join();
    const chunk = alike.get(columns) ?? [];
    if (chunk.push(row) === 1) alike.set(columns, chunk);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    alike.delete(columns);
  }
  yield* alike.values();
}

function unreferenced(category: Category, row: Record<string, StoredValue>, cause: unknown): AppError {
  const name = quotable(String(row['displayName']));
  const what = category.name === 'pipeline' ? 'its scm, its target or its account' : 'its account';
  return new AppError('CONFLICT', `the ${category.noun} "${name}" cannot be stored: ${what} is not there any more`, {
    cause,
  });
}

function stored(row: Integration | undefined): Integration {
  if (!row) throw new Error('a row that was just written is not there');
  return row;
}
