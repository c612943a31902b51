import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { systemCode } from '../files/system-error.ts';
import { withFailover } from './failover.ts';
import type { Location, SqliteLocation } from './location.ts';
import { openMysql } from './mysql.ts';
import { openSqlite } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

export type Engine = 'sqlite' | 'mysql';

/** A connection pool or a transaction: queries run on either. */
export type Queries = Knex;

/** An open database. */
export interface Database {
  readonly engine: Engine;
  readonly location: Location;
  readonly queries: Queries;
  /**
   * Runs `work` in one transaction: all of it is stored, or nothing. On a server it is run again from its start when
   * the server took it back or went away, so that it changes nothing but the database, and reads what it depends on.
   * Where the answer to COMMIT was lost, the transaction's witness tells whether it is stored; `work` that names none
   * must be one that may be stored twice.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Runs what is no transaction, and may be done twice, again while the server is gone or refuses it. */
  repeated<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

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
  return { engine: location.engine, location, queries, transaction, repeated, close: () => queries.destroy() };
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

const lockPatienceMs = 10_000;

/**
 * A SQLite transaction that reads first and writes later fails when another wrote in between; this one waits its turn.
 * It waits here and not in SQLite, which would hear neither Ctrl-C nor SIGTERM meanwhile.
 */
async function takeWriteLock(transaction: Queries): Promise<void> {
  await transaction.raw('ROLLBACK');
  const [{ timeout }] = await transaction.raw('PRAGMA busy_timeout');
  await transaction.raw('PRAGMA busy_timeout = 0');
  try {
    for (const deadline = Date.now() + lockPatienceMs; !(await isBegun(transaction, deadline)); ) await sleep(25);
  } catch (error) {
    // Knex rolls back now, and tells that instead of this error where there is nothing to roll back.
    await transaction.raw('BEGIN');
    throw error;
  } finally {
    await transaction.raw(`PRAGMA busy_timeout = ${timeout}`);
  }
}

async function isBegun(transaction: Queries, deadline: number): Promise<boolean> {
  try {
    await transaction.raw('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (systemCode(error) !== 'SQLITE_BUSY' || Date.now() > deadline) throw error;
    return false;
  }
}
