import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import createKnex from 'knex';
import type { DatabaseServer, ServerName } from '../support/database-server.ts';
import { mysqlRows } from '../support/mysql.ts';

export type BenchEngine = 'sqlite' | ServerName;

export interface BenchDatabase {
  engine: BenchEngine;
  /** For the program. */
  env: Record<string, string>;
  /** For a script of its own. */
  knexClient: string;
  connection: Record<string, unknown>;
  tenantId: string;
}

const tenantId = '0199aab0-0000-7000-8000-000000000001';
export const accountId = 'account_bench';

/** A database of its own with one tenant, ready for rows. */
export async function makeDatabase(
  engine: BenchEngine,
  directory: string,
  server: DatabaseServer | undefined,
): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const own = join(directory, `${engine}-${name}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const env = environment(join(own, 'config'), randomBytes(32).toString('base64'));
  if (engine === 'sqlite' || !server) return ready(sqlite(own, env));
  const { admin, user, prefix } = server;
  await mysqlRows(admin, `CREATE DATABASE \`${prefix}${name}\``);
  return ready(served(engine, env, { url: admin.url, user: user.name, password: user.password, name: prefix + name }));
}

export function environment(config: string, keyring: string): Record<string, string> {
  return {
    INTEGRATIONS_CONFIG_DIR: config,
    INTEGRATIONS_KEYRING: keyring,
    INTEGRATIONS_TENANT: tenantId,
    INTEGRATIONS_ACCOUNT: accountId,
  };
}

/** Makes the tables, one tenant and one account. */
export async function ready(database: BenchDatabase): Promise<BenchDatabase> {
  const { env } = database;
  execFileSync(process.execPath, ['bin/integrations.cjs', 'db', 'migrate', '-q'], { env: { ...process.env, ...env } });
  await withKnex(database, async (knex) => {
    await knex('tenants').insert({ id: tenantId, displayName: 'Bench' });
    await knex('accounts').insert({ id: accountId, email: 'bench@acme.test' });
  });
  return database;
}

export function sqlite(directory: string, env: Record<string, string>): BenchDatabase {
  const filename = join(directory, 'integrations.db');
  env['INTEGRATIONS_DATABASE_URL'] = `sqlite:${filename}`;
  return { engine: 'sqlite', env, knexClient: 'better-sqlite3', connection: { filename }, tenantId };
}

/** A database of a server, which is there. */
export function served(
  engine: ServerName,
  env: Record<string, string>,
  { url: at, user, password, name }: { url: string; user: string; password: string; name: string },
): BenchDatabase {
  const url = new URL(at);
  env['INTEGRATIONS_DATABASE_URL'] = `mysql://${user}@${url.host}/${name}`;
  env['INTEGRATIONS_DATABASE_PASSWORD'] = password;
  const connection = { host: url.hostname, port: Number(url.port), user, password, database: name };
  return { engine, env, knexClient: 'mysql2', connection, tenantId };
}

/** Gives the tenant `count` scm integrations. */
export async function fill(database: BenchDatabase, count: number): Promise<void> {
  // Listing opens nothing: a text as long as a sealed token will do.
  const accessToken = randomBytes(220).toString('base64url');
  await withKnex(database, async (knex) => {
    const depth = { sqlite: undefined, mariadb: 'max_recursive_iterations', mysql: 'cte_max_recursion_depth' };
    const limit = depth[database.engine];
    if (limit) await knex.raw(`SET SESSION ${limit} = 2000000`);
    await knex.raw(
      `INSERT INTO tenant_scm_integrations
         (id, tenantId, scmType, displayName, organization, repositoryUrl, accessToken, configuredByAccountId)
       WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?),
         padded (n) AS (SELECT SUBSTR(CONCAT('0000000', i), -8) FROM numbers)
       SELECT CONCAT('scm_0199aab000007000800000000', n), ?, 'GITHUB', CONCAT('mobile ', n), CONCAT('acme-', n),
         CONCAT('https://github.com/acme-', n, '/mobile'), ?, ? FROM padded`,
      [count, tenantId, accessToken, accountId],
    );
  });
}

export async function withKnex(
  database: BenchDatabase,
  work: (knex: ReturnType<typeof createKnex>) => Promise<void>,
): Promise<void> {
  const { knexClient: client, connection } = database;
  const knex = createKnex({ client, connection, useNullAsDefault: true, pool: { min: 1, max: 1 } });
  try {
    await work(knex);
  } finally {
    await knex.destroy();
  }
}
