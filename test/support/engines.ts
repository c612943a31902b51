import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { type Environment, type Sandbox, sandbox } from './cli.ts';
import type { DatabaseServer, ServerName } from './database-server.ts';
import { createDatabase, dumpDatabase, type FreshDatabase } from './databases.ts';
import { mysqlRows, mysqlSession, type Row } from './mysql.ts';
import { startNewestMariadb } from './newest-mariadb.ts';

export interface Engine {
  name: 'sqlite' | ServerName;
  /** A sandbox whose INTEGRATIONS_DATABASE_URL names an empty database of its own. */
  sandbox(env?: Environment): Promise<Sandbox>;
  /** One statement straight at the database, past the product; `[]` where it returns no rows. */
  sql(box: Sandbox, sql: string, params?: unknown[]): Promise<Row[]>;
  /** Statements one after another on one connection, for which foreign keys do not count. */
  unchecked(box: Sandbox, statements: readonly string[]): Promise<void>;
  /** Everything that is stored, as bytes to search in. */
  dump(box: Sandbox): Promise<Buffer>;
}

export type EngineKind = 'sqlite' | 'server';

/** What the two servers have in common. */
export function kindOf({ name }: Engine): EngineKind {
  return name === 'sqlite' ? 'sqlite' : 'server';
}

export interface ServerEngine extends Engine {
  name: ServerName;
  freshDatabase(): Promise<FreshDatabase>;
  asAdmin(sql: string, params?: unknown[]): Promise<Row[]>;
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
  async unchecked(box, statements) {
    const database = new Database(sqliteFile(box), { timeout: 10_000 });
    try {
      database.pragma('foreign_keys = OFF');
      for (const statement of statements) database.exec(statement);
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

export const mariadb = serverEngine('mariadb', () => inject('servers').mariadb);
export const mysql = serverEngine('mysql', () => inject('servers').mysql);

/** The body, once for each engine, as a `describe` that bears the engine's name. */
export function forEachEngine(body: (engine: Engine) => void): void {
  for (const engine of [sqlite, mariadb, mysql]) describe(engine.name, () => body(engine));
}

/** The same, and on the newest MariaDB as well, which is started for the test file that asks for it. */
export function forEachVersion(body: (engine: Engine) => void): void {
  forEachEngine(body);
  describe('newest mariadb', () => {
    let server: DatabaseServer | undefined;
    beforeAll(async () => {
      const { stop, ...started } = await startNewestMariadb(
        join(inject('runDirectory'), `newest-mariadb-${process.pid}`),
      );
      server = started;
      atEnd(stop);
    });
    body(
      serverEngine('mariadb', () => {
        if (!server) throw new Error('The newest MariaDB has not started.');
        return server;
      }),
    );
  });
}

/** The same for what only a server can do. */
export function forEachServer(body: (engine: ServerEngine) => void): void {
  for (const engine of [mariadb, mysql]) describe(engine.name, () => body(engine));
}

function serverEngine(name: ServerName, server: () => DatabaseServer): ServerEngine {
  return {
    name,
    async sandbox(env) {
      const { url, password } = await createDatabase(server());
      return sandbox({ INTEGRATIONS_DATABASE_URL: url, INTEGRATIONS_DATABASE_PASSWORD: password, ...env });
    },
    sql: (box, sql, params) => mysqlRows(addressOf(box), sql, params),
    unchecked: (box, statements) => mysqlSession(addressOf(box), ['SET foreign_key_checks = 0', ...statements]),
    dump: async (box) => Buffer.from(await dumpDatabase(addressOf(box))),
    freshDatabase: () => createDatabase(server()),
    asAdmin: (sql, params) => mysqlRows(server().admin, sql, params),
  };
}

function sqliteFile(box: Sandbox): string {
  return databaseUrl(box).slice('sqlite:'.length);
}

function addressOf(box: Sandbox): { url: string; password: string } {
  return { url: databaseUrl(box), password: box.env['INTEGRATIONS_DATABASE_PASSWORD'] ?? '' };
}

function databaseUrl(box: Sandbox): string {
  const url = box.env['INTEGRATIONS_DATABASE_URL'];
  if (!url) throw new Error('This sandbox names no database: make it with engine.sandbox().');
  return url;
}
