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
  servers: Record<ServerName, DatabaseServer>,
): Promise<BenchDatabase> {
  const own = join(directory, `${engine}-${randomBytes(4).toString('hex')}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const env: Record<string, string> = {
    INTEGRATIONS_CONFIG_DIR: join(own, 'config'),
    INTEGRATIONS_KEYRING: randomBytes(32).toString('base64'),
    INTEGRATIONS_TENANT: tenantId,
    INTEGRATIONS_ACCOUNT: accountId,
  };
  const database = engine === 'sqlite' ? sqlite(own, env) : await served(engine, env, servers[engine]);
  execFileSync(process.execPath, ['bin/integrations.cjs', 'db', 'migrate', '-q'], { env: { ...process.env, ...env } });
  await withKnex(database, async (knex) => {
    await knex('tenants').insert({ id: tenantId, displayName: 'Bench' });
    await knex('accounts').insert({ id: accountId, email: 'bench@acme.test' });
  });
  return database;
}

function sqlite(directory: string, env: Record<string, string>): BenchDatabase {
  const filename = join(directory, 'integrations.db');
  env['INTEGRATIONS_DATABASE_URL'] = `sqlite:${filename}`;
  return { engine: 'sqlite', env, knexClient: 'better-sqlite3', connection: { filename }, tenantId };
}

async function served(
  engine: ServerName,
  env: Record<string, string>,
  { admin, user, prefix }: DatabaseServer,
): Promise<BenchDatabase> {
  const name = `${prefix}bench_${randomBytes(4).toString('hex')}`;
  await mysqlRows(admin, `CREATE DATABASE \`${name}\``);
  const url = new URL(admin.url);
  env['INTEGRATIONS_DATABASE_URL'] = `mysql://${user.name}@${url.host}/${name}`;
  env['INTEGRATIONS_DATABASE_PASSWORD'] = user.password;
  const connection = {
    host: url.hostname,
    port: Number(url.port),
    user: user.name,
    password: user.password,
    database: name,
  };
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
