import type { Knex } from 'knex';
import { type Category, type CategoryName, categories, categoryList } from '../../core/category.ts';
import { type Link, linkColumns } from '../../core/links.ts';
import { type Period, toStored } from '../../core/time.ts';
import type { Queries } from '../queries.ts';
import {
  type Codec,
  codecOf,
  type Integration,
  type IntegrationColumns,
  type ListedIntegration,
  type StoredValue,
  type VerificationStatus,
} from './codec.ts';

export interface ListFilter {
  /** The one row of this id. */
  only?: string | undefined;
  type?: string | undefined;
  status?: VerificationStatus | undefined;
  active?: boolean | undefined;
  displayName?: string | undefined;
  /** Rows whose id sorts behind this one. */
  after?: string | undefined;
  limit?: number | undefined;
  /** Rows that were not verified then: never, before it, or at a moment that a clock was wrong to tell. */
  notVerified?: Period | undefined;
  /** Rows that were verified after this moment: `2026-12-31T00:00:00Z`. */
  verifiedAfter?: string | undefined;
  /** Rows whose credential ends before this moment. */
  endsBefore?: string | undefined;
}

/** An integration, and for a pipeline what it uses, as far as that was asked for. */
type WithLinks<Row> = { integration: Row } & Partial<Record<Link, Row>>;

export type Listed = WithLinks<ListedIntegration>;

/** The same with sealed credentials. */
export type Whole = WithLinks<Integration>;

interface ListQuery {
  category: Category;
  /** Absent: all tenants. */
  tenantId?: string;
  filter: ListFilter;
  /** Joined to each pipeline. */
  joins: readonly Link[];
  /** The columns that are read; absent: all. */
  columns?: ReadonlySet<string>;
}

/** Each page costs MySQL a turn over the network; SQLite has none, and holds more memory for a row. */
function pageSizeOf(queries: Queries): number {
  return queries.client.dialect === 'sqlite3' ? 200 : 500;
}

/** Pages of rows in the order of their ids. A credential is `true` where it is set; its value is not read. */
export function listPages(queries: Queries, query: ListQuery): AsyncGenerator<Listed[]> {
  return pagesOf<Listed>(queries, query, false);
}

/** The same with whole rows. */
export function wholePages(queries: Queries, query: ListQuery): AsyncGenerator<Whole[]> {
  return pagesOf<Whole>(queries, query, true);
}

async function* pagesOf<Read extends WithLinks<IntegrationColumns>>(
  queries: Queries,
  query: ListQuery,
  sealed: boolean,
): AsyncGenerator<Read[]> {
  const { category, filter } = query;
  const base = codecOf(category);
  let { after } = filter;
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const wanted = Math.min(pageSizeOf(queries), left);
    const page = await pageOf(queries, query, { after, limit: wanted, sealed });
    if (page.length > 0) yield page.map((row) => read(row, base, query, sealed) as Read);
    if (page.length < wanted) return;
    after = String(page.at(-1)?.['id']);
    left -= page.length;
  }
}

type Row = Record<string, unknown>;

function pageOf(
  queries: Queries,
  { category, tenantId, filter, joins, columns }: ListQuery,
  page: { after: string | undefined; limit: number; sealed: boolean },
): Promise<Row[]> {
  const { table, name } = category;
  const query = matching(queries, { category, filter, ...(tenantId === undefined ? {} : { tenantId }) })
    // The first page too: told where to begin, MariaDB reads the index that has this order, and sorts nothing.
    .where(`${table}.id`, '>', comparable(page.after ?? ''))
    .orderBy(`${table}.id`)
    .limit(page.limit)
    .select(selection(queries, category, { columns, sealed: page.sealed }));
  // MySQL would pass the rows of all tenants in this order, or sort all of the tenant's. Others take it for a comment.
  if (tenantId !== undefined && filter.displayName === undefined)
    query.hintComment(`INDEX(\`${table}\` \`unique_${name}_tenant_id\`)`);
  for (const link of joins) {
    const joined = categories[link];
    // It is there: a foreign key says so. An inner join would let MariaDB begin with it, and sort all for each page.
    query
      .select(selection(queries, joined, { prefix: `${link}.`, columns, sealed: page.sealed }))
      .leftJoin(joined.table, {
        [`${joined.table}.tenantId`]: `${table}.tenantId`,
        [`${joined.table}.id`]: `${table}.${linkColumns[link]}`,
      });
  }
  return query;
}

export type ByCategory<Row> = Record<CategoryName, Row[]>;

/** What an overview of many integrations has of each, beside its type and the ids of what it uses. */
export type Glance = Pick<
  IntegrationColumns,
  | 'id'
  | 'tenantId'
  | 'displayName'
  | 'isActive'
  | 'verificationStatus'
  | 'verificationError'
  | 'lastVerifiedAt'
  | 'credentialExpiresAt'
> & { readonly [column: string]: StoredValue };

const glanced: ReadonlySet<string> = new Set([
  'id',
  'tenantId',
  'displayName',
  'isActive',
  'verificationStatus',
  'verificationError',
  'lastVerifiedAt',
  'credentialExpiresAt',
  ...categoryList.map(({ typeColumn }) => typeColumn),
  ...Object.values(linkColumns),
]);

/** The integrations of a tenant at a glance: any number of them takes little memory. */
export async function glanceByCategory(queries: Queries, tenantId: string): Promise<ByCategory<Glance>> {
  const read: ByCategory<Glance> = { scm: [], target: [], pipeline: [], communication: [], ticket: [] };
  for (const category of categoryList)
    for await (const page of glancePages(queries, category, tenantId)) read[category.name].push(...page);
  return read;
}

