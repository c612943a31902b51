import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StartedDatabase } from '../support/database-server.ts';
import { startOwnMariadb } from '../support/mariadb-server.ts';
import { mysqlRows } from '../support/mysql.ts';
import { startOwnMysql } from '../support/mysql-server.ts';
import { type BenchDatabase, type BenchEngine, environment, ready, served, sqlite, withKnex } from './databases.ts';
import { analyze, seed, seedHistory } from './seed.ts';

/** A database with very many rows, which is kept between runs. */
export interface Kept {
  database: BenchDatabase;
  rows: number;
  pipelines: number;
  /** How many rows a page of a list has. */
  pageSize: number;
  /** How many statements the server was sent since it started. */
  questions(): Promise<number | undefined>;
  stop(): Promise<void>;
}

const name = 'scale';

/** @param rows at least 10,000: a tenth of them in one tenant, a hundredth in another, the rest in tenants of a hundred */
export async function keptDatabase(engine: BenchEngine, rows: number): Promise<Kept> {
  const place = join(cacheFolder(), `scale-${rows}-${contentsOf()}`, engine);
  if (!existsSync(place)) await make(engine, rows, place);
  return open(engine, rows, place);
}

/** Made beside its place, so that one that was broken off is not taken for one that is whole. */
async function make(engine: BenchEngine, rows: number, place: string): Promise<void> {
  const unfinished = `${place}.${randomBytes(4).toString('hex')}`;
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(join(unfinished, 'keyring'), randomBytes(32).toString('base64'), { mode: 0o600 });
    const { database, stop } = await open(engine, rows, unfinished);
    try {
      await fill(await ready(database), rows);
    } finally {
      await stop();
    }
    renameSync(unfinished, place);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function fill(database: BenchDatabase, rows: number): Promise<void> {
  const { engine } = database;
  const large = 10 ** Math.floor(Math.log10(rows / 10));
  await withKnex(database, async (knex) => {
    await seed(knex, engine, { group: 'a', tenants: (rows - large - large / 10) / 100, perTenant: 100 });
    await seed(knex, engine, { group: 'b', tenants: 1, perTenant: large });
    await seed(knex, engine, { group: 'c', tenants: 1, perTenant: large / 10 });
    await seedHistory(knex, engine, rows);
    await analyze(knex, engine);
  });
}

async function open(engine: BenchEngine, rows: number, place: string): Promise<Kept> {
  const env = environment(join(place, 'config'), readFileSync(join(place, 'keyring'), 'utf8'));
  const common = { rows, pipelines: rows * 0.38 };
  if (engine === 'sqlite') {
    const database = sqlite(place, env);
    return { ...common, pageSize: 200, database, questions: async () => undefined, stop: async () => undefined };
  }
  // As much as a host would give it.
  const server = await (engine === 'mysql' ? startOwnMysql : startOwnMariadb)(place);
  const { admin } = server;
  await mysqlRows(admin, 'SET GLOBAL innodb_buffer_pool_size = 536870912');
  await mysqlRows(admin, `CREATE DATABASE IF NOT EXISTS ${name}`);
  const database = served(engine, env, { url: admin.url, user: 'root', password: admin.password, name });
  return { ...common, pageSize: 500, database, questions: () => questionsOf(server), stop: server.stop };
}

async function questionsOf({ admin }: StartedDatabase): Promise<number> {
  const [row] = await mysqlRows(admin, "SHOW GLOBAL STATUS LIKE 'Com_select'");
  return Number(row?.['Value']);
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'integrations-test');
}

/** What the rows are made by and the tables they are in: other ones are made anew. */
function contentsOf(): string {
  const hash = createHash('sha256').update(readFileSync('test/bench/seed.ts'));
  for (const file of readdirSync('migrations').sort()) hash.update(file);
  return hash.digest('hex').slice(0, 12);
}
