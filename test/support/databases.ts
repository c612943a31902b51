import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import type { DatabaseServer, ServerName } from './database-server.ts';
import { mysqlRows, type Row } from './mysql.ts';
import { findProgram, run } from './programs.ts';

export interface FreshDatabase {
  /** Without the password, as INTEGRATIONS_DATABASE_URL wants it. */
  url: string;
  password: string;
  name: string;
  query(sql: string, params?: unknown[]): Promise<Row[]>;
  dump(): Promise<string>;
  drop(): Promise<void>;
}

let created = 0;

/** An empty database in the server's own character set; it goes at the end of the test (or file) that asked for it. */
export function freshDatabase(server: ServerName): Promise<FreshDatabase> {
  return createDatabase(inject('servers')[server]);
}

/** As the administrator: KILL a connection, change an account, look into information_schema. */
export function asAdmin(server: ServerName, sql: string, params?: unknown[]): Promise<Row[]> {
  return mysqlRows(inject('servers')[server].admin, sql, params);
}

export async function createDatabase({ admin, user, prefix }: DatabaseServer): Promise<FreshDatabase> {
  created += 1;
  const name = `${prefix}${process.pid}_${created}`;
  const url = new URL(admin.url);
  url.username = user.name;
  url.pathname = `/${name}`;
  const at = { url: url.href, password: user.password };

  await mysqlRows(admin, `CREATE DATABASE \`${name}\``);
  const drop = async () => void (await mysqlRows(admin, `DROP DATABASE IF EXISTS \`${name}\``));
  atEnd(drop);
  return { ...at, name, query: (sql, params) => mysqlRows(at, sql, params), dump: () => dumpDatabase(at), drop };
}

/**
 * Everything stored, for searching: definitions and rows as SELECT gives them, so that a value stands there unescaped,
 * and after them what the dump program writes, where there is one.
 */
export async function dumpDatabase(at: { url: string; password: string }): Promise<string> {
  const tables = await mysqlRows(
    at,
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    const [definition] = await mysqlRows(at, `SHOW CREATE TABLE \`${name}\``);
    const rows = await mysqlRows(at, `SELECT * FROM \`${name}\``);
    parts.push(...[definition ?? {}, ...rows].map((row) => Object.values(row).join('\t')));
  }
  return `${parts.join('\n')}\n${await runDumpProgram(at)}`;
}

async function runDumpProgram(at: { url: string; password: string }): Promise<string> {
  const program = findProgram('mariadb-dump', 'mysqldump');
  if (!program) return '';
  const { hostname, port, username, pathname } = new URL(at.url);
  const server = ['--no-defaults', '--protocol=tcp', `--host=${hostname}`, `--port=${port}`, `--user=${username}`];
  const content = ['--single-transaction', '--no-tablespaces', '--skip-dump-date', pathname.slice(1)];
  return run(program, [...server, ...content], { env: { ...process.env, MYSQL_PWD: at.password } });
}
