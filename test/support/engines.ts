import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe } from 'vitest';
import { type Environment, type Sandbox, sandbox } from './cli.ts';
import { dumpDatabase, freshDatabase } from './mariadb.ts';
import { mysqlRows, type Row } from './mysql.ts';

export interface Engine {
  name: 'sqlite' | 'mysql';
  /** A sandbox whose INTEGRATIONS_DATABASE_URL names an empty database of its own. */
  sandbox(env?: Environment): Promise<Sandbox>;
  /** One statement straight at the database, past the product; `[]` where it returns no rows. */
  sql(box: Sandbox, sql: string, params?: unknown[]): Promise<Row[]>;
  /** Everything that is stored, as bytes to search in. */
  dump(box: Sandbox): Promise<Buffer>;
}

export const sqlite: Engine = {
  name: 'sqlite',
  async sandbox(env) {
    const box = sandbox(({ dataDir }) => ({
      INTEGRATIONS_DATABASE_URL: `sqlite:${join(dataDir, 'integrations.db')}`,
      ...env,
    }));
    // The product makes its own data folder, but none for a file that the address names.
    mkdirSync(box.dataDir, { mode: 0o700 });
    return box;
  },
  async sql(box, sql, params = []) {
    const database = new Database(sqliteFile(box), { timeout: 10_000 });
    try {
      const statement = database.prepare<unknown[], Row>(sql);
      if (statement.reader) return statement.all(...params);
      statement.run(...params);
      return [];
    } finally {
      database.close();
    }
  },
  async dump(box) {
    const file = sqliteFile(box);
    // With -wal, -shm, and the copies that a migration leaves beside it.
    const names = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)));
    return Buffer.concat(names.sort().map((name) => readFileSync(join(dirname(file), name))));
  },
};

export const mysql: Engine = {
  name: 'mysql',
  async sandbox(env) {
    const { url, password } = await freshDatabase();
    return sandbox({ INTEGRATIONS_DATABASE_URL: url, INTEGRATIONS_DATABASE_PASSWORD: password, ...env });
  },
  sql: (box, sql, params) => mysqlRows(mysqlAddress(box), sql, params),
  dump: async (box) => Buffer.from(await dumpDatabase(mysqlAddress(box))),
};

/** The body, once for each engine, as a `describe` that bears the engine's name. */
export function forEachEngine(body: (engine: Engine) => void): void {
  for (const engine of [sqlite, mysql]) describe(engine.name, () => body(engine));
}

function sqliteFile(box: Sandbox): string {
  return databaseUrl(box).slice('sqlite:'.length);
}

function mysqlAddress(box: Sandbox): { url: string; password: string } {
  return { url: databaseUrl(box), password: box.env['INTEGRATIONS_DATABASE_PASSWORD'] ?? '' };
}

function databaseUrl(box: Sandbox): string {
  const url = box.env['INTEGRATIONS_DATABASE_URL'];
  if (!url) throw new Error('This sandbox names no database: make it with engine.sandbox().');
  return url;
}
