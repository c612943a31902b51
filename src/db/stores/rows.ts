import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import { refusalOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import type { SameCredential } from './changed.ts';
import { codecOf, type Integration, type IntegrationColumns, type StoredValue } from './codec.ts';
import type { Attribution } from './history.ts';
import type { IntegrationStore } from './integration.ts';
import { changedSince, staleError } from './stale.ts';

export type Values = Readonly<Record<string, StoredValue>>;
type NewRow = Values & { readonly id: string; readonly displayName: string };

/** The attribution of changes within one tenant. */
export type TenantAttribution = Attribution & {
  tenant: NonNullable<Attribution['tenant']>;
  /** Tells a credential that was sealed anew from one that was changed. */
  same?: SameCredential;
};

/** A row as it will be, and the columns of it that are written. */
export interface RowUpdate {
  row: Integration;
  values: Values;
}

/** How many rows one statement reads or writes. */
const batchSize = 100;

/** Writes the rows of a category, many in one turn, and tells the history nothing. Where one is refused, its error names it. */
export function rowsOf(queries: Queries, { tenant, same }: TenantAttribution, store: IntegrationStore) {
  const { category } = store;
  const codec = codecOf(category);
  const tenantId = tenant.id;
  const { rows, insert, update, remove } = rowWriters(queries, tenantId, store);

  async function updateAlike(updates: readonly RowUpdate[]): Promise<void> {
    const encoded = updates.map(({ row, values }) => [row.id, codec.encode(values)] as const);
    const written = Object.keys(encoded[0]?.[1] ?? {}).filter((column) => column !== 'id' && column !== 'tenantId');
    const columns = written.map((column) => {
      const cases = encoded.flatMap(([id, values]) => [id, (values[column] ?? null) as string | number | null]);
      return [column, queries.raw(`CASE ?? ${'WHEN ? THEN ? '.repeat(encoded.length)}END`, ['id', ...cases])] as const;
    });
    await idsIn(encoded.map(([id]) => id)).update({ ...Object.fromEntries(columns), updatedAt: queries.fn.now() });
  }

  const idsIn = (ids: readonly string[]) => rows().whereIn('id', ids);

  return {
    /** The rows as they are now, in the order in which they are named. */
    async read(named: readonly { id: string }[]): Promise<Integration[]> {
      const read = await idsIn(named.map(({ id }) => id)).select(codec.columns);
      const current = new Map(read.map((row) => [String(row['id']), codec.decode(row) as Integration]));
      return named.flatMap(({ id }) => current.get(id) ?? []);
    },

    /** The rows as they are now, locked. @throws AppError CONFLICT when one is not as it was read */
    async unchanged(before: readonly IntegrationColumns[]): Promise<Integration[]> {
      const read = await idsIn(before.map(({ id }) => id))
        .orderBy('id')
        .select(codec.columns)
        .forUpdate();
      const current = new Map(read.map((row) => [String(row['id']), codec.decode(row) as Integration]));
      const found: Integration[] = [];
      for (const each of before) {
        const now = current.get(each.id);
        if (!now || (await changedSince(category, each, now, same)).length > 0)
          throw await staleError(queries, category, each, now, same);
        found.push(now);
      }
      return found;
    },

    insert,

    async insertMany(many: readonly NewRow[]): Promise<void> {
      for (const chunk of alike(many, (row) => row)) {
        await atOnce(
          chunk,
          () => queries(category.table).insert(chunk.map((row) => codec.encode({ ...row, tenantId }))),
          insert,
        );
      }
    },

    async updateMany(many: readonly RowUpdate[]): Promise<void> {
      for (const chunk of alike(many, ({ values }) => values)) await atOnce(chunk, () => updateAlike(chunk), update);
    },

    removeMany: (ids: readonly string[]): Promise<void> => atOnce(ids, () => idsIn(ids).delete(), remove),
  };
}

/** Writes one row, and names it where it is refused. */
function rowWriters(queries: Queries, tenantId: string, store: IntegrationStore) {
  const { category } = store;
  const codec = codecOf(category);
  const rows = () => queries(category.table).where({ tenantId });

  async function writing(row: Values, id: string, write: () => Promise<unknown>): Promise<void> {
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

  async function insert(row: NewRow): Promise<void> {
    await writing(row, row.id, () => queries(category.table).insert(codec.encode({ ...row, tenantId })));
  }

  async function update({ row, values }: RowUpdate): Promise<void> {
    const columns = { ...codec.encode(values), updatedAt: queries.fn.now() };
    await writing(row, row.id, () => rows().where({ id: row.id }).update(columns));
  }

  async function remove(id: string): Promise<void> {
    try {
      await rows().where({ id }).delete();
    } catch (error) {
      if (refusalOf(error) !== 'referenced') throw error;
      throw new AppError('CONFLICT', `a pipeline uses the ${category.noun} ${id}`, { cause: error });
    }
  }

  return { rows, insert, update, remove };
}

/** One statement for all; where that is refused, one after the other, so that the one that is refused is named. */
async function atOnce<T>(
  items: readonly T[],
  all: () => Promise<unknown>,
  each: (item: T) => Promise<void>,
): Promise<void> {
  const [first, ...others] = items;
  if (first !== undefined && others.length === 0) return each(first);
  try {
    await all();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    for (const item of items) await each(item);
  }
}

/** In the order in which they came, as many as one statement takes. */
export function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += batchSize) yield items.slice(at, at + batchSize);
}

/** Batches of what one statement can write: it fills a column for all of them or for none. */
function* alike<T>(items: readonly T[], valuesOf: (item: T) => Values): Generator<readonly T[]> {
  const batches = new Map<string, T[]>();
  for (const item of items) {
    const columns = Object.keys(valuesOf(item)).sort().join();
    const batch = batches.get(columns) ?? [];
    if (batch.push(item) === 1) batches.set(columns, batch);
    if (batch.length < batchSize) continue;
    yield batch;
    batches.delete(columns);
  }
  yield* batches.values();
}

function unreferenced(category: Category, row: Values, cause: unknown): AppError {
  const name = quotable(String(row['displayName']));
  const what = category.name === 'pipeline' ? 'its scm, its target or its account' : 'its account';
  return new AppError('CONFLICT', `the ${category.noun} "${name}" cannot be stored: ${what} no longer exists`, {
    cause,
  });
}
