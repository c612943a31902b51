import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { categoryList } from '../../src/core/category.ts';
import type { Sealed } from '../../src/crypto/seal.ts';
import { hostKeyFaults } from '../../src/db/host-keys.ts';
import { migrateDown, migrateUp, requireSchema, schemaState } from '../../src/db/migrate.ts';
import type { Database } from '../../src/db/queries.ts';
import { repairSchema } from '../../src/db/repair.ts';
import { missingParts } from '../../src/db/schema-parts.ts';
import { previousCredentials, previousStore } from '../../src/db/stores/previous.ts';
import { addHostRows, aRow, openBox, storesIn, tenantA, workspace } from '../support/builders.ts';
import { type Engine, forEachVersion, kindOf, sqlite } from '../support/engines.ts';

const names = migrations.map(({ name }) => name);
const newest = names.at(-1) ?? '';
/** What is pending after the pipelines' migration was taken back. */
const fromPipeline = names.slice(names.indexOf('20261127_6_pipeline'));
const tables = [...categoryList.map(({ table }) => table), previousCredentials.table];

async function fresh(engine: Engine) {
  const box = await engine.sandbox();
  return { box, database: await openBox(box) };
}

/** How many rows each table has; undefined where there is no such table. */
async function counts({ queries }: Database): Promise<Record<string, number | undefined>> {
  const counted: Record<string, number | undefined> = {};
  for (const table of ['tenants', 'accounts', ...tables]) {
    const there = await queries.schema.hasTable(table);
    counted[table] = there ? (await queries(table).select('id')).length : undefined;
  }
  return counted;
}

/** A pipeline with its SCM and target, and one integration of each other category. */
async function fill(database: Database, tenantId = tenantA): Promise<void> {
  const stores = storesIn(database.queries, tenantId);
  const scm = await stores.scm.insert(aRow('scm'));
  const target = await stores.target.insert(aRow('target'));
  await stores.pipeline.insert(aRow('pipeline', { scmIntegrationId: scm.id, targetIntegrationId: target.id }));
  await stores.communication.insert(aRow('communication'));
  await stores.ticket.insert(aRow('ticket'));
  await previousStore(database.queries, tenantId).keep(scm.id, 'sealed' as Sealed);
}

/** Takes back the newest migrations, that one as the last. */
async function takeBack(database: Database, last: string): Promise<void> {
  while ((await migrateDown(database)) !== last);
}

