import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import { fromStored, toStored } from '../../core/time.ts';
import type { Queries } from '../queries.ts';
import { changedColumns, type SameCredential } from './changed.ts';
import { codecOf, type Integration, type IntegrationColumns, observed } from './codec.ts';
import { historyTable } from './history.ts';

/**
 * The columns in which a row is no longer as it was read. What a verification found meanwhile is no reason to refuse a
 * change, and is not lost by it.
 */
export async function changedSince(
  category: Category,
  before: IntegrationColumns,
  current: Integration,
  same: SameCredential | undefined,
): Promise<string[]> {
  const { columns, sealed } = codecOf(category);
  const differing = columns.filter((column) => {
    const read = before[column];
    // A list does not read credentials: it tells that they are set.
    const now = sealed.has(column) && read === true ? current[column] !== null : current[column];
    return !observed.has(column) && JSON.stringify(read) !== JSON.stringify(now);
  });
  return changedColumns(category, [before, current], differing, same);
}

interface Culprit {
  at: string;
  account: string | null;
  osUser: string;
  host: string;
  command: string;
}

/** Who made the newest change of a row, unless the row was changed later by other means. */
async function lastChange(
  queries: Queries,
  before: IntegrationColumns,
  changedAt: string | undefined,
): Promise<Culprit | undefined> {
  const query = queries(historyTable)
    .where({ integrationId: before.id, tenantId: before.tenantId })
    .whereNotIn('action', ['create', 'reveal', 'export', 'exec'])
    .orderBy([
      { column: 'occurredAt', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    // Not as it was when the transaction first read.
    .forShare()
    .first('occurredAt', 'accountName', 'accountId', 'osUser', 'host', 'command');
  if (changedAt !== undefined) query.where('occurredAt', '>=', toStored(changedAt));
  const row: Record<string, string | null> | undefined = await query;
  if (!row) return undefined;
  return {
    at: fromStored(String(row['occurredAt'])),
    account: row['accountName'] ?? row['accountId'] ?? null,
    osUser: String(row['osUser']),
    host: String(row['host']),
    command: String(row['command']),
  };
}

function byWhom(culprit: Culprit | undefined): string {
  if (!culprit) return '';
  const place = `${culprit.osUser}@${culprit.host}`;
  return ` by ${quotable(culprit.account ? `${culprit.account} (${place})` : place, 300)} at ${culprit.at}`;
}

/** That a row is not any more what a change was based on, and as far as the history knows, by whom. */
export async function staleError(
  queries: Queries,
  category: Category,
  before: IntegrationColumns,
  current: Integration | undefined,
  same: SameCredential | undefined,
): Promise<AppError> {
  const culprit = await lastChange(queries, before, current?.updatedAt);
  const subject = `the ${category.noun} "${quotable(before.displayName)}"`;
  const common = culprit ? { by: { ...culprit } } : {};
  if (!current) {
    return new AppError('CONFLICT', `${subject} was removed meanwhile${byWhom(culprit)}`, { details: common });
  }
  const differing = await changedSince(category, before, current, same);
  const changed = differing.length > 1 ? differing.filter((column) => column !== 'updatedAt') : differing;
  return new AppError('CONFLICT', `${subject} was changed meanwhile${byWhom(culprit)}: ${changed.join(', ')}`, {
    hint: `Look at it with "integrations ${category.name} show ${before.id}", then try again.`,
    details: { changed, ...common },
  });
}
