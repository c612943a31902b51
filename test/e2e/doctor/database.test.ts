import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { faultsOfFile } from '../../../src/db/file-check.ts';
import type { Sandbox } from '../../support/cli.ts';
import { commandIn, examine, type Item } from '../../support/doctor.ts';
import { forEachEngine, forEachServer, sqlite } from '../../support/engines.ts';
import { addSample, done, workspace } from '../../support/workspace.ts';

const dependents = ['schema-parts', 'types', 'credentials', 'pipelines', 'verifications', 'expiry', 'runs'];
const newest = migrations.at(-1)?.name ?? '';
const pipelines = 'tenant_pipeline_integrations';

const error = (finding: string | RegExp, remedy: string | RegExp | null): Item =>
  expect.objectContaining({
    severity: 'error',
    finding: typeof finding === 'string' ? finding : expect.stringMatching(finding),
    remedy: remedy === null || typeof remedy === 'string' ? remedy : expect.stringMatching(remedy),
  });
const skipped = expect.objectContaining({ severity: 'skipped', remedy: null });

/** Each fault is planted past the product, found, and mended as the remedy says. */
forEachEngine((engine) => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(engine);
    await addSample(box, 'github', 'code');
    await addSample(box, 'app-store', 'app');
    await addSample(box, 'github-actions', 'build');
    await engine.sql(box, `UPDATE tenant_scm_integrations SET lastVerifiedAt = CURRENT_TIMESTAMP`);
  });

  /** Nothing is wrong but that two integrations were not verified yet; a migration may have left its copy. */
  async function isHealthy(): Promise<void> {
    const { status, faults } = await examine(box);
    const { files = [], ...others } = faults;
    expect([status, others]).toEqual([
      0,
      { verifications: [expect.objectContaining({ severity: 'warning', count: 2 })] },
    ]);
    const copy = {
      severity: 'info',
      finding: expect.stringMatching(/cop(y|ies) of the database from before migrations/),
    };
    expect(files).toEqual(files.map(() => expect.objectContaining(copy)));
  }

  test('a sound installation: every check is told', async () => {
    await isHealthy();
    const { items } = await examine(box);
    expect(items.map(({ id }) => id)).toEqual([
      'config',
      'files',
      'keychain',
      'database',
      'integrity',
      'schema',
      'schema-parts',
      'host-tables',
      'clock',
      'key',
      'types',
      'credentials',
      'pipelines',
      'verifications',
      'expiry',
      'runs',
      'proxy',
      'variables',
    ]);
    expect(items.find(({ id }) => id === 'credentials')?.finding).toBe('all 5 open');
  });

  test('no tables yet', async () => {
    const fresh = await engine.sandbox();
    await done(fresh.run('db', 'migrate'));
    for (const { name } of [...migrations].reverse()) {
      void name;
      await done(fresh.run('db', 'rollback', '--yes'));
    }
    const { status, faults } = await examine(fresh);
    expect([status, faults['schema']]).toEqual([4, [error('there are no tables yet', 'integrations db migrate')]]);
    await done(fresh.run(...commandIn(faults['schema']?.[0] as Item)));
    expect((await examine(fresh)).faults['schema']).toBeUndefined();
  });

  test('an outdated schema', async () => {
    await engine.sql(box, `DELETE FROM integrations_migrations WHERE name = '${newest}'`);
    const { status, stderr, faults } = await examine(box);
    expect(status).toBe(4);
    expect(faults['schema']).toEqual([error(`not applied yet: ${newest}`, 'integrations db migrate')]);
    for (const id of dependents) expect([id, faults[id]]).toEqual([id, [skipped]]);
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error).toMatchObject({
      code: 'SCHEMA_OUTDATED',
      message: '1 error found: schema',
    });
    await done(box.run(...commandIn(faults['schema']?.[0] as Item)));
    await isHealthy();
  });

  test('a schema newer than the tool', async () => {
    await engine.sql(box, "INSERT INTO integrations_migrations (name, batch) VALUES ('20991231_1_later', 9)");
    const { status, faults } = await examine(box);
    await engine.sql(box, "DELETE FROM integrations_migrations WHERE name = '20991231_1_later'");
    expect([status, faults['schema']]).toEqual([
      4,
      [error(/newer version of integrations: 20991231_1_later$/, 'Install the newer version of integrations.')],
    ]);
    expect(faults['credentials']).toEqual([skipped]);
    await isHealthy();
  });

  test('a table that is missing', async () => {
    await engine.sql(box, `ALTER TABLE ${pipelines} RENAME TO aside`);
    const { status, faults } = await examine(box);
    await engine.sql(box, `ALTER TABLE aside RENAME TO ${pipelines}`);
    expect([status, faults['schema']]).toEqual([
      4,
      [error(`the table ${pipelines} is missing`, 'integrations db migrate')],
    ]);
    await isHealthy();

    const fresh = await workspace(engine);
    await engine.sql(fresh, `DROP TABLE ${pipelines}`);
    const { stderr, stdout } = await done(fresh.run('db', 'migrate', '--json'));
    expect(stderr).toBe(`Put back the table ${pipelines}.\n`);
    expect(JSON.parse(stdout).putBack).toEqual([`table ${pipelines}`]);
    expect((await examine(fresh)).status).toBe(0);
    expect((await done(fresh.run('db', 'migrate'))).stderr).toBe('The tables are up to date already.\n');
  });

  test('a column that is missing', async () => {
    const fresh = await workspace(engine);
    if (engine === sqlite) await engine.sql(fresh, 'DROP TRIGGER tenant_ticket_integrations_updatedAt');
    await engine.sql(fresh, 'ALTER TABLE tenant_ticket_integrations DROP COLUMN jiraEmail');
    const { status, faults } = await examine(fresh);
    expect([status, faults['schema']]).toEqual([
      4,
      [error('the table tenant_ticket_integrations lacks the column jiraEmail', /from a backup/)],
    ]);
    for (const id of dependents) expect([id, faults[id]]).toEqual([id, [skipped]]);
    await engine.sql(fresh, 'ALTER TABLE tenant_ticket_integrations ADD COLUMN jiraEmail VARCHAR(255)');
    expect((await examine(fresh)).faults['schema']).toBeUndefined();
  });

  test('an index that is missing, and one of other columns', async () => {
    const on = engine !== sqlite ? ' ON tenant_ticket_integrations' : '';
    await engine.sql(box, `DROP INDEX unique_ticket_name${on}`);
    await engine.sql(box, `DROP INDEX idx_ticket_type${on}`);
    await engine.sql(box, 'CREATE INDEX idx_ticket_type ON tenant_ticket_integrations (isActive)');
    const { status, faults } = await examine(box);
    const remedy = 'integrations db migrate';
    expect([status, faults['schema-parts']]).toEqual([
      4,
      [
        error(
          'the table tenant_ticket_integrations lacks the index unique_ticket_name (tenantId, displayName), unique',
          remedy,
        ),
        error('the table tenant_ticket_integrations lacks the index idx_ticket_type (ticketSystemType)', remedy),
      ],
    ]);
    // What else there is to see is seen all the same.
    expect(faults['credentials']).toBeUndefined();
    await engine.sql(box, `DROP INDEX idx_ticket_type${on}`);
    await done(box.run('db', 'migrate'));
    await isHealthy();
  });

  test('a missing unique index that rows stand in the way of', async () => {
    const fresh = await workspace(engine);
    await addSample(fresh, 'linear', 'one');
    await addSample(fresh, 'linear', 'two');
    await engine.sql(
      fresh,
      `DROP INDEX unique_ticket_name${engine !== sqlite ? ' ON tenant_ticket_integrations' : ''}`,
    );
    await engine.sql(fresh, "UPDATE tenant_ticket_integrations SET displayName = 'one'");
    expect((await fresh.run('db', 'migrate', '--json')).error()).toMatchObject({ code: 'CONFLICT' });
    await engine.sql(fresh, 'UPDATE tenant_ticket_integrations SET displayName = id');
    await done(fresh.run('db', 'migrate'));
    expect((await examine(fresh)).status).toBe(0);
  });

  test('a clock that differs', async () => {
    const { status, faults } = await examine(box, { env: await clockOff(box, 125) });
    if (engine === sqlite) return expect(faults['clock']).toBeUndefined();
    expect([status, faults['clock']]).toEqual([
      0,
      [
        expect.objectContaining({
          severity: 'warning',
          finding: expect.stringMatching(/^this machine's clock is 12[3-7] s ahead of the database's$/),
        }),
      ],
    ]);
    expect((await examine(box, { env: await clockOff(box, -70) })).faults['clock']?.[0]?.finding).toMatch(/behind/);
    expect((await examine(box, { env: await clockOff(box, 50) })).faults['clock']).toBeUndefined();
  });

  test('nearly everything broken at once: each is told, and nothing dies', async () => {
    const broken = await engine.sandbox();
    await done(broken.run('init', '--key-store', 'file', '--no-input'));
    writeTo(join(broken.configDir, 'config.yaml'), 'current: [');
    writeTo(join(broken.configDir, 'keyring.json'), 'no ring ');
    const env = { HTTPS_PROXY: 'http://user:pr0xypassw0rd@127.0.0.1:1', INTEGRATIONS_OUTPUT: 'papyrus' };
    const { status, items, faults, stderr } = await examine(broken, { env });
    expect(status).toBe(1);
    expect(faults['config']).toEqual([error(/config\.yaml: is not YAML$/, /^Correct the file/)]);
    expect(faults['proxy']).toEqual([error(/127\.0\.0\.1:1, and nothing answers there/, /unset HTTPS_PROXY/)]);
    const others = items.filter(({ id }) => !['config', 'files', 'proxy', 'variables'].includes(id));
    expect(others.map(({ severity }) => severity)).toEqual(others.map(() => 'skipped'));
    expect(JSON.stringify(items) + stderr).not.toContain('pr0xypassw0rd');
    for (const format of ['table', 'yaml', 'csv', 'jsonl', 'name']) {
      const told = await broken.runWith({ env }, 'doctor', '-o', format);
      expect([told.status, told.stdout.includes('proxy')]).toEqual([1, true]);
    }
    expect((await broken.runWith({ env }, 'doctor')).stdout).toMatch(/^CHECK +RESULT +FOUND\nconfig +error /);
  });
});

