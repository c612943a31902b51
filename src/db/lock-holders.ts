import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/error.ts';
import { quotable, sentenceList } from '../core/text.ts';
import type { Database } from './queries.ts';
import { isLockTimeout } from './repeat.ts';

interface Holder {
  id: number | string;
  user: string | null;
  host: string | null;
  seconds: number | string | null;
}

// Locks of tables and of the whole server, which MySQL tells whoever may read its performance schema.
const tableLocks = `SELECT DISTINCT t.processlist_id AS id, t.processlist_user AS user, t.processlist_host AS host,
    t.processlist_time AS seconds
  FROM performance_schema.metadata_locks l JOIN performance_schema.threads t ON t.thread_id = l.owner_thread_id
  WHERE l.lock_status = 'GRANTED' AND t.processlist_id <> CONNECTION_ID()
    AND (l.object_type IN ('GLOBAL', 'COMMIT', 'BACKUP LOCK') AND l.lock_duration = 'EXPLICIT'
      OR l.object_schema = DATABASE() AND l.lock_type IN ('EXCLUSIVE', 'SHARED_NO_READ_WRITE', 'SHARED_NO_WRITE', 'SHARED_READ_ONLY'))
  LIMIT 3`;
// Transactions, the oldest first, for whoever has PROCESS; a client that is at work itself holds nobody up for long.
const transactions = `SELECT p.id AS id, p.user AS user, p.host AS host, p.time AS seconds
  FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
  WHERE p.id <> CONNECTION_ID() AND x.trx_state <> 'LOCK WAIT' ORDER BY x.trx_started LIMIT 3`;

const patienceMs = 3_000;

/** Says of a lock that was not to be had who may hold it, as far as the server tells this user. */
export async function withHolders(error: AppError, database: Database): Promise<AppError> {
  if (database.engine !== 'mysql' || !isLockTimeout(error.cause)) return error;
  const holders = await Promise.race([holdersOf(database), sleep(patienceMs, [], { ref: false })]);
  if (holders.length === 0) return error;
  const told = holders.map(describe);
  const { hint, cause } = error;
  return new AppError(error.code, `${error.message}, by the look of it ${sentenceList(told)}`, { hint, cause });
}

async function holdersOf({ queries }: Database): Promise<Holder[]> {
  for (const sql of [tableLocks, transactions]) {
    const [rows = []]: Holder[][] = await queries.raw(sql).catch(() => []);
    if (rows.length > 0) return rows;
  }
  return [];
}

function describe({ id, user, host, seconds }: Holder): string {
  const from = host ? ` from ${quotable(host)}` : '';
  return `connection ${id} of ${quotable(user ?? 'nobody')}${from} (for ${seconds ?? '?'} s)`;
}
