import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import createKnex, { type Knex } from 'knex';
import { AppError } from '../core/error.ts';
import { makePrivateDirectory } from '../files/directories.ts';
import { reasonOf, systemCode } from '../files/system-error.ts';
import type { SqliteLocation } from './location.ts';
import { silent } from './log.ts';

interface Pragmas {
  pragma(text: string): unknown;
}

const busyTimeoutMs = 10_000;

/** Opens the file, and makes it, readable by its owner alone, where there is none. */
export function openSqlite(location: SqliteLocation): Knex {
  prepareFile(location);
  return createKnex({
    client: 'better-sqlite3',
    connection: { filename: location.path },
    useNullAsDefault: true,
    log: silent,
    compileSqlOnError: false,
    pool: {
      min: 0,
      max: 1,
      afterCreate(connection: Pragmas, done: (error: unknown, connection: Pragmas) => void) {
        try {
          connection.pragma(`busy_timeout = ${busyTimeoutMs}`);
          connection.pragma('foreign_keys = ON');
          useWriteAheadLog(connection);
          done(undefined, connection);
        } catch (error) {
          done(error, connection);
        }
      },
    },
  });
}

/** A file that cannot be written is in its mode already, or is only read. */
function useWriteAheadLog(connection: Pragmas): void {
  try {
    connection.pragma('journal_mode = WAL');
  } catch (error) {
    if (systemCode(error) !== 'SQLITE_READONLY') throw error;
  }
}

function prepareFile({ path, embedded }: SqliteLocation): void {
  if (existsSync(path)) return;
  const directory = dirname(path);
  if (embedded) makePrivateDirectory(directory);
  try {
    closeSync(openSync(path, 'ax', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    throw new AppError('DATABASE_UNAVAILABLE', `cannot make the database ${path}: ${reasonOf(error)}`, {
      hint: existsSync(directory) ? undefined : `mkdir -p ${directory}`,
      cause: error,
    });
  }
}
