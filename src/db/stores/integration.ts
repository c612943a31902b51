import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Queries } from '../database.ts';
import { refusalOf } from '../errors.ts';
import { codecOf, type Integration, type NewIntegration, type StoredValue } from './codec.ts';
import { type ListFilter, listPages } from './list.ts';

/** The integrations of one category in one tenant. Rows of another tenant cannot be named through it. */
export interface IntegrationStore {
  readonly category: Category;
  /** Pages of rows in the order of their ids. A credential is `true` where it is set; its value is not read. */
  list(filter: ListFilter): AsyncIterable<Integration[]>;
  get(id: string): Promise<Integration | undefined>;
  findByName(displayName: string): Promise<Integration | undefined>;
  /** What would refuse a row with these values, as far as they decide it; the row of that id is not in the way. */
  clash(values: Record<string, StoredValue>, id?: string): Promise<AppError | undefined>;
  /** At most ten rows whose id holds the part behind its prefix. */
  findByIdPart(part: string): Promise<Integration[]>;
  /** @throws AppError CONFLICT naming the rule and the row in the way */
  insert(row: NewIntegration): Promise<Integration>;
  /**
   * Changes the row that was read as `before`; to be run in a transaction.
   * @throws AppError CONFLICT when it has changed since, or when a unique key stands in the way
   */
  update(before: Integration, changes: Record<string, StoredValue>): Promise<Integration>;
  /** @throws AppError CONFLICT while a pipeline uses it */
  remove(id: string): Promise<void>;
}

/** No two rows of a tenant agree in all these columns. */
export interface UniqueRule {
  columns: readonly string[];
  /** The rule in words, such as `a tenant has one target integration of each type`. */
  rule: string;
}

export interface IntegrationTable {
  category: Category;
  unique: readonly UniqueRule[];
}

export function createIntegrationStore(queries: Queries, tenantId: string, table: IntegrationTable): IntegrationStore {
  const { category } = table;
  const codec = codecOf(category);
  const rows = () => queries(category.table).where({ tenantId });

  async function one(
    condition: Record<string, StoredValue>,
    lock?: 'forUpdate' | 'forShare',
  ): Promise<Integration | undefined> {
    const query = rows().where(condition).first(codec.columns);
    const row = await (lock ? query[lock]() : query);
    return row && codec.decode(row);
  }

  async function writing(row: Record<string, StoredValue>, id: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      throw refusal === 'duplicate'
        ? ((await conflict(row, id, 'forShare')) ?? error)
        : unreferenced(category, row, error);
    }
  }

  /** The unique key that refused a row, and the row in the way. */
  async function conflict(
    row: Record<string, StoredValue>,
    id: string | undefined,
    lock?: 'forShare',
  ): Promise<AppError | undefined> {
    for (const { columns, rule } of [nameRule(category), ...table.unique]) {
      if (!columns.every((column) => column in row)) continue;
      const same = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
      const other = await one(same, lock);
      if (!other || other.id === id) continue;
      return new AppError('CONFLICT', `${rule}; "${quotable(other.displayName)}" (${other.id}) is there already`, {
        hint: `integrations ${category.name} show ${other.id}`,
        field: columns.at(-1),
        details: { id: other.id, displayName: other.displayName },
      });
    }
    return undefined;
  }

  return {
    category,

    async *list(filter) {
      for await (const page of listPages(queries, { category, tenantId, filter, joins: [] })) {
        yield page.map(({ integration }) => integration);
      }
    },

    get: async (id) => (isWord(id) ? one({ id }) : undefined),
    findByName: (displayName) => one({ displayName }),
    clash: (values, id) => conflict(values, id),

    async findByIdPart(part) {
      if (!isWord(part)) return [];
      const behindPrefix = category.idPrefix.length + 2;
      const found = await rows()
        .whereRaw('INSTR(SUBSTR(??, ?), ?) > 0', ['id', behindPrefix, part])
        .orderBy('id')
        .limit(10)
        .select(codec.columns);
      return found.map(codec.decode);
    },

    async insert(row) {
      await writing(row, row.id, () => queries(category.table).insert(codec.encode({ ...row, tenantId })));
      return stored(await one({ id: row.id }));
    },

    async update(before, changes) {
      const current = await one({ id: before.id }, 'forUpdate');
      if (!current) throw gone(category, before);
      refuseStale(category, before, current);
      const touched = { ...codec.encode(changes), id: before.id, tenantId, updatedAt: queries.fn.now() };
      await writing({ ...current, ...changes }, before.id, () => rows().where({ id: before.id }).update(touched));
      return stored(await one({ id: before.id }));
    },

    async remove(id) {
      try {
        await rows().where({ id }).delete();
      } catch (error) {
        if (refusalOf(error) !== 'referenced') throw error;
        throw new AppError('CONFLICT', `a pipeline uses the ${category.noun} ${id}`, { cause: error });
      }
    },
  };
}

/** Ids are ASCII; MySQL refuses to compare them with what their character set cannot hold. */
function isWord(text: string): boolean {
  return /^[\u0021-\u007e]{1,255}$/.test(text);
}

function nameRule(category: Category): UniqueRule {
  return { columns: ['displayName'], rule: `a name is unique among the ${category.noun}s of a tenant` };
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

function gone(category: Category, before: Integration): AppError {
  return new AppError('CONFLICT', `the ${category.noun} "${quotable(before.displayName)}" was removed meanwhile`);
}

function refuseStale(category: Category, before: Integration, current: Integration): void {
  const changed = Object.keys(current).filter(
    (column) => JSON.stringify(before[column]) !== JSON.stringify(current[column]),
  );
  if (changed.length === 0) return;
  throw new AppError(
    'CONFLICT',
    `the ${category.noun} "${quotable(before.displayName)}" was changed meanwhile: ${changed.join(', ')}`,
    {
      hint: `Look at it with "integrations ${category.name} show ${before.id}", then try again.`,
      details: { changed },
    },
  );
}
