import { type Category, categories } from '../../core/category.ts';
import type { Queries } from '../database.ts';
import { type Codec, codecOf, type Integration, type VerificationStatus } from './codec.ts';

export interface ListFilter {
  type?: string | undefined;
  status?: VerificationStatus | undefined;
  active?: boolean | undefined;
  /** Rows whose id sorts behind this one. */
  after?: string | undefined;
  limit?: number | undefined;
}

/** What a pipeline uses. */
export type Part = 'scm' | 'target';

export const parts: readonly Part[] = ['scm', 'target'];

/** The column of a pipeline that names what it uses. */
export const partColumns: Readonly<Record<Part, string>> = { scm: 'scmIntegrationId', target: 'targetIntegrationId' };

/** An integration, and for a pipeline what it uses, as far as that was asked for. */
export type Listed = { integration: Integration } & Partial<Record<Part, Integration>>;

interface ListQuery {
  category: Category;
  /** Absent: all tenants. */
  tenantId?: string;
  filter: ListFilter;
  /** Joined to each pipeline. */
  joins: readonly Part[];
}

// Larger pages are no faster, and hold more memory.
const pageSize = 200;

/** Pages of rows in the order of their ids. A credential is `true` where it is set; its value is not read. */
export async function* listPages(queries: Queries, query: ListQuery): AsyncGenerator<Listed[]> {
  const { category, filter } = query;
  const base = codecOf(category);
  let { after } = filter;
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const wanted = Math.min(pageSize, left);
    const page = await pageOf(queries, query, { after, limit: wanted });
    if (page.length > 0) yield page.map((row) => read(row, base, query.joins));
    if (page.length < wanted) return;
    after = String(page.at(-1)?.['id']);
    left -= page.length;
  }
}

type Row = Record<string, unknown>;

function pageOf(
  queries: Queries,
  { category, tenantId, filter, joins }: ListQuery,
  page: { after: string | undefined; limit: number },
): Promise<Row[]> {
  const { table } = category;
  const query = queries(table)
    .orderBy(`${table}.id`)
    .limit(page.limit)
    .select(selection(queries, category, ''));
  if (tenantId !== undefined) query.where(`${table}.tenantId`, tenantId);
  if (page.after !== undefined) query.where(`${table}.id`, '>', comparable(page.after));
  if (filter.type !== undefined) query.where(`${table}.${category.typeColumn}`, filter.type);
  if (filter.status !== undefined) query.where(`${table}.verificationStatus`, filter.status);
  if (filter.active !== undefined) query.where(`${table}.isActive`, filter.active);
  for (const part of joins) {
    const joined = categories[part];
    query.select(selection(queries, joined, `${part}.`)).join(joined.table, {
      [`${joined.table}.tenantId`]: `${table}.tenantId`,
      [`${joined.table}.id`]: `${table}.${partColumns[part]}`,
    });
  }
  return query;
}

/** MySQL compares an id only with what its character set can hold; ids are ASCII, so the rest sorts behind them. */
function comparable(after: string): string {
  return after.replace(/[\u0080-\uffff].*/s, '\u00ff');
}

function selection(queries: Queries, { name, table }: Category, prefix: string) {
  const { columns, sealed } = codecOf(categories[name]);
  return columns.map((column) => {
    const alias = `${prefix}${column}`;
    return queries.raw(sealed.has(column) ? '??.?? IS NOT NULL AS ??' : '??.?? AS ??', [
      table,
      column,
      quoteDots(alias),
    ]);
  });
}

// A dot in an identifier would be read as table and column.
function quoteDots(alias: string): string {
  return alias.replace('.', '$');
}

function read(row: Row, base: Codec, joins: readonly Part[]): Listed {
  const listed: Listed = { integration: base.decode(pick(row, base, '')) };
  for (const part of joins) {
    const codec = codecOf(categories[part]);
    listed[part] = codec.decode(pick(row, codec, `${part}$`));
  }
  return listed;
}

function pick(row: Row, codec: Codec, prefix: string): Row {
  const picked: Row = {};
  for (const column of codec.columns) {
    const value = row[prefix + column];
    picked[column] = codec.sealed.has(column) ? Boolean(value) || null : value;
  }
  return picked;
}
