import type { Category } from '../../core/category.ts';
import type { Sealed } from '../../crypto/seal.ts';
import { providerOfType } from '../../providers/index.ts';
import type { Queries } from '../queries.ts';
import { type Integration, type IntegrationColumns, isEndTold, type StoredValue } from './codec.ts';
import { type HistoryEntry, record } from './history.ts';
import { changeOf, creationOf, removalOf } from './history-entry.ts';
import type { IntegrationStore } from './integration.ts';
import { previousStore } from './previous.ts';
import { batchesOf, type RowUpdate, rowsOf, type TenantAttribution, type Values } from './rows.ts';
import type { NewIntegration, SealedValues } from './sealed-row.ts';
import { uniqueRules } from './unique.ts';
import { type Decision, verdictColumns } from './verdict.ts';

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
  /** Changes many at once, each as `update` does. @throws AppError as `update` */
  updateMany(many: readonly RowChange[]): Promise<void>;
  /**
   * Gives up what another row is to have: its unique columns get values that nobody has, until `update` gives it its
   * own or `remove` takes it away, in the same transaction. The history does not tell of it.
   * @returns the rows as they are then
   * @throws AppError CONFLICT when one has changed since it was read
   */
  setAside(before: readonly Integration[]): Promise<Integration[]>;
  /**
   * Removes the row that was read as `before`, in a list or by itself, with its previous credentials.
   * @throws AppError CONFLICT when it has changed since, or while a pipeline uses it
   */
  remove(before: IntegrationColumns): Promise<void>;
  /** Removes many at once, each as `remove` does. @throws AppError as `remove` */
  removeMany(many: readonly IntegrationColumns[]): Promise<void>;
  /** Forgets what the last rotation of a row replaced. @returns whether anything was kept */
  forgetPrevious(row: Integration): Promise<boolean>;
}

/** A row with a change, and what the history tells of it. */
interface Changed extends RowUpdate {
  entry: HistoryEntry | undefined;
}

/** A row as it was read, and what is to be changed in it. */
export interface RowChange {
  before: Integration;
  changes: SealedValues;
}

export function writesTo(queries: Queries, attribution: TenantAttribution, store: IntegrationStore): Writes {
  const { category } = store;
  const tenantId = attribution.tenant.id;
  const previous = previousStore(queries, tenantId);
  const rows = rowsOf(queries, attribution, store);
  const noted = (entries: readonly HistoryEntry[]) => record(queries, attribution, entries);
  /** Rows as they were before they were set aside, by id. */
  const aside = new Map<string, Integration>();

  async function updateMany(many: readonly RowChange[]): Promise<void> {
    for (const batch of batchesOf(many)) {
      const current = await rows.unchanged(batch.map(({ before }) => before));
      const changes = batch.flatMap(
        ({ changes }, index) => changed(category, aside, current[index] as Integration, changes) ?? [],
      );
      await rows.updateMany(changes);
      await noted(changes.flatMap(({ entry }) => entry ?? []));
    }
  }

  async function removeMany(many: readonly IntegrationColumns[]): Promise<void> {
    for (const batch of batchesOf(many)) {
      const current = await rows.unchanged(batch);
      const ids = current.map(({ id }) => id);
      await rows.removeMany(ids);
      await previous.forget(ids);
      await noted(current.map((row) => removalOf(category, aside.get(row.id) ?? row)));
    }
  }

  return {
    async insert(given, decision) {
      const row = { ...given, ...(await verdictColumns(queries, decision, attribution.same)) };
      await rows.insert(row);
      await noted([creationOf(category, given)]);
      return stored(await store.get(row.id));
    },

    async insertMany(many) {
      await rows.insertMany(many);
      await noted(many.map((row) => creationOf(category, row)));
    },

    async setAside(before) {
      const away: Integration[] = [];
      for (const batch of batchesOf(before)) {
        const current = await rows.unchanged(batch);
        await rows.updateMany(current.map((row) => ({ row, values: moving(category, row) })));
        for (const row of current) aside.set(row.id, row);
        away.push(...(await rows.read(current)));
      }
      return away;
    },

    async update(before, given, { decision, replaced } = {}) {
      const verdict = await verdictColumns(queries, decision, attribution.same);
      const [current] = await rows.unchanged([before]);
      const change = changed(category, aside, stored(current), given, verdict);
      if (!change) return stored(current);
      await rows.updateMany([change]);
      if (replaced) await previous.keep(before.id, replaced);
      if (replaced === null) await previous.forget([before.id]);
      await noted(change.entry ? [change.entry] : []);
      return stored(await store.get(before.id));
    },

    updateMany,
    remove: (before) => removeMany([before]),
    removeMany,

    async forgetPrevious({ id, displayName }) {
      const isGone = await previous.forget([id]);
      const entry = { action: 'rotate', category: category.name, integrationId: id, displayName, fields: [] } as const;
      if (isGone) await noted([entry]);
      return isGone;
    },
  };
}

/** What a change of a row comes to, which may be set aside; undefined where nothing differs. */
function changed(
  category: Category,
  aside: ReadonlyMap<string, Integration>,
  current: Integration,
  given: Values,
  verdict: Values = {},
): Changed | undefined {
  const { id, tenantId } = current;
  const original = aside.get(id) ?? current;
  const changes = { ...givenBack(original, current), ...given };
  // No change moves a row elsewhere.
  const values = { ...changes, ...reset(category, original, changes), ...verdict, id, tenantId };
  if (!Object.entries(values).some(([column, value]) => differs(value, current[column]))) return undefined;
  return { row: { ...current, ...values }, values, entry: changeOf(category, original, changes) };
}

/** What nobody else has in the unique columns. */
function moving({ name, typeColumn }: Category, { id }: Integration): Values {
  const columns = new Set(['displayName', ...uniqueRules[name].flatMap((rule) => rule.columns)]);
  columns.delete(typeColumn);
  return Object.fromEntries([...columns].map((column) => [column, `moving ${id}`]));
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

function stored(row: Integration | undefined): Integration {
  if (!row) throw new Error('a row that was just written is not there');
  return row;
}
