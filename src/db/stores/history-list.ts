import type { Knex } from 'knex';
import type { Json } from '../../core/field.ts';
import { fromStored, toStored } from '../../core/time.ts';
import type { Queries } from '../queries.ts';
import { historyTable } from './history.ts';
import { isWord } from './integration.ts';

/** What happened, newest first, as it is shown: the column `fields` parsed, times as `2026-12-31T00:00:00Z`. */
export type HistoryRow = Record<(typeof historyColumns)[number], Json>;

export const historyColumns = [
  'id',
  'occurredAt',
  'action',
  'command',
  'category',
  'integrationId',
  'displayName',
  'fields',
  'tenantId',
  'tenantName',
  'accountId',
  'accountName',
  'osUser',
  'host',
] as const;

export interface HistoryFilter {
  /** Absent: all tenants, and what concerns none of them alone. */
  tenantId?: string | undefined;
  /** Of these integrations. */
  integrationIds?: readonly string[] | undefined;
  category?: string | undefined;
  /** Id or name of the account, as it was then. */
  account?: string | undefined;
  /** Both included: `2026-12-31T00:00:00Z`. */
  since?: string | undefined;
  until?: string | undefined;
  /** What happened before this line of it. */
  after?: Place | undefined;
  limit?: number | undefined;
}

/** Where a page ended; `occurredAt` as `2026-12-31T00:00:00Z`. */
export interface Place {
  id: string;
  occurredAt: string;
}

const pageSize = 500;

export async function* historyPages(queries: Queries, filter: HistoryFilter): AsyncGenerator<HistoryRow[]> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let last = filter.after && { id: filter.after.id, occurredAt: toStored(filter.after.occurredAt) };
  while (left > 0) {
    const wanted = Math.min(pageSize, left);
    const page: Record<string, unknown>[] = await pageOf(queries, filter, { last, limit: wanted });
    if (page.length > 0) yield page.map(decode);
    if (page.length < wanted) return;
    const { id, occurredAt } = page.at(-1) ?? {};
    last = { id: String(id), occurredAt: String(occurredAt) };
    left -= page.length;
  }
}

type Condition = (query: Knex.QueryBuilder) => void;

/**
 * The rows behind a place, made of ranges that an index has in their order: of each as many as the page may take. One
 * query for all would have the server sort whatever fits, for each page.
 */
function pageOf(
  queries: Queries,
  filter: HistoryFilter,
  { last, limit }: { last: Place | undefined; limit: number },
): Knex.QueryBuilder {
  const newestOf = (query: Knex.QueryBuilder) =>
    query
      .orderBy([
        { column: 'occurredAt', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit)
      .select(historyColumns);
  const ranges = product([ofIntegrations(filter), ofAccount(filter), behind(last)]).map((conditions, index) => {
    const range = newestOf(matching(queries, filter));
    for (const condition of conditions) condition(range);
    return range.as(`range_${index}`);
  });
  const [first, ...others] = ranges;
  if (first && others.length === 0) return first;
  // SQLite takes no range with an order of its own unless it stands in a query of its own.
  const all = queries.unionAll(ranges.map((range) => queries.select('*').from(range)));
  return newestOf(queries.from(all.as('ranges')));
}

/** SQLite takes at most 500 ranges; what so many integrations did is sorted. */
const mostIntegrations = 50;

function ofIntegrations({ integrationIds }: HistoryFilter): Condition[] {
  if (integrationIds === undefined) return [() => undefined];
  if (integrationIds.length > mostIntegrations) return [(query) => void query.whereIn('integrationId', integrationIds)];
  if (integrationIds.length === 0) return [(query) => void query.whereRaw('1 = 0')];
  return integrationIds.map((integrationId) => (query) => void query.where({ integrationId }));
}

function ofAccount({ account }: HistoryFilter): Condition[] {
  if (account === undefined) return [() => undefined];
  return [
    (query) => void query.where('accountId', account),
    (query) =>
      void query
        .where('accountName', account)
        .where((other) => other.whereNull('accountId').orWhereNot('accountId', account)),
  ];
}

/** An `apply` writes many lines in one second: they are passed by their ids. */
function behind(last: Place | undefined): Condition[] {
  if (!last) return [() => undefined];
  const { id, occurredAt } = last;
  return [
    (query) => void query.where({ occurredAt }).where('id', '<', id),
    (query) => void query.where('occurredAt', '<', occurredAt),
  ];
}

/** Each way to take one of each. */
function product<T>(choices: readonly (readonly T[])[]): T[][] {
  return choices.reduce<T[][]>((taken, next) => taken.flatMap((some) => next.map((one) => [...some, one])), [[]]);
}

function matching(queries: Queries, { tenantId, category, since, until }: HistoryFilter) {
  const query = queries(historyTable);
  if (tenantId !== undefined) query.where({ tenantId });
  if (category !== undefined) query.where({ category });
  if (since !== undefined) query.where('occurredAt', '>=', toStored(since));
  if (until !== undefined) query.where('occurredAt', '<=', toStored(until));
  return query;
}

function decode(row: Record<string, unknown>): HistoryRow {
  const { occurredAt, fields } = row;
  const decoded = {
    ...row,
    occurredAt: fromStored(String(occurredAt)),
    fields: JSON.parse(String(fields)),
  };
  return decoded as HistoryRow;
}

/** The integrations of a tenant that ever bore a name, those that are gone too. */
export async function everNamed(queries: Queries, tenantId: string, displayName: string): Promise<string[]> {
  const rows = await queries(historyTable)
    .where({ tenantId, displayName })
    .whereNotNull('integrationId')
    .distinct('integrationId', 'displayName');
  // SQLite passes over blanks at the end of a name.
  return idsOf(rows.filter((row: { displayName: string }) => row.displayName === displayName));
}

/** The integrations of a tenant that ever had the id, at most one, or whose id holds the part behind its prefix, at most ten. */
export async function everWithId(queries: Queries, tenantId: string, ref: { id: string } | { part: string }) {
  if (!isWord('id' in ref ? ref.id : ref.part)) return [];
  const rows = queries(historyTable).where({ tenantId });
  if ('id' in ref) return idsOf(await rows.where({ integrationId: ref.id }).limit(1).select('integrationId'));
  const isPart = "INSTR(SUBSTR(??, INSTR(??, '_') + 1), ?) > 0";
  return idsOf(
    await rows.whereRaw(isPart, ['integrationId', 'integrationId', ref.part]).distinct('integrationId').limit(10),
  );
}

function idsOf(rows: readonly { integrationId: string }[]): string[] {
  return [...new Set(rows.map(({ integrationId }) => integrationId))];
}

/** Tenants that the history knows by this id, else by this name. */
export async function tenantsInHistory(queries: Queries, ref: string): Promise<string[]> {
  const [own] = await queries(historyTable).where({ tenantId: ref }).limit(1).select('tenantId');
  if (own) return [String(own.tenantId)];
  const named: { tenantId: string }[] = await queries(historyTable)
    .where({ tenantName: ref })
    .whereNotNull('tenantId')
    .distinct('tenantId')
    .limit(10);
  return named.map(({ tenantId }) => tenantId);
}