async function clockOff(box: Sandbox, seconds: number): Promise<{ NODE_OPTIONS: string }> {
  const preload = join(box.root, `clock${seconds}.cjs`);
  const file = openSync(preload, 'w');
  writeSync(file, `const now = Date.now; Date.now = () => now() + ${seconds * 1000};`);
  closeSync(file);
  return { NODE_OPTIONS: `--require ${preload}` };
}

/** Keeps the file's mode. */
function writeTo(path: string, text: string): void {
  const file = openSync(path, 'w');
  writeSync(file, text);
  closeSync(file);
}

forEachServer((engine) => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(engine);
    await addSample(box, 'github', 'code');
  });

  test.each([
    ['nothing listens', { INTEGRATIONS_DATABASE_URL: 'mysql://user@127.0.0.1:1/none' }, /nothing listens there/],
    ['the password is wrong', { INTEGRATIONS_DATABASE_PASSWORD: 'wr0ngpassword' }, /refused the user or the password/],
  ])('%s: found, and what needs it is skipped', async (_, env, reason) => {
    const { status, items, faults, stderr } = await examine(box, { env });
    expect([status, faults['database']]).toEqual([4, [error(reason, /INTEGRATIONS_DATABASE/)]]);
    for (const id of ['schema', 'host-tables', 'clock', ...dependents])
      expect([id, faults[id]]).toEqual([id, [skipped]]);
    expect(faults['key']).toBeUndefined();
    expect(JSON.stringify(items) + stderr).not.toContain('wr0ngpassword');
  });

  test('a foreign key that is missing', async () => {
    await engine.sql(box, `ALTER TABLE ${pipelines} DROP FOREIGN KEY fk_integrations_1_pipeline_scm`);
    const { status, faults } = await examine(box);
    const finding = `the table ${pipelines} lacks the foreign key (tenantId,scmIntegrationId) to tenant_scm_integrations (tenantId,id)`;
    // MySQL's cascades are overtaken as well: it makes all keys of a table anew when it takes one away.
    expect([status, faults['schema-parts']?.[0]]).toEqual([4, error(finding, 'integrations db migrate')]);
    await done(box.run('db', 'migrate'));
    expect((await examine(box)).faults['schema-parts']).toBeUndefined();
    const [made] = await engine.sql(
      box,
      `SELECT DELETE_RULE AS rule FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'fk_integrations_1_pipeline_scm'`,
    );
    expect(made).toEqual({ rule: 'RESTRICT' });
  });

  const restored = [
    'DROP TABLE tenants',
    'CREATE TABLE tenants (id VARCHAR(64) PRIMARY KEY, displayName VARCHAR(99)) CHARSET utf8mb4 COLLATE utf8mb4_general_ci',
    'INSERT INTO tenants SELECT DISTINCT tenantId, tenantId FROM tenant_scm_integrations',
  ];
  const converted = [
    'ALTER TABLE accounts MODIFY id VARCHAR(255) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL',
  ];

  /** Without them a table changes that keys refer to: MySQL lets it neither change nor come back as another one. */
  async function droppingKeysTo(table: string): Promise<string[]> {
    const keys = await engine.sql(
      box,
      'SELECT TABLE_NAME AS name, CONSTRAINT_NAME AS foreignKey FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = ?',
      [table],
    );
    return keys.map(({ name, foreignKey }) => `ALTER TABLE ${name} DROP FOREIGN KEY ${foreignKey}`);
  }

  test.each([
    ['character set, after the host put a backup of its own back', 'tenants', 'tenantId', restored],
    ['collation, after the host converted its table', 'accounts', 'configuredByAccountId', converted],
  ])('host ids of another %s', async (_, table, column, statements) => {
    const refuses = engine.name === 'mysql' || statements === converted;
    await engine.unchecked(box, [...(refuses ? await droppingKeysTo(table) : []), ...statements]);
    const { status, faults } = await examine(box);
    expect([status, faults['host-tables']]).toEqual([
      4,
      [
        error(
          new RegExp(
            `^${table}\\.id is .*, and what refers to it is .*: tenant_scm_integrations\\.${column} and [456] more$`,
          ),
          'integrations db migrate',
        ),
      ],
    ]);
    await done(box.run(...commandIn(faults['host-tables']?.[0] as Item)));
    const after = await examine(box);
    expect([after.status, after.faults['host-tables'], after.faults['schema-parts']]).toEqual([
      0,
      undefined,
      undefined,
    ]);
    const [{ displayName: tenant } = {}] = await engine.sql(box, 'SELECT displayName FROM tenants');
    await addSample(box, 'linear', `board ${table}`, '--tenant', String(tenant));
    expect((await examine(box)).faults['credentials']).toBeUndefined();
  });
});

