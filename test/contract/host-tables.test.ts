import { describe, expect, test } from 'vitest';
import { chosen } from '../../src/app/ref.ts';
import { hostKeyFaults } from '../../src/db/host-keys.ts';
import { migrateUp } from '../../src/db/migrate.ts';
import { missingParts } from '../../src/db/schema-parts.ts';
import { accountStore, tenantStore } from '../../src/db/stores/host.ts';
import { actor, aRow, openBox, storesIn } from '../support/builders.ts';
import { examine } from '../support/doctor.ts';
import { type Engine, forEachEngine, forEachServer, mysql, sqlite } from '../support/engines.ts';

const utf8 = 'CHARACTER SET utf8mb4';

interface Case {
  title: string;
  statements: readonly string[];
  finding: string;
  advice: RegExp;
}

const onServers: readonly Case[] = [
  {
    title: 'ids of BINARY(16)',
    statements: ['CREATE TABLE tenants (id BINARY(16) PRIMARY KEY)'],
    finding: 'tenants.id is BINARY(16), and integrations supports ids that are text or whole numbers',
    advice: /^Give tenants ids of CHAR\(36\), VARCHAR or BIGINT, or give integrations a database of its own/,
  },
  {
    title: 'a part of the key',
    statements: ['CREATE TABLE accounts (id CHAR(36), region CHAR(2), PRIMARY KEY (id, region))'],
    finding: 'accounts.id is not a key by itself, so nothing can refer to it',
    advice: /^In SQL: CREATE UNIQUE INDEX unique_accounts_id ON accounts \(id\);$/,
  },
  {
    title: 'an index that is not unique',
    statements: ['CREATE TABLE tenants (id CHAR(36) NOT NULL, number INT PRIMARY KEY, INDEX (id))'],
    finding: 'tenants.id is not a key by itself, so nothing can refer to it',
    advice: /^In SQL: CREATE UNIQUE INDEX/,
  },
  {
    title: 'a unique beginning',
    statements: ['CREATE TABLE tenants (id VARCHAR(99) NOT NULL, UNIQUE KEY (id(9)))'],
    finding: 'tenants.id is not a key by itself, so nothing can refer to it',
    advice: /^In SQL: CREATE UNIQUE INDEX/,
  },
  {
    title: 'MyISAM',
    statements: ['CREATE TABLE tenants (id CHAR(36) PRIMARY KEY) ENGINE=MyISAM'],
    finding: 'tenants is a table of MyISAM, to which nothing can refer',
    advice: /^In SQL: ALTER TABLE tenants ENGINE=InnoDB;$/,
  },
  {
    title: 'partitions',
    statements: ['CREATE TABLE tenants (id BIGINT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4'],
    finding: 'tenants is partitioned, so nothing can refer to it',
    advice: /^In SQL: ALTER TABLE tenants REMOVE PARTITIONING/,
  },
  {
    title: 'an id that is too long',
    statements: [`CREATE TABLE tenants (id VARCHAR(600) ${utf8} PRIMARY KEY)`],
    finding: 'tenants.id is VARCHAR(600) of up to 2400 bytes, and at most 2052 fit into the keys that refer to it',
    advice: /^Make it shorter: VARCHAR\(255\) is long enough/,
  },
];

const everywhere: readonly Case[] = [
  {
    title: 'a view',
    statements: ['CREATE TABLE companies (id CHAR(36) PRIMARY KEY)', 'CREATE VIEW tenants AS SELECT id FROM companies'],
    finding: 'tenants is a view, to which nothing can refer',
    advice: /^Make it a table, or give integrations a database of its own/,
  },
  {
    title: 'no key at all',
    statements: ['CREATE TABLE tenants (id CHAR(36), name VARCHAR(9))'],
    finding: 'tenants.id is not a key by itself, so nothing can refer to it',
    advice: /^In SQL: CREATE UNIQUE INDEX unique_tenants_id ON tenants \(id\);$/,
  },
];

async function tablesOf(engine: Engine, box: Awaited<ReturnType<Engine['sandbox']>>): Promise<unknown[]> {
  const sql =
    engine === sqlite
      ? 'SELECT name FROM sqlite_master ORDER BY name'
      : 'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY name';
  return (await engine.sql(box, sql)).map(({ name }) => name);
}

forEachEngine((engine) => {
  describe('host tables that nothing can refer to are refused by name before the first table is made, and doctor sees them', () => {
    for (const { title, statements, finding, advice } of engine === sqlite
      ? everywhere
      : [...everywhere, ...onServers]) {
      test(title, async () => {
        const box = await engine.sandbox();
        for (const statement of statements) await engine.sql(box, statement);
        const before = await tablesOf(engine, box);
        const refused = { code: 'CONFLICT', exitStatus: 6, hint: expect.stringMatching(advice) };
        await expect(migrateUp(await openBox(box))).rejects.toMatchObject({
          ...refused,
          message: expect.stringContaining(`: ${finding}`),
        });
        expect(await tablesOf(engine, box)).toEqual(before);
        const { status, faults } = await examine(box);
        expect([status, faults['host-tables']]).toEqual([
          4,
          [expect.objectContaining({ severity: 'error', finding, remedy: expect.stringMatching(advice) })],
        ]);
        expect(await tablesOf(engine, box)).toEqual(before);
      });
    }

    test('what doctor says to do about a missing key helps', async () => {
      const box = await engine.sandbox();
      await engine.sql(box, 'CREATE TABLE tenants (id CHAR(36) NOT NULL, name VARCHAR(9))');
      const { faults } = await examine(box);
      await engine.sql(box, faults['host-tables']?.[0]?.remedy?.replace(/^In SQL: |;$/g, '') ?? '');
      const database = await openBox(box);
      await migrateUp(database);
      expect(await missingParts(database.queries)).toEqual([]);
    });
  });
});

