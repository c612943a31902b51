import { exposureAt } from '../files/exposure.ts';
import { withFailover } from './failover.ts';
import type { Location, SqliteLocation } from './location.ts';
import { openMysql } from './mysql.ts';
import type { Database } from './queries.ts';
import { removesCredential } from './removes-credential.ts';
import { emptyLog, openSqlite, takeWriteLock } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

export interface Reporting {
  /** Is told what is sent to the database: the statement with placeholders, never a value. */
  trace?: ((statement: string) => void) | undefined;
  /** Is told what a person should know: that a host is gone, and another one goes on. */
  warn?: ((text: string) => void) | undefined;
}

/** @throws AppError DATABASE_UNAVAILABLE */
export async function openDatabase(location: Location, { trace, warn = () => {} }: Reporting = {}): Promise<Database> {
  const { queries, transaction, repeated, close } =
    location.engine === 'sqlite' ? ownFile(location, warn) : withFailover(openMysql(location, warn), location);
  if (trace) queries.on('query', ({ sql }: { sql: string }) => trace(sql));
  const writers = location.engine === 'sqlite' ? 1 : Number.POSITIVE_INFINITY;
  return { engine: location.engine, location, queries, writers, transaction, repeated, warn, close };
}

function ownFile(
  location: SqliteLocation,
  warn: (text: string) => void,
): Pick<Database, 'queries' | 'transaction' | 'repeated' | 'close'> {
  const queries = openSqlite(location);
  const exposure = exposureAt(location.path);
  if (exposure) warn(`the database is not safe from others: ${exposure.fault} (${exposure.remedy})`);
  return {
    queries,
    repeated: (work) => work(),
    close: () => queries.destroy(),
    async transaction(work) {
      let leavesCredential = false;
      const outcome = await inTransaction(queries, async (transaction) => {
        transaction.on('query', ({ sql }: { sql: string }) => {
          leavesCredential ||= removesCredential(sql);
        });
        await takeWriteLock(transaction);
        return work(transaction);
      });
      // The log still has the pages as they were before.
      if (leavesCredential) await emptyLog(queries);
      return outcome;
    },
  };
}
