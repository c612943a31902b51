import { createEffects, type Effects, type Fate } from '../core/effects.ts';
import { exposureAt } from '../files/exposure.ts';
import type { Location, MysqlLocation, SqliteLocation } from './location.ts';
import type { PoolOptions } from './mysql.ts';
import type { Database, Queries } from './queries.ts';
import { removesCredential } from './removes-credential.ts';
import { inTransaction } from './transaction.ts';
import { witnessOf } from './witness.ts';

export interface Opening extends PoolOptions {
  /** Is told what is sent to the database: the statement with placeholders, never a value. */
  trace?: ((statement: string) => void) | undefined;
  /** Is told what a person should know: that a host is gone, and another one goes on. */
  warn?: ((text: string) => void) | undefined;
  /** An empty database in memory stands for a file that is not there: none is made. */
  makesNoFile?: boolean | undefined;
  /** Is told what is stored. */
  effects?: Effects | undefined;
}

/** @throws AppError DATABASE_UNAVAILABLE */
export async function openDatabase(
  location: Location,
  { trace, warn = () => {}, effects = createEffects(), makesNoFile = false, ...pool }: Opening = {},
): Promise<Database> {
  const { queries, transaction, repeated, close } =
    location.engine === 'sqlite'
      ? await ownFile(location, warn, effects, makesNoFile)
      : await served(location, pool, warn, effects);
  if (trace) queries.on('query', ({ sql }: { sql: string }) => trace(sql));
  const writers = location.engine === 'sqlite' ? 1 : Number.POSITIVE_INFINITY;
  return { engine: location.engine, location, queries, writers, transaction, repeated, warn, effects, close };
}

type Opened = Pick<Database, 'queries' | 'transaction' | 'repeated' | 'close'>;

// Only the driver that is used is loaded.
async function served(
  location: MysqlLocation,
  pool: PoolOptions,
  warn: (text: string) => void,
  effects: Effects,
): Promise<Opened> {
  const { openMysql } = await import('./mysql.ts');
  const { withFailover } = await import('./failover.ts');
  return withFailover(openMysql(location, warn, pool), location, effects, pool.readsForMs);
}

/** Of many transactions, each need not wait until the disk has emptied the log; the last is made good for at the close. */
const emptyingMs = 1_000;

async function ownFile(
  location: SqliteLocation,
  warn: (text: string) => void,
  effects: Effects,
  makesNoFile: boolean,
): Promise<Opened> {
  const { canBeMade, emptyLog, openInMemory, openSqlite, takeWriteLock } = await import('./sqlite.ts');
  const inMemory = makesNoFile && canBeMade(location);
  const queries = inMemory ? openInMemory() : openSqlite(location);
  const exposure = inMemory ? undefined : exposureAt(location.path);
  if (exposure) warn(`the database is not safe from others: ${exposure.fault} (${exposure.remedy})`);
  // The log still has the pages as they were before a credential was removed.
  let isOwed = false;
  let emptiedAt = Number.NEGATIVE_INFINITY;
  async function emptyNow() {
    await emptyLog(queries);
    [isOwed, emptiedAt] = [false, performance.now()];
  }

  return {
    queries,
    repeated: (work) => work(),
    async close() {
      if (isOwed) await emptyNow().catch(() => undefined);
      await queries.destroy();
    },
    async transaction(work) {
      let end: ReturnType<Effects['begin']> | undefined;
      let fate: Fate = 'settled';
      const writing = async (transaction: Queries) => {
        transaction.on('query', ({ sql }: { sql: string }) => {
          isOwed ||= removesCredential(sql);
        });
        await takeWriteLock(transaction);
        return work(transaction);
      };
      const committing = (transaction: Queries) => {
        end = effects.begin();
        if (witnessOf(transaction)) fate = 'stored';
      };
      const outcome = await inTransaction(queries, writing, committing).catch((error: unknown) => {
        end?.('settled');
        throw error;
      });
      end?.(fate);
      if (isOwed && performance.now() - emptiedAt > emptyingMs) await emptyNow();
      return outcome;
    },
  };
}
