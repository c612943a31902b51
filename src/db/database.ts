import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { systemCode } from '../files/system-error.ts';
import type { Location } from './location.ts';
import { openMysql } from './mysql.ts';
import { openSqlite } from './sqlite.ts';

export type Engine = 'sqlite' | 'mysql';

/** A connection pool or a transaction: queries run on either. */
export type Queries = Knex;

/** An open database. */
export interface Database {
  readonly engine: Engine;
  readonly location: Location;
  readonly queries: Queries;
  /** Runs `work` in one transaction: all of it is stored, or nothing. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Tells what is sent to the database: the statement with placeholders, never a value. */
export type Trace = (statement: string) => void;

/** @throws AppError DATABASE_UNAVAILABLE */
export async function openDatabase(location: Location, trace?: Trace): Promise<Database> {
  const knex = location.engine === 'sqlite' ? openSqlite(location) : await openMysql(location);
  if (trace) knex.on('query', ({ sql }: { sql: string }) => trace(sql));
  return {
    engine: location.engine,
    location,
    queries: knex,
    async transaction(work) {
      let failure: unknown;
      try {
        return await knex.transaction(async (transaction) => {
          try {
            if (location.engine === 'sqlite') await takeWriteLock(transaction);
            return await work(transaction);
          } catch (error) {
            failure = error;
            throw error;
          }
        });
      } catch (error) {
        // On a connection that was cut the rollback fails too, and Knex tells that instead of the reason.
        throw failure ?? error;
      }
    },
    close: () => knex.destroy(),
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
