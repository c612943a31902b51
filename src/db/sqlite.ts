import { closeSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import createKnex, { type Knex } from 'knex';
import { AppError } from '../core/error.ts';
import { shellWord } from '../core/text.ts';
import { makePrivateDirectory } from '../files/directories.ts';
import { openNewFile } from '../files/private-file.ts';
import { systemCode, systemHint, systemReason } from '../files/system-error.ts';
import type { SqliteLocation } from './location.ts';
import { silent } from './log.ts';

interface Pragmas {
  pragma(text: string): unknown;
}

interface Connection extends Pragmas {
  prepare(sql: string): object;
}

const busyTimeoutMs = 10_000;

/** Opens the file, and makes it, readable by its owner alone, where there is none. */
export function openSqlite(location: SqliteLocation): Knex {
  prepareFile(location);
  return connectTo(location.path);
}

/** An empty database that goes with its connection. */
export function openInMemory(): Knex {
  return connectTo(':memory:');
}

function connectTo(filename: string): Knex {
  return createKnex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    log: silent,
    compileSqlOnError: false,
    pool: {
      min: 0,
      max: 1,
      afterCreate(connection: Connection, done: (error: unknown, connection: Connection) => void) {
        keepStatements(connection);
        prepare(connection).then(
          () => done(undefined, connection),
          (error: unknown) => done(error, connection),
        );
      },
    },
  });
}

/** Prepared, a statement takes some twenty times the memory of its text. */
const mostCharacters = 500_000;

/** Knex prepares a statement each time; for a short one that takes longer than running it. A pragma may work at once. */
function keepStatements(connection: Connection): void {
  const prepareAnew = connection.prepare.bind(connection);
  const kept = new Map<string, object>();
  let characters = 0;
  connection.prepare = (sql) => {
    const known = kept.get(sql);
    if (known) return known;
    const made = prepareAnew(sql);
    if (!/^(select|insert|update|delete)\b/i.test(sql)) return made;
    if (characters + sql.length > mostCharacters) {
      kept.clear();
      characters = 0;
    }
    kept.set(sql, made);
    characters += sql.length;
    return made;
  };
}

async function prepare(connection: Pragmas): Promise<void> {
  connection.pragma(`busy_timeout = ${busyTimeoutMs}`);
  connection.pragma('foreign_keys = ON');
  // A credential that is removed is overwritten, not left in a free page.
  connection.pragma('secure_delete = ON');
  await useWriteAheadLog(connection);
}

async function useWriteAheadLog(connection: Pragmas): Promise<void> {
  for (const deadline = Date.now() + busyTimeoutMs; ; await sleep(20)) {
    try {
      connection.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      // A file that cannot be written is in its mode already, or is only read.
      if (systemCode(error) === 'SQLITE_READONLY') return;
      // SQLite itself does not wait where two commands meet on a new file.
      if (systemCode(error) !== 'SQLITE_BUSY' || Date.now() > deadline) throw error;
    }
  }
}

/** Whether the file is not there, and nothing stands in the way of it. */
export function canBeMade({ path, embedded }: SqliteLocation): boolean {
  return !existsSync(path) && (embedded || existsSync(dirname(path)));
}

function prepareFile({ path, embedded }: SqliteLocation): void {
  if (existsSync(path)) return;
  const directory = dirname(path);
  if (embedded) makePrivateDirectory(directory);
  try {
    closeSync(openNewFile(path));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    const isMissing = systemCode(error) === 'ENOENT' && !existsSync(directory);
    const reason = isMissing ? `there is no directory ${directory}` : systemReason(error);
    throw new AppError('DATABASE_UNAVAILABLE', `cannot make the database ${path}: ${reason}`, {
      hint: isMissing ? `mkdir -p ${shellWord(directory)}` : systemHint(error),
      cause: error,
    });
  }
}

const lockPatienceMs = 10_000;

/**
 * A SQLite transaction that reads first and writes later fails when another wrote in between; this one waits its turn.
 * It waits here and not in SQLite, which would hear neither Ctrl-C nor SIGTERM meanwhile.
 */
export async function takeWriteLock(transaction: Knex): Promise<void> {
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

async function isBegun(transaction: Knex, deadline: number): Promise<boolean> {
  try {
    await transaction.raw('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (systemCode(error) !== 'SQLITE_BUSY' || Date.now() > deadline) throw error;
    return false;
  }
}

const readersPatienceMs = 200;

/** Brings the log into the file and empties it, as far as no other command is reading from it. */
export async function emptyLog(queries: Knex): Promise<void> {
  await queries.raw(`PRAGMA busy_timeout = ${readersPatienceMs}`);
  await queries.raw('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
  await queries.raw(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
}