forEachVersion((engine) => {
  test('up, down one at a time and up again: the rows of every table that stays survive', async () => {
    const { database } = await fresh(engine);
    expect(await migrateUp(database)).toEqual(names);
    await addHostRows(database);
    await fill(database);

    expect(await migrateDown(database)).toBe('20261128_5_api_requests');
    expect(await migrateDown(database)).toBe('20261128_4_access_refusals');
    expect(await migrateDown(database)).toBe('20261128_2_runs');
    expect(await migrateDown(database)).toBe('20261128_1_access_tokens');
    expect(await migrateDown(database)).toBe('20261127_9_history_of_accounts');
    expect(await migrateDown(database)).toBe('20261127_8_history');
    const gone: string[] = [];
    for (const [name, table] of [
      ['20261127_7_previous_credentials', 'tenant_previous_credentials'],
      ['20261127_6_pipeline', 'tenant_pipeline_integrations'],
      ['20261127_5_ticket', 'tenant_ticket_integrations'],
      ['20261127_4_communication', 'tenant_communication_integrations'],
      ['20261127_3_target', 'tenant_target_integrations'],
      ['20261127_2_scm', 'tenant_scm_integrations'],
    ] as const) {
      expect(await migrateDown(database)).toBe(name);
      gone.push(table);
      const left = Object.fromEntries(tables.map((each) => [each, gone.includes(each) ? undefined : 1]));
      expect(await counts(database)).toEqual({ tenants: 2, accounts: 1, ...left });
    }
    expect(await migrateDown(database)).toBe('20261127_1_host_tables');
    expect(await migrateDown(database)).toBeUndefined();
    expect(await counts(database)).toMatchObject({ tenants: 2, accounts: 1 });

    expect(await migrateUp(database)).toEqual(names);
    await fill(database);
    expect(Object.values(await counts(database))).toEqual([2, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('down takes one table and up brings it back: what the others hold stays byte by byte', async () => {
    const { database } = await workspace(engine);
    await fill(database);
    const before = await database.queries('tenant_scm_integrations').select('*');
    await takeBack(database, '20261127_6_pipeline');
    expect(await migrateUp(database)).toEqual(fromPipeline);
    expect(await database.queries('tenant_scm_integrations').select('*')).toEqual(before);
    expect(await counts(database)).toMatchObject({ tenant_pipeline_integrations: 0, tenant_ticket_integrations: 1 });
  });

  test('a second up does nothing', async () => {
    const { box, database } = await fresh(engine);
    await migrateUp(database);
    const recorded = await engine.sql(box, 'SELECT * FROM integrations_migrations');
    expect(await migrateUp(database)).toEqual([]);
    expect(await engine.sql(box, 'SELECT * FROM integrations_migrations')).toEqual(recorded);
  });

  test('host tables that are missing are made', async () => {
    const { database } = await fresh(engine);
    await migrateUp(database);
    await addHostRows(database);
    expect(Object.keys(await database.queries('tenants').first())).toEqual(['id', 'displayName', 'createdAt']);
    expect(Object.keys(await database.queries('accounts').first())).toEqual(['id', 'email', 'name', 'createdAt']);
  });

  test('a migration that breaks half-way can run again', async () => {
    const { box, database } = await fresh(engine);
    const [obstacle, removal] = obstacles[kindOf(engine)];
    await engine.sql(box, obstacle);
    await expect(migrateUp(database)).rejects.toThrow();
    expect((await schemaState(database.queries)).applied).not.toContain('20261127_5_ticket');
    await engine.sql(box, removal);
    await migrateUp(database);
    expect(await schemaState(database.queries)).toEqual({ applied: names, pending: [], unknown: [] });
    await addHostRows(database);
    await fill(database);
  });

  test('a table that was made but not recorded keeps its rows', async () => {
    const { database } = await workspace(engine);
    await fill(database);
    await database.queries('integrations_migrations').where('name', 'like', '%pipeline').delete();
    expect(await migrateUp(database)).toEqual(['20261127_6_pipeline']);
    expect(await counts(database)).toMatchObject({ tenant_pipeline_integrations: 1 });
    await database.queries('integrations_migrations').where('name', 'like', '%pipeline').delete();
    await database.queries.schema.dropTable('tenant_pipeline_integrations');
    expect(await migrateUp(database)).toEqual(['20261127_6_pipeline']);
  });

  test('a table of our name that is not ours is refused and left alone, and in its stead ours can be made', async () => {
    const { box, database } = await fresh(engine);
    const table = 'tenant_ticket_integrations';
    await engine.sql(box, `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, tenantId INTEGER)`);
    await engine.sql(box, `INSERT INTO ${table} VALUES (7, 8)`);
    await expect(migrateUp(database)).rejects.toMatchObject({
      code: 'CONFLICT',
      exitStatus: 6,
      message: expect.stringMatching(
        /has another table called tenant_ticket_integrations: it lacks ticketSystemType, /,
      ),
      hint: 'Rename that table, or give integrations a database of its own.',
      details: { table, missing: expect.arrayContaining(['ticketSystemType', 'updatedAt']) },
    });
    expect(await engine.sql(box, `SELECT * FROM ${table}`)).toEqual([{ id: 7, tenantId: 8 }]);
    await engine.sql(box, `ALTER TABLE ${table} RENAME TO old_tickets`);
    await migrateUp(database);
    expect(await schemaState(database.queries)).toEqual({ applied: names, pending: [], unknown: [] });
    expect(await engine.sql(box, 'SELECT * FROM old_tickets')).toEqual([{ id: 7, tenantId: 8 }]);
  });

  test('a host table without an id is refused', async () => {
    const { box, database } = await fresh(engine);
    await engine.sql(box, 'CREATE TABLE accounts (number INTEGER PRIMARY KEY)');
    await expect(migrateUp(database)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/has another table called accounts: it lacks id$/),
    });
    expect(await engine.sql(box, 'SELECT * FROM accounts')).toEqual([]);
  });

  test('the lock of a migrator that was killed is taken over', async () => {
    const { database } = await fresh(engine);
    await migrateUp(database);
    await migrateDown(database);
    await database.queries('integrations_migrations_lock').update({ is_locked: 1 });
    expect(await migrateUp(database)).toEqual([newest]);
    await database.queries('integrations_migrations_lock').update({ is_locked: 1 });
    expect(await migrateDown(database)).toBe(newest);
  });

  test('of several migrators at once one applies each migration, and the others wait for it', async () => {
    const { box, database } = await fresh(engine);
    const runs = await Promise.all(Array.from({ length: 4 }, () => box.run('db', 'migrate', '--json')));
    expect(runs.filter(({ status }) => status !== 0)).toEqual([]);
    const recorded = await database.queries('integrations_migrations').orderBy('id').select('name');
    expect(recorded.map(({ name }) => name)).toEqual(names);
  });

  test('a schema newer than the tool is refused, up, down and for every command', async () => {
    const { database } = await workspace(engine);
    await database.queries('integrations_migrations').insert({ name: '20991231_1_later', batch: 9 });
    const refused = {
      code: 'SCHEMA_OUTDATED',
      exitStatus: 4,
      message: expect.stringContaining('newer version'),
      details: { unknown: ['20991231_1_later'] },
    };
    await expect(requireSchema(database)).rejects.toMatchObject(refused);
    await expect(migrateUp(database)).rejects.toMatchObject(refused);
    await expect(migrateDown(database)).rejects.toMatchObject(refused);
    expect(Object.values(await counts(database))).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
  });

  test("the bookkeeping of a host that uses Knex is the host's alone", async () => {
    const { box, database } = await fresh(engine);
    for (const statement of [
      'CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name VARCHAR(255), batch INTEGER)',
      'CREATE TABLE knex_migrations_lock (id INTEGER PRIMARY KEY, is_locked INTEGER)',
      "INSERT INTO knex_migrations VALUES (7, '20200101_host.js', 3)",
      'INSERT INTO knex_migrations_lock VALUES (1, 1)',
    ]) {
      await engine.sql(box, statement);
    }
    await migrateUp(database);
    while ((await migrateDown(database)) !== undefined);
    await migrateUp(database);
    expect(await engine.sql(box, 'SELECT * FROM knex_migrations')).toEqual([
      { id: 7, name: '20200101_host.js', batch: 3 },
    ]);
    expect(await engine.sql(box, 'SELECT * FROM knex_migrations_lock')).toEqual([{ id: 1, is_locked: 1 }]);
  });

  describe('host tables that are there already', () => {
    for (const { title, tenants, accounts, tenantId, accountId } of hosts[kindOf(engine)]) {
      test(`${title}: their ids' type is taken over, and they are neither altered nor dropped`, async () => {
        const { box, database } = await fresh(engine);
        await engine.sql(box, tenants);
        await engine.sql(box, accounts);
        await database.queries('tenants').insert({ id: tenantId });
        await database.queries('accounts').insert({ id: accountId });
        const definitions = await definitionsOf(engine, database);

        await migrateUp(database);
        expect([await missingParts(database.queries), await hostKeyFaults(database.queries)]).toEqual([[], []]);
        expect(await repairSchema(database)).toEqual([]);
        const stores = storesIn(database.queries, tenantId);
        const scm = await stores.scm.insert(aRow('scm', { configuredByAccountId: accountId }));
        expect(scm).toMatchObject({ tenantId, configuredByAccountId: accountId });
        expect(await stores.scm.get(scm.id)).toEqual(scm);
        const orphan = aRow('scm', { configuredByAccountId: '999999' });
        await expect(stores.scm.insert(orphan)).rejects.toThrow();

        while ((await migrateDown(database)) !== undefined);
        expect(await definitionsOf(engine, database)).toEqual(definitions);
        expect(await counts(database)).toMatchObject({ tenants: 1, accounts: 1 });
      });
    }
  });
});

async function definitionsOf(engine: Engine, { queries }: Database): Promise<unknown[]> {
  if (engine.name === 'sqlite') {
    return queries.raw("SELECT sql FROM sqlite_master WHERE name IN ('tenants', 'accounts')");
  }
  const [tenants] = await queries.raw('SHOW CREATE TABLE tenants');
  const [accounts] = await queries.raw('SHOW CREATE TABLE accounts');
  return [tenants, accounts];
}

/** What makes the migration of the tickets fail, and what takes that away. */
const obstacles = {
  sqlite: ['CREATE TABLE idx_ticket_type (id INTEGER)', 'DROP TABLE idx_ticket_type'],
  server: [
    'CREATE TABLE other (id INT PRIMARY KEY, up INT, CONSTRAINT fk_integrations_2_ticket_tenant FOREIGN KEY (up) REFERENCES other (id))',
    'DROP TABLE other',
  ],
} as const;

const uuid = '0b9e5c1e-7f5d-4c55-9d39-1c1f2a3b4c5d';
const hosts = {
  sqlite: [
    {
      title: 'integers',
      tenants: 'CREATE TABLE tenants (id INTEGER PRIMARY KEY, label TEXT)',
      accounts: 'CREATE TABLE accounts (id INTEGER PRIMARY KEY)',
      tenantId: '7',
      accountId: '12',
    },
    {
      title: 'text without a type',
      tenants: 'CREATE TABLE tenants (id PRIMARY KEY, label TEXT)',
      accounts: 'CREATE TABLE accounts (id TEXT UNIQUE)',
      tenantId: uuid,
      accountId: 'ops',
    },
  ],
  server: [
    {
      title: 'utf8mb4_general_ci CHAR(36)',
      tenants: 'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY) CHARSET utf8mb4 COLLATE utf8mb4_general_ci',
      accounts: 'CREATE TABLE accounts (id CHAR(36) PRIMARY KEY) CHARSET utf8mb4 COLLATE utf8mb4_general_ci',
      tenantId: uuid,
      accountId: uuid,
    },
    {
      title: 'BIGINT, one of them beyond what a double holds',
      tenants: 'CREATE TABLE tenants (id BIGINT UNSIGNED PRIMARY KEY, label VARCHAR(9))',
      accounts: 'CREATE TABLE accounts (id BIGINT PRIMARY KEY AUTO_INCREMENT)',
      tenantId: '9223372036854775809',
      accountId: '12',
    },
    {
      title: 'latin1_swedish_ci',
      tenants: 'CREATE TABLE tenants (id VARCHAR(64) PRIMARY KEY) CHARSET latin1 COLLATE latin1_swedish_ci',
      accounts: 'CREATE TABLE accounts (id CHAR(36) PRIMARY KEY) CHARSET latin1 COLLATE latin1_swedish_ci',
      tenantId: uuid,
      accountId: 'ops',
    },
  ],
} as const;

describe('the SQLite file', () => {
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  test("is its owner's alone, with its folder, its log and the copies of it", async () => {
    const box = await sqlite.sandbox({ INTEGRATIONS_DATABASE_URL: undefined, INTEGRATIONS_DATA_DIR: undefined });
    const env = { XDG_DATA_HOME: join(box.root, 'xdg') };
    expect(await box.runWith({ env }, 'init', '--key-store', 'file')).toMatchObject({ status: 0 });
    const folder = join(box.root, 'xdg', 'integrations');
    expect([mode(folder), mode(join(folder, 'integrations.db'))]).toEqual(['700', '600']);
    expect(await box.runWith({ env }, 'db', 'rollback', '--yes')).toMatchObject({ status: 0 });
    const copy = join(folder, `integrations.db.before-rollback-${newest}`);
    expect(mode(copy)).toBe('600');
  });

  test('its log is private too while it is open', async () => {
    const { box } = await workspace(sqlite);
    const files = readdirSync(box.dataDir).sort();
    expect(files).toEqual(['integrations.db', 'integrations.db-shm', 'integrations.db-wal']);
    expect(files.map((name) => mode(join(box.dataDir, name)))).toEqual(['600', '600', '600']);
  });

  test('is copied beside itself before it migrates, with what its log holds', async () => {
    const { box, database } = await workspace(sqlite);
    await fill(database);
    await takeBack(database, '20261127_6_pipeline');
    const beforeRollback = join(box.dataDir, 'integrations.db.before-rollback-20261127_6_pipeline');
    expect(countIn(beforeRollback, 'tenant_pipeline_integrations')).toBe(1);

    await migrateUp(database);
    const beforeUp = join(box.dataDir, 'integrations.db.before-20261127_6_pipeline');
    expect(countIn(beforeUp, 'tenant_scm_integrations')).toBe(1);
    expect(() => countIn(beforeUp, 'tenant_pipeline_integrations')).toThrow(/no such table/);
    expect([mode(beforeRollback), mode(beforeUp)]).toEqual(['600', '600']);
    // The rows that the rollback dropped are still to be had.
    expect(countIn(beforeRollback, 'tenant_pipeline_integrations')).toBe(1);
  });

  test("is copied before the first migration as well, where it holds a host's tables", async () => {
    const { box, database } = await fresh(sqlite);
    await sqlite.sql(box, 'CREATE TABLE tenants (id TEXT PRIMARY KEY)');
    await sqlite.sql(box, "INSERT INTO tenants VALUES ('t')");
    await migrateUp(database);
    expect(countIn(join(box.dataDir, 'integrations.db.before-20261127_1_host_tables'), 'tenants')).toBe(1);
  });

  test('is not copied when it is empty, or when there is nothing to migrate', async () => {
    const { box, database } = await workspace(sqlite);
    await migrateUp(database);
    expect(readdirSync(box.dataDir).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('is as it was after a migration that failed', async () => {
    const { box, database } = await workspace(sqlite);
    await fill(database);
    await takeBack(database, '20261127_5_ticket');
    await sqlite.sql(box, obstacles.sqlite[0]);
    await expect(migrateUp(database)).rejects.toThrow();
    expect((await schemaState(database.queries)).applied).toEqual(names.slice(0, 4));
    expect(countIn(join(box.dataDir, 'integrations.db.before-20261127_5_ticket'), 'tenant_scm_integrations')).toBe(1);
  });

  test('does not migrate where it cannot be copied', async () => {
    const { box, database } = await workspace(sqlite);
    await migrateDown(database);
    mkdirSync(join(box.dataDir, `integrations.db.before-${newest}`));
    const refused = {
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/^cannot copy the database to .*: /),
    };
    await expect(migrateUp(database)).rejects.toMatchObject(refused);
    expect((await schemaState(database.queries)).pending).toEqual([newest]);
  });

  test('that another command is just making is waited for', async () => {
    const box = await sqlite.sandbox();
    const other = new BetterSqlite(join(box.dataDir, 'integrations.db'));
    other.exec('BEGIN IMMEDIATE');
    const migrating = box.start({}, 'db', 'migrate').result;
    await sleep(1_000);
    other.exec('COMMIT');
    other.close();
    expect(await migrating).toMatchObject({ status: 0 });
  });

  test('that another command holds is waited for, then given up', async () => {
    const { box, database } = await workspace(sqlite);
    await database.transaction(async () => {
      const result = await box.run('db', 'migrate', '--json');
      expect(result.error()).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringContaining('another command is using it'),
      });
    });
  });
});

function countIn(file: string, table: string): number {
  expect(existsSync(file)).toBe(true);
  const database = new BetterSqlite(file, { readonly: true });
  try {
    return database.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? -1;
  } finally {
    database.close();
  }
}
