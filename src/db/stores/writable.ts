import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Queries } from '../database.ts';
import { refusalOf } from '../errors.ts';
import { changeOf, creationOf, removalOf } from './change.ts';
import { codecOf, type Integration, type NewIntegration, type StoredValue } from './codec.ts';
import { type Entry, record, type Trail } from './history.ts';
import type { IntegrationStore } from './integration.ts';
import { changedSince, staleError } from './stale.ts';

/** Changes integrations, and writes each change into the history: all of it to be run in one transaction. */
export interface Writes {
  /** @throws AppError CONFLICT naming the rule and the row in the way */
  insert(row: NewIntegration): Promise<Integration>;
  /**
   * Changes the row that was read as `before`.
   * @throws AppError CONFLICT when it has changed since, or when a unique key stands in the way
   */
  update(before: Integration, changes: Record<string, StoredValue>): Promise<Integration>;
  /**
   * Removes the row that was read as `before`, in a list or by itself.
   * @throws AppError CONFLICT when it has changed since, or while a pipeline uses it
   */
  remove(before: Integration): Promise<void>;
}

/** The trail of changes within one tenant. */
export type TenantTrail = Trail & { tenant: NonNullable<Trail['tenant']> };

export function writesTo(queries: Queries, trail: TenantTrail, store: IntegrationStore): Writes {
  const { category } = store;
  const codec = codecOf(category);
  const tenantId = trail.tenant.id;
  const rows = () => queries(category.table).where({ tenantId });
  const noted = (entry: Entry | undefined) => (entry ? record(queries, trail, [entry]) : undefined);

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
  async function unchanged(before: Integration): Promise<Integration> {
    const row = await rows().where({ id: before.id }).first(codec.columns).forUpdate();
    const current = row && codec.decode(row);
    if (current && changedSince(category, before, current).length === 0) return current;
    throw await staleError(queries, category, before, current);
  }

  return {
    async insert(row) {
      await writing(row, row.id, () => queries(category.table).insert(codec.encode({ ...row, tenantId })));
      await noted(creationOf(category, row));
      return stored(await store.get(row.id));
    },

    async update(before, changes) {
      const current = await unchanged(before);
      const differs = ([column, value]: [string, StoredValue]) =>
        JSON.stringify(value) !== JSON.stringify(current[column]);
      if (!Object.entries(changes).some(differs)) return current;
      const entry = changeOf(category, current, changes);
      const touched = { ...codec.encode(changes), id: before.id, tenantId, updatedAt: queries.fn.now() };
      await writing({ ...current, ...changes }, before.id, () => rows().where({ id: before.id }).update(touched));
      await noted(entry);
      return stored(await store.get(before.id));
    },

    async remove(before) {
      const { id } = before;
      const entry = removalOf(category, await unchanged(before));
      try {
        await rows().where({ id }).delete();
      } catch (error) {
        if (refusalOf(error) !== 'referenced') throw error;
        throw new AppError('CONFLICT', `a pipeline uses the ${category.noun} ${id}`, { cause: error });
      }
      await noted(entry);
    },
  };
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
