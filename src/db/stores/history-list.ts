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
  limit?: number | undefined;
}

const pageSize = 500;

export async function* historyPages(queries: Queries, filter: HistoryFilter): AsyncGenerator<HistoryRow[]> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let last: Record<string, unknown> | undefined;
  while (left > 0) {
    const wanted = Math.min(pageSize, left);
    const query = matching(queries, filter)
      .orderBy([
        { column: 'occurredAt', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(wanted)
      .select(historyColumns);
    if (last) {
      const { id, occurredAt } = last;
      query.where('occurredAt', '<=', String(occurredAt));
      query.where((older) => older.where('occurredAt', '<', String(occurredAt)).orWhere('id', '<', String(id)));
    }
    const page: Record<string, unknown>[] = await query;
    if (page.length > 0) yield page.map(decode);
    if (page.length < wanted) return;
    last = page.at(-1);
    left -= page.length;
  }
}

function matching(queries: Queries, filter: HistoryFilter) {
  const { tenantId, integrationIds, category, account, since, until } = filter;
  const query = queries(historyTable);
  if (tenantId !== undefined) query.where({ tenantId });
  if (integrationIds !== undefined) query.whereIn('integrationId', integrationIds);
  if (category !== undefined) query.where({ category });
  if (account !== undefined)
    query.where((either) => either.where('accountId', account).orWhere('accountName', account));
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
  const query = queries(historyTable).where({ tenantId }).distinct('integrationId').limit(10);
  if ('id' in ref) query.where({ integrationId: ref.id });
  else query.whereRaw("INSTR(SUBSTR(??, INSTR(??, '_') + 1), ?) > 0", ['integrationId', 'integrationId', ref.part]);
  return idsOf(await query);
}

function idsOf(rows: readonly { integrationId: string }[]): string[] {
  return [...new Set(rows.map(({ integrationId }) => integrationId))];
}

/** Tenants that the history knows by this id, else by this name. */
export async function tenantsInHistory(queries: Queries, ref: string): Promise<string[]> {
  for (const column of ['tenantId', 'tenantName']) {
    const rows: { tenantId: string }[] = await queries(historyTable).where(column, ref).distinct('tenantId').limit(10);
    if (rows.length > 0) return rows.map(({ tenantId }) => tenantId);
  }
  return [];
}
