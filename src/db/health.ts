import { statSync } from 'node:fs';
import type { Database } from './queries.ts';

/** Of more a check would keep the process from hearing Ctrl-C for seconds. */
const quicklyReadBytes = 200_000_000;

/** What SQLite says of a file that is damaged; undefined for a sound one, for a large one, and for a server. */
export async function damageOf({ location, queries }: Database): Promise<string | undefined> {
  if (location.engine !== 'sqlite' || statSync(location.path).size > quicklyReadBytes) {
    await queries.raw('SELECT 1');
    return undefined;
  }
  const [row]: { quick_check: string }[] = await queries.raw('PRAGMA quick_check(1)');
  return row?.quick_check === 'ok' ? undefined : (row?.quick_check ?? 'no answer');
}

const readOnlyVariables = ['read_only', 'super_read_only', 'innodb_read_only'];

/** The settings by which a server takes no changes, or only those of its administrators; none for SQLite. */
export async function readOnlySettings({ engine, queries }: Database): Promise<string[]> {
  if (engine !== 'mysql') return [];
  const names = readOnlyVariables.map((name) => `'${name}'`).join(', ');
  const [rows]: { Variable_name: string; Value: string }[][] = await queries.raw(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`,
  );
  return (rows ?? []).filter(({ Value }) => !/^(OFF|0)$/i.test(Value)).map(({ Variable_name }) => Variable_name);
}

/** How far this machine's clock is ahead of the server's, in milliseconds; undefined for SQLite, which has none of its own. */
export async function clockAhead({ engine, queries }: Database): Promise<number | undefined> {
  if (engine !== 'mysql') return undefined;
  const sent = Date.now();
  const [rows] = await queries.raw('SELECT UTC_TIMESTAMP(3) AS now');
  const received = Date.now();
  return (sent + received) / 2 - Date.parse(`${String(rows[0].now).replace(' ', 'T')}Z`);
}