/** How many integrations each tenant has that has any. */
export async function countByTenant(queries: Queries): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { table } of categoryList) {
    const rows: { tenantId: unknown; n: number | string }[] = await queries(table)
      .groupBy('tenantId')
      .select('tenantId')
      .count({ n: '*' });
    for (const { tenantId, n } of rows) counts.set(String(tenantId), (counts.get(String(tenantId)) ?? 0) + Number(n));
  }
  return counts;
}

/** The integrations of several tenants at a glance, in the order of their ids, one query for each category. */
export async function glanceOfTenants(queries: Queries, tenantIds: readonly string[]): Promise<ByCategory<Glance>> {
  const read: ByCategory<Glance> = { scm: [], target: [], pipeline: [], communication: [], ticket: [] };
  for (const category of categoryList) {
    const rows: Row[] = await queries(category.table)
      .whereIn('tenantId', [...tenantIds])
      .select(codecOf(category).columns.filter((column) => glanced.has(column)));
    // The database would sort those of each tenant, which it has in order, once more for all.
    const found = rows.map((row) => codecOf(category).decode(row));
    read[category.name] = found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return read;
}

/** A category at a glance, in pages. @param tenantId undefined for all tenants */
export async function* glancePages(
  queries: Queries,
  category: Category,
  tenantId: string | undefined,
): AsyncGenerator<Glance[]> {
  const whose = tenantId === undefined ? {} : { tenantId };
  const pages = listPages(queries, { category, ...whose, filter: {}, joins: [], columns: glanced });
  for await (const page of pages) yield page.map(({ integration }) => integration);
}

/** The integrations of a tenant in one category, as a list has them. */
export async function listCategory(
  queries: Queries,
  tenantId: string,
  category: Category,
): Promise<ListedIntegration[]> {
  const rows: ListedIntegration[] = [];
  for await (const page of listPages(queries, { category, tenantId, filter: {}, joins: [] }))
    for (const { integration } of page) rows.push(integration);
  return rows;
}

/** How many rows a list of these would have. */
export async function countRows(
  queries: Queries,
  query: Pick<ListQuery, 'category' | 'tenantId' | 'filter'>,
): Promise<number> {
  const [row]: { n: number | string }[] = await matching(queries, query).count({ n: '*' });
  return Number(row?.n ?? 0);
}

function matching(
  queries: Queries,
  { category, tenantId, filter }: Pick<ListQuery, 'category' | 'tenantId' | 'filter'>,
) {
  const { table } = category;
  const { only, type, status, active, displayName, notVerified, verifiedAfter, endsBefore } = filter;
  const query = queries(table);
  if (tenantId !== undefined) query.where(`${table}.tenantId`, tenantId);
  if (only !== undefined) query.where(`${table}.id`, only);
  if (type !== undefined) query.where(`${table}.${category.typeColumn}`, type);
  if (status !== undefined) whereStatus(query, `${table}.verificationStatus`, status);
  if (active !== undefined) query.where(`${table}.isActive`, active);
  const verifiedAt = `${table}.lastVerifiedAt`;
  if (displayName !== undefined) query.where(`${table}.displayName`, displayName);
  if (notVerified !== undefined) {
    const { from, to } = notVerified;
    query.where((either) =>
      either.whereNull(verifiedAt).orWhere(verifiedAt, '<', toStored(from)).orWhere(verifiedAt, '>', toStored(to)),
    );
  }
  if (verifiedAfter !== undefined) query.where(verifiedAt, '>', toStored(verifiedAfter));
  if (endsBefore !== undefined) query.where(`${table}.credentialExpiresAt`, '<', toStored(endsBefore));
  return query;
}

/** SQLite would go by its index of that column, and sort all that it finds there for each page: the sign keeps it from that. */
function whereStatus(query: Knex.QueryBuilder, column: string, status: VerificationStatus): void {
  if (query.client.dialect === 'sqlite3') query.whereRaw('+?? = ?', [column, status]);
  else query.where(column, status);
}

/** MySQL compares an id only with what its character set can hold; ids are ASCII, so the rest sorts behind them. */
function comparable(after: string): string {
  return after.replace(/[\u0080-\uffff].*/s, '\u00ff');
}

interface Reading {
  prefix?: string;
  columns: ReadonlySet<string> | undefined;
  /** Whether credentials are read as they are stored. */
  sealed: boolean;
}

function selection(queries: Queries, { name, table }: Category, { prefix = '', columns, sealed }: Reading) {
  const codec = codecOf(categories[name]);
  return codec.columns
    .filter((column) => columns?.has(column) ?? true)
    .map((column) =>
      queries.raw(codec.sealed.has(column) && !sealed ? '??.?? IS NOT NULL AS ??' : '??.?? AS ??', [
        table,
        column,
        quoteDots(`${prefix}${column}`),
      ]),
    );
}

// A dot in an identifier would be read as table and column.
function quoteDots(alias: string): string {
  return alias.replace('.', '$');
}

function read(row: Row, base: Codec, { joins }: ListQuery, sealed: boolean): WithLinks<IntegrationColumns> {
  const listed: WithLinks<IntegrationColumns> = { integration: base.decode(pick(row, base, '', sealed)) };
  for (const link of joins) {
    // Only where somebody stored without foreign keys it is not there.
    if (row[`${link}$id`] === null) continue;
    const codec = codecOf(categories[link]);
    listed[link] = codec.decode(pick(row, codec, `${link}$`, sealed));
  }
  return listed;
}

function pick(row: Row, codec: Codec, prefix: string, sealed: boolean): Row {
  const picked: Row = {};
  for (const column of codec.columns) {
    const value = row[prefix + column];
    if (value === undefined) continue;
    picked[column] = codec.sealed.has(column) && !sealed ? Boolean(value) || null : value;
  }
  return picked;
}
