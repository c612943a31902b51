import type { Knex } from 'knex';
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
    transaction: (work) =>
      knex.transaction(async (transaction) => {
        if (location.engine === 'sqlite') await takeWriteLock(transaction);
        return work(transaction);
      }),
    close: () => knex.destroy(),
  };
}

/** A SQLite transaction that reads first and writes later fails when another wrote in between; this one waits its turn. */
async function takeWriteLock(transaction: Queries): Promise<void> {
  await transaction.raw('ROLLBACK');
  await transaction.raw('BEGIN IMMEDIATE');
}
