import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Queries } from '../queries.ts';
import { codecOf, type Integration, type ListedIntegration, type StoredValue } from './codec.ts';
import { type ListFilter, listPages } from './list.ts';
import { prepared } from './prepared.ts';
import { previousStore } from './previous.ts';
import { nameRule, uniqueRules } from './unique.ts';

/** The integrations of one category in one tenant, for reading. Rows of another tenant cannot be named through it. */
export interface IntegrationStore {
  readonly category: Category;
  /** What the last rotation of an integration replaced, sealed; undefined where nothing is kept. */
  previous(id: string): Promise<string | undefined>;
  /** Pages of rows in the order of their ids. A credential is `true` where it is set; its value is not read. */
  list(filter: ListFilter): AsyncIterable<ListedIntegration[]>;
  get(id: string): Promise<Integration | undefined>;
  findByName(displayName: string): Promise<Integration | undefined>;
  /** The row of this id, else the row of this name. */
  find(ref: string): Promise<Integration | undefined>;
  /**
   * What would refuse a row with these values, as far as they decide it; the row of that id is not in the way.
   * @param lock keeps the row in the way as it is until the transaction ends
   */
  clash(values: Record<string, StoredValue>, id?: string, lock?: 'forShare'): Promise<AppError | undefined>;
  /** At most ten rows whose id holds the part behind its prefix. */
  findByIdPart(part: string): Promise<Integration[]>;
}

export function createIntegrationStore(queries: Queries, tenantId: string, category: Category): IntegrationStore {
  const codec = codecOf(category);
  const rows = () => queries(category.table).where({ tenantId });

  async function one(condition: Record<string, StoredValue>, lock?: 'forShare'): Promise<Integration | undefined> {
    const query = rows().where(condition).first(codec.columns);
    const row = await (lock ? query[lock]() : query);
    return row && codec.decode(row);
  }

  return {
    category,
    previous: previousStore(queries, tenantId).get,

    async *list(filter) {
      for await (const page of listPages(queries, { category, tenantId, filter, joins: [] })) {
        yield page.map(({ integration }) => integration);
      }
    },

    async get(id) {
      const [row] = isWord(id) ? await byId(category)(queries, { tenantId, id }) : [];
      return row && codec.decode(row);
    },
    findByName: (displayName) => one({ displayName }),

    async find(ref) {
      if (!isWord(ref)) return one({ displayName: ref });
      // Each half has a key of its own, which an OR of them might not use.
      const byName = rows().where({ displayName: ref }).select(codec.columns);
      const found = (await rows().where({ id: ref }).select(codec.columns).unionAll(byName)).map(codec.decode);
      return found.find(({ id }) => id === ref) ?? found[0];
    },

    async clash(values, id, lock) {
      for (const { columns, rule } of [nameRule(category), ...uniqueRules[category.name]]) {
        if (!columns.every((column) => column in values)) continue;
        const same = Object.fromEntries(columns.map((column) => [column, values[column] ?? null]));
        const other = await one(same, lock);
        if (!other || other.id === id) continue;
        return new AppError('CONFLICT', `${rule}; "${quotable(other.displayName)}" (${other.id}) is there already`, {
          hint: `integrations ${category.name} show ${other.id}`,
          field: columns.at(-1),
          details: { id: other.id, displayName: other.displayName },
        });
      }
      return undefined;
    },

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
  };
}

const byIds = new Map<string, ReturnType<typeof prepared<'tenantId' | 'id'>>>();

function byId(category: Category) {
  const { name, table } = category;
  const known = byIds.get(name);
  if (known) return known;
  const made = prepared(['tenantId', 'id'], (queries, values) =>
    queries(table).where(values).first(codecOf(category).columns),
  );
  byIds.set(name, made);
  return made;
}

/** Ids are ASCII; MySQL refuses to compare them with what their character set cannot hold. */
export function isWord(text: string): boolean {
  return /^[\u0021-\u007e]{1,255}$/.test(text);
}