forEachServer((engine) => {
  describe('ids that are taken over', () => {
    for (const [type, id] of [
      // On MySQL in utf8mb4_0900_ai_ci.
      [`CHAR(36) ${utf8}`, '0b9e5c1e-7f5d-4c55-9d39-1c1f2a3b4c5d'],
      [`VARCHAR(513) ${utf8}`, 'Zoë'],
      ['INT UNSIGNED', '4294967295'],
      ['BIGINT', '9007199254740993'],
      ['DECIMAL(30)', '123456789012345678901234567890'],
      [`ENUM('one', 'two') ${utf8}`, 'two'],
    ] as const) {
      test(type, async () => {
        const box = await engine.sandbox();
        await engine.sql(box, `CREATE TABLE tenants (id ${type} PRIMARY KEY, displayName VARCHAR(99) ${utf8})`);
        await engine.sql(box, `CREATE TABLE accounts (id ${type} PRIMARY KEY)`);
        const database = await openBox(box);
        await migrateUp(database);
        expect([await missingParts(database.queries), await hostKeyFaults(database.queries)]).toEqual([[], []]);
        await engine.sql(box, 'INSERT INTO tenants VALUES (?, ?)', [id, '日本']);
        await engine.sql(box, 'INSERT INTO accounts VALUES (?)', [id]);
        const tenants = tenantStore(database.queries);
        expect((await tenants.find('日本')).map((tenant) => tenant.id)).toEqual([id]);
        expect((await tenants.find(id)).map((tenant) => tenant.id)).toEqual([id]);
        expect(await accountStore(database.queries).find('日本')).toEqual([]);
        const stores = storesIn(database.queries, id);
        const scm = await stores.scm.insert(aRow('scm', { configuredByAccountId: id }));
        const target = await stores.target.insert(aRow('target', { configuredByAccountId: id }));
        const links = { scmIntegrationId: scm.id, targetIntegrationId: target.id, configuredByAccountId: id };
        await stores.pipeline.insert(aRow('pipeline', links));
        await engine.sql(box, 'DELETE FROM tenants');
        expect(await stores.scm.get(scm.id)).toBeUndefined();
      });
    }
  });

  test('an id that the history cannot keep is refused where it is named, before anything is stored', async () => {
    const box = await engine.sandbox();
    await engine.sql(
      box,
      `CREATE TABLE tenants (id VARCHAR(513) ${utf8} PRIMARY KEY, displayName VARCHAR(99) ${utf8})`,
    );
    const database = await openBox(box);
    await migrateUp(database);
    const [longest, tooLong] = ['é'.repeat(255), 'é'.repeat(256)];
    for (const [name, id] of Object.entries({ longest, tooLong }))
      await engine.sql(box, 'INSERT INTO tenants VALUES (?, ?)', [id, name]);
    const tenants = tenantStore(database.queries);
    expect((await chosen(tenants, 'longest', 'tenant')).id).toBe(longest);
    await expect(chosen(tenants, 'tooLong', 'tenant')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('256 characters'),
    });
  });

  describe('a row that the host has to make', () => {
    const row = { id: '0b9e5c1e-7f5d-4c55-9d39-1c1f2a3b4c5d', displayName: 'Acme', createdAt: null };

    for (const [title, table] of [
      ['BIGINT ids', 'CREATE TABLE tenants (id BIGINT PRIMARY KEY AUTO_INCREMENT, displayName VARCHAR(99))'],
      ['INT ids', 'CREATE TABLE tenants (id INT PRIMARY KEY, displayName VARCHAR(99))'],
      ['DECIMAL ids', 'CREATE TABLE tenants (id DECIMAL(20) PRIMARY KEY, displayName VARCHAR(99))'],
      [
        'a displayName that is generated',
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, label VARCHAR(99), displayName VARCHAR(99) AS (UPPER(label)))',
      ],
      ['a CHECK', 'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, displayName VARCHAR(99), CHECK (LENGTH(id) = 4))'],
      [
        'a reference',
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, displayName VARCHAR(99), plan INT DEFAULT 7, CONSTRAINT plan FOREIGN KEY (plan) REFERENCES plans (id))',
      ],
    ] as const) {
      test(title, async () => {
        const box = await engine.sandbox();
        await engine.sql(box, 'CREATE TABLE plans (id INT PRIMARY KEY)');
        await engine.sql(box, table);
        const database = await openBox(box);
        await migrateUp(database);
        await expect(database.transaction((queries) => tenantStore(queries).insert(row, actor))).rejects.toMatchObject({
          code: 'CONFLICT',
          message: expect.stringContaining("the host application's table tenants does not accept this row"),
          hint: expect.stringContaining('in the host application'),
        });
      });
    }
  });
});

test('the default collation of MySQL 9.7 is taken over', async () => {
  const box = await mysql.sandbox();
  await mysql.sql(box, `CREATE TABLE tenants (id CHAR(36) ${utf8} PRIMARY KEY)`);
  await migrateUp(await openBox(box));
  const [column] = await mysql.sql(
    box,
    "SELECT COLLATION_NAME AS collation FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'tenant_scm_integrations' AND COLUMN_NAME = 'tenantId'",
  );
  expect(column).toEqual({ collation: 'utf8mb4_0900_ai_ci' });
});
