import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { SqliteLocation } from './location.ts';

/** What SQLite finds wrong in a file that it can read. */
export interface FileFaults {
  /** In its own words, the first of them; they hold names and numbers, never a value. */
  broken: string[];
  /** The indexes that do not agree with their tables. */
  indexes: string[];
  /** Rows that refer to what is not there. */
  orphans: { count: number; rows: Orphan[] };
}

export interface Orphan {
  table: string;
  id: string;
  tenantId: string | null;
  /** The table that it refers to. */
  parent: string;
}

const patienceMs = 20_000;

// A check reads the whole file within one call, which nothing in this process could end. So a child makes it.
const script = `
  const [driver, path, most] = process.argv.slice(1);
  const database = new (require(driver))(path, { readonly: true, fileMustExist: true });
  const told = database.pragma('integrity_check(' + most + ')').map((row) => row.integrity_check);
  const rows = [];
  let count = 0;
  for (const { table, rowid, parent } of database.prepare('PRAGMA foreign_key_check').iterate()) {
    count += 1;
    if (rows.length < Number(most)) rows.push({ table, rowid, parent });
  }
  const named = rows.map(({ table, rowid, parent }) => {
    const row = rowid === null ? {} : database.prepare('SELECT * FROM "' + table + '" WHERE rowid = ?').get(rowid);
    return { table, parent, id: String(row.id ?? ''), tenantId: row.tenantId ?? null };
  });
  process.stdout.write(JSON.stringify({ told, orphans: { count, rows: named } }));
`;

/** Reads all of a file and compares its indexes with its tables. @returns undefined where that takes too long */
export async function faultsOfFile(
  { path }: SqliteLocation,
  most: number,
  limitMs = patienceMs,
): Promise<FileFaults | undefined> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const child = spawn(process.execPath, ['-e', script, driver, path, String(most)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answer: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => answer.push(chunk));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  // What this process ends with, the child ends with too.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (isLate) return undefined;
    if (status !== 0) throw new Error(`the check of the file ended with status ${status}`);
    const { told, orphans } = JSON.parse(Buffer.concat(answer).toString('utf8')) as {
      told: string[];
      orphans: FileFaults['orphans'];
    };
    return { ...sorted(told), orphans };
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
  }
}

/** Wrong indexes are mended by making them anew; all else that is said is not. */
function sorted(told: readonly string[]): Pick<FileFaults, 'broken' | 'indexes'> {
  const indexes = new Set<string>();
  const broken: string[] = [];
  for (const line of told) {
    const [, index] = / (?:from|in|of) index (\S+)$/.exec(line) ?? [];
    if (index !== undefined) indexes.add(index);
    else if (line !== 'ok') broken.push(line);
  }
  return { broken, indexes: [...indexes] };
}
