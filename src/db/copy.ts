import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../core/error.ts';
import { plural } from '../core/text.ts';
import { isDraft, startDraft } from '../files/draft.ts';
import { systemReason } from '../files/system-error.ts';
import type { Database } from './queries.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Copies a SQLite file that holds tables to `<file>.<suffix>`, so that a migration can be taken back whole. On a
 * connection of its own: the one that keeps other migrators out is in a transaction, where nothing can be copied.
 */
export async function copyBeside({ location, warn }: Database, suffix: string): Promise<void> {
  // Where there is no file the database is in memory, and empty.
  if (location.engine !== 'sqlite' || !existsSync(location.path)) return;
  const copy = `${location.path}.${suffix}`;
  const reader = openSqlite(location);
  try {
    if ((await reader('sqlite_master').select('name').limit(1)).length === 0) return;
    // SQLite fills an empty file and refuses any other; made here, it is private from its first byte.
    const draft = copying(copy, () => startDraft(copy));
    try {
      await reader.raw('VACUUM INTO ?', [draft.path]);
      copying(copy, draft.publish);
    } finally {
      draft.discard();
    }
  } finally {
    await reader.destroy();
  }
  const old = copiesOf(location.path).slice(keptCopies);
  for (const path of old) rmSync(path, { force: true });
  const gone = old.length === 0 ? '' : `, and ${plural(old.length, 'older one')} removed`;
  warn(
    `the database was copied to ${copy}, with its credentials as they were${gone}; the newest ${keptCopies} are kept`,
  );
}

const keptCopies = 2;

/** The copies that migrations left beside a database, the newest first. */
export function copiesOf(path: string): string[] {
  const folder = dirname(path);
  const prefix = `${basename(path)}.before-`;
  const paths = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !isDraft(name))
    .map((name) => join(folder, name))
    .filter((each) => statSync(each).isFile());
  const made = new Map(paths.map((each) => [each, statSync(each).mtimeMs]));
  return paths.sort((a, b) => (made.get(b) ?? 0) - (made.get(a) ?? 0));
}

function copying<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new AppError('DATABASE_UNAVAILABLE', `cannot copy the database to ${path}: ${systemReason(error)}`, {
      hint: 'A database is copied beside itself before it migrates.',
      cause: error,
    });
  }
}
