import { closeSync, rmSync } from 'node:fs';
import { AppError } from '../core/error.ts';
import { openNewFile } from '../files/private-file.ts';
import { systemReason } from '../files/system-error.ts';
import type { Location } from './location.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Copies a SQLite file that holds tables to `<file>.<suffix>`, so that a migration can be taken back whole. On a
 * connection of its own: the one that keeps other migrators out is in a transaction, where nothing can be copied.
 */
export async function copyBeside(location: Location, suffix: string): Promise<void> {
  if (location.engine !== 'sqlite') return;
  const copy = `${location.path}.${suffix}`;
  const reader = openSqlite(location);
  try {
    if ((await reader('sqlite_master').select('name').limit(1)).length === 0) return;
    makeAnew(copy);
    await reader.raw('VACUUM INTO ?', [copy]).catch((error: unknown) => {
      rmSync(copy, { force: true });
      throw error;
    });
  } finally {
    await reader.destroy();
  }
}

/** SQLite fills an empty file and refuses any other; made here, it is private from its first byte. */
function makeAnew(path: string): void {
  try {
    rmSync(path, { force: true });
    closeSync(openNewFile(path));
  } catch (error) {
    throw new AppError('DATABASE_UNAVAILABLE', `cannot copy the database to ${path}: ${systemReason(error)}`, {
      hint: 'A database is copied beside itself before it migrates.',
      cause: error,
    });
  }
}
