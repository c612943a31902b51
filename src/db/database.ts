import { withFailover } from './failover.ts';
import type { Location, SqliteLocation } from './location.ts';
import { openMysql } from './mysql.ts';
import type { Database } from './queries.ts';
import { openSqlite, takeWriteLock } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

export interface Reporting {
  /** Is told what is sent to the database: the statement with placeholders, never a value. */
  trace?: ((statement: string) => void) | undefined;
  /** Is told what a person should know: that a host is gone, and another one goes on. */
  warn?: ((text: string) => void) | undefined;
}

/** @throws AppError DATABASE_UNAVAILABLE */
export async function openDatabase(location: Location, { trace, warn = () => {} }: Reporting = {}): Promise<Database> {
  const { queries, transaction, repeated } =
    location.engine === 'sqlite' ? ownFile(location) : withFailover(openMysql(location, warn), location);
  if (trace) queries.on('query', ({ sql }: { sql: string }) => trace(sql));
  const writers = location.engine === 'sqlite' ? 1 : Number.POSITIVE_INFINITY;
  const close = () => queries.destroy();
  return { engine: location.engine, location, queries, writers, transaction, repeated, close };
}

function ownFile(location: SqliteLocation): Pick<Database, 'queries' | 'transaction' | 'repeated'> {
  const queries = openSqlite(location);
  return {
    queries,
    repeated: (work) => work(),
    transaction: (work) =>
      inTransaction(queries, async (transaction) => {
        await takeWriteLock(transaction);
        return work(transaction);
      }),
  };
}