describe('a SQLite file', () => {
  const file = (box: Sandbox) => join(box.dataDir, 'integrations.db');

  test('that is not there is not made', async () => {
    const box = await sqlite.sandbox();
    const { status, faults } = await examine(box);
    expect([status, faults['database']]).toEqual([
      4,
      [error(`there is no database ${file(box)}`, 'integrations init')],
    ]);
    expect((await examine(box)).faults['database']).toHaveLength(1);
    await done(box.run(...commandIn(faults['database']?.[0] as Item), '--key-store', 'file'));
    expect((await examine(box)).status).toBe(0);
  });

  test('that is none, and one that is damaged', async () => {
    const box = await workspace(sqlite);
    for (const name of ['one', 'two', 'three']) await addSample(box, 'linear', name);
    await sqlite.sql(box, 'PRAGMA wal_checkpoint(TRUNCATE)');
    const descriptor = openSync(file(box), 'r+');
    // Past the header and the schema, a page of rows or of an index.
    writeSync(descriptor, Buffer.alloc(4096 * 10, 0x55), 0, 4096 * 10, 4096 * 12);
    closeSync(descriptor);
    const damaged = await examine(box);
    expect([damaged.status, damaged.faults['database']]).toEqual([4, [error(/is damaged/, /backup/)]]);
    writeTo(file(box), 'this is no database, whatever its name says. '.repeat(100));
    const other = await examine(box);
    expect([other.status, other.faults['database']?.[0]?.finding]).toEqual([
      4,
      expect.stringContaining('is not a SQLite database'),
    ]);
  });

  test('whose indexes are not those of its rows: found, and made anew', async () => {
    const box = await workspace(sqlite);
    for (const name of ['one', 'two', 'three']) await addSample(box, 'linear', name);
    const byName = async () => (await box.run('ticket', 'show', 'two', '--json')).status;
    expect(await byName()).toBe(0);
    const database = new Database(file(box));
    // Each index leads to where the other one is.
    database.unsafeMode(true);
    database.pragma('writable_schema = 1');
    const [first, second] = database
      .prepare("SELECT name, rootpage FROM sqlite_master WHERE name IN ('unique_ticket_name', 'idx_ticket_type')")
      .all() as { name: string; rootpage: number }[];
    const lead = database.prepare('UPDATE sqlite_master SET rootpage = ? WHERE name = ?');
    lead.run(second?.rootpage, first?.name);
    lead.run(first?.rootpage, second?.name);
    database.close();
    const { status, faults } = await examine(box);
    expect([status, faults['database'], faults['integrity']]).toEqual([
      4,
      undefined,
      [error(/^2 indexes .*idx_ticket_type and unique_ticket_name$/, /integrations db migrate$/)],
    ]);
    const migrated = await done(box.run(...commandIn(faults['integrity']?.[0] as Item), '--json'));
    expect(migrated.json().putBack.sort()).toEqual([
      'index idx_ticket_type of tenant_ticket_integrations',
      'index unique_ticket_name of tenant_ticket_integrations',
    ]);
    expect((await examine(box)).faults['integrity']).toBeUndefined();
    expect(await byName()).toBe(0);
  });

  test('in which rows refer to what is not there', async () => {
    const box = await workspace(sqlite);
    const { id, tenantId } = await addSample(box, 'linear', 'one');
    await sqlite.unchecked(box, [
      "INSERT INTO tenants (id, displayName) VALUES ('other', 'Other')",
      'DELETE FROM accounts',
    ]);
    const { status, faults } = await examine(box);
    expect([status, faults['integrity']]).toEqual([
      4,
      [expect.objectContaining({ severity: 'error', count: 1, rows: [{ id, tenantId, category: 'ticket' }] })],
    ]);
    expect(faults['integrity']?.[0]?.finding).toContain('from tenant_ticket_integrations to accounts');
  });

  test('that takes too long to read is given up', async () => {
    const box = await workspace(sqlite);
    const location = { engine: 'sqlite', path: file(box), embedded: false } as const;
    expect(await faultsOfFile(location, 1, 1)).toBeUndefined();
    expect(await faultsOfFile(location, 1)).toEqual({ broken: [], indexes: [], orphans: { count: 0, rows: [] } });
  });

  test('whose trigger is missing', async () => {
    const box = await workspace(sqlite);
    await sqlite.sql(box, 'DROP TRIGGER tenant_scm_integrations_updatedAt');
    const { status, faults } = await examine(box);
    const finding = 'the table tenant_scm_integrations lacks the trigger tenant_scm_integrations_updatedAt';
    expect([status, faults['schema-parts']]).toEqual([4, [error(finding, 'integrations db migrate')]]);
    await done(box.run('db', 'migrate'));
    expect((await examine(box)).status).toBe(0);
  });

  test('whose host tables have no key', async () => {
    const box = await sqlite.sandbox();
    await sqlite.sql(box, 'CREATE TABLE tenants (id TEXT, displayName TEXT)');
    const init = ['init', '--key-store', 'file', '--account', 'ops@acme.test', '--no-input'];
    expect((await box.run(...init, '--json')).error()).toMatchObject({ code: 'CONFLICT' });
    await sqlite.sql(box, "INSERT INTO tenants VALUES ('t', 'Acme')");
    const { status, faults } = await examine(box);
    expect([status, faults['host-tables']]).toEqual([
      4,
      [error(/^tenants\.id is not a key by itself/, /^In SQL: CREATE UNIQUE INDEX/)],
    ]);
    await sqlite.sql(box, faults['host-tables']?.[0]?.remedy?.replace('In SQL: ', '') ?? '');
    await done(box.run(...init));
    expect((await examine(box)).faults['host-tables']).toBeUndefined();
    await addSample(box, 'github', 'code', '--tenant', 't');
  });
});
