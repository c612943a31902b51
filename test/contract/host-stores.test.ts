import { describe, expect, test } from 'vitest';
import { migrateUp } from '../../src/db/migrate.ts';
import { accountStore, type HostRow, type HostStore, tenantStore } from '../../src/db/stores/host.ts';
import { account, actor, aRow, openBox, tenantA, workspace } from '../support/builders.ts';
import { type Engine, forEachEngine, forEachServer } from '../support/engines.ts';

const now = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

/** A host's own tables, and our five behind them. */
async function host(engine: Engine, ...statements: string[]) {
  const box = await engine.sandbox();
  for (const statement of statements) await engine.sql(box, statement);
  const database = await openBox(box);
  await migrateUp(database);
  return { box, tenants: tenantStore(database.queries), accounts: accountStore(database.queries) };
}

const idsOf = async <Row extends HostRow>(store: HostStore<Row>, ref: string) =>
  (await store.find(ref)).map(({ id }) => id);

forEachEngine((engine) => {
  describe('our own tables', () => {
    test('rows are listed by id, found by id before name, and removed', async () => {
      const { database } = await workspace(engine);
      const tenants = tenantStore(database.queries);
      await tenants.insert(
        { id: '00000000-0000-7000-8000-000000000001', displayName: tenantA, createdAt: null },
        actor,
      );
      expect((await tenants.list()).map(({ displayName }) => displayName)).toEqual([tenantA, 'Acme', 'Bmce']);
      expect(await tenants.find(tenantA)).toEqual([{ id: tenantA, displayName: 'Acme', createdAt: now }]);
      expect(await idsOf(tenants, 'Acme')).toEqual([tenantA]);
      expect(await idsOf(tenants, 'acme')).toEqual([]);
      await tenants.remove({ id: tenantA, displayName: 'Acme', createdAt: null }, actor);
      expect(await idsOf(tenants, 'Acme')).toEqual([]);
    });

    test('a taken name or id is a conflict that names the row', async () => {
      const { database } = await workspace(engine);
      const tenants = tenantStore(database.queries);
      for (const [id, displayName] of [
        [tenantA.replace('a', 'c'), 'Acme'],
        [tenantA, 'Other'],
      ] as const) {
        const again = tenants.insert({ id, displayName, createdAt: null }, actor);
        await expect(again).rejects.toMatchObject({ code: 'CONFLICT', details: { id: tenantA } });
      }
      const accounts = accountStore(database.queries);
      const same = accounts.insert({ id: 'account_2', email: 'ops@acme.test', name: null, createdAt: null }, actor);
      await expect(same).rejects.toMatchObject({ code: 'CONFLICT', details: { id: account } });
    });

    test('of two that add one name at once, one wins', async () => {
      const { database } = await workspace(engine);
      const tries = [1, 2, 3, 4].map((digit) => {
        const row = { id: tenantA.replace('a', String(digit)), displayName: 'New', createdAt: null };
        return tenantStore(database.queries).insert(row, actor);
      });
      const outcomes = await Promise.allSettled(tries);
      const codes = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason.code));
      expect(codes.sort()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'done']);
    });

    test('names are any text; what cannot be one finds nothing', async () => {
      const { database } = await workspace(engine);
      const tenants = tenantStore(database.queries);
      const displayName = "Zoë's 日本語 🚀 100%_\\";
      await tenants.insert({ id: tenantA.replace('a', 'c'), displayName, createdAt: null }, actor);
      expect(await idsOf(tenants, displayName)).toHaveLength(1);
      for (const ref of ['日本語', '%', '', 'x'.repeat(10_000), "' OR 1=1 --"]) {
        expect(await idsOf(tenants, ref), ref).toEqual([]);
        expect(await idsOf(accountStore(database.queries), ref), ref).toEqual([]);
      }
    });

    test('an account in use stays', async () => {
      const { a, database } = await workspace(engine);
      await a.ticket.insert(aRow('ticket'));
      const refused = { code: 'CONFLICT', message: expect.stringContaining(account) };
      await expect(
        accountStore(database.queries).remove({ id: account, email: null, name: null, createdAt: null }, actor),
      ).rejects.toMatchObject(refused);
    });
  });

  describe("a host's tables", () => {
    test('with nothing but ids: the rest is null, and rows are found by id', async () => {
      const { box, tenants, accounts } = await host(
        engine,
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY)',
        'CREATE TABLE accounts (id BIGINT PRIMARY KEY)',
      );
      await engine.sql(box, `INSERT INTO tenants VALUES ('${tenantA}')`);
      await engine.sql(box, 'INSERT INTO accounts VALUES (12)');
      expect(await tenants.list()).toEqual([{ id: tenantA, displayName: null, createdAt: null }]);
      expect(await accounts.list()).toEqual([{ id: '12', email: null, name: null, createdAt: null }]);
      expect(await idsOf(tenants, tenantA)).toEqual([tenantA]);
      expect(await idsOf(accounts, '12')).toEqual(['12']);
      for (const ref of ['Acme', '012', '12x', '12.0', '日本語']) expect(await idsOf(accounts, ref), ref).toEqual([]);
      const added = await tenants.insert({ id: 'second', displayName: 'is not kept', createdAt: null }, actor);
      expect(added).toEqual({ id: 'second', displayName: null, createdAt: null });
    });

    test('with columns of its own: they are left alone, and its times read as ours', async () => {
      const { box, tenants } = await host(
        engine,
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, displayName VARCHAR(80), secret VARCHAR(80), createdAt DATETIME)',
      );
      await engine.sql(box, "INSERT INTO tenants VALUES ('t1', 'Acme', 'x', '2026-02-03 04:05:06')");
      expect(await tenants.list()).toEqual([{ id: 't1', displayName: 'Acme', createdAt: '2026-02-03T04:05:06Z' }]);
    });

    test('with names that are not unique: all rows of a name are found', async () => {
      const { box, tenants } = await host(
        engine,
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, displayName VARCHAR(80))',
      );
      await engine.sql(box, "INSERT INTO tenants VALUES ('t1', 'Acme'), ('t2', 'Acme'), ('t3', 'ACME')");
      expect(await idsOf(tenants, 'Acme')).toEqual(['t1', 't2']);
    });

    test('that want more than we know: a conflict that says who has to add the row', async () => {
      const { tenants, accounts } = await host(
        engine,
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, plan VARCHAR(9) NOT NULL)',
        'CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR(80))',
      );
      const refused = { code: 'CONFLICT', hint: expect.stringContaining('in the host application') };
      await expect(tenants.insert({ id: 't', displayName: 'x', createdAt: null }, actor)).rejects.toMatchObject(
        refused,
      );
      const row = { id: 'account_1', email: 'ops@acme.test', name: null, createdAt: null };
      await expect(accounts.insert(row, actor)).rejects.toMatchObject(refused);
    });
  });
});

forEachServer((engine) => {
  describe("a host's tables", () => {
    test('in a collation that folds case: a reference does not fold it', async () => {
      const { box, tenants } = await host(
        engine,
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, displayName VARCHAR(80)) CHARSET utf8mb4 COLLATE utf8mb4_general_ci',
      );
      await engine.sql(box, "INSERT INTO tenants VALUES ('t1', 'Zoë')");
      expect([await idsOf(tenants, 'Zoë'), await idsOf(tenants, 'zoe'), await idsOf(tenants, 'T1')]).toEqual([
        ['t1'],
        [],
        [],
      ]);
    });

    test('in latin1: a text that it cannot hold finds nothing', async () => {
      const { box, tenants } = await host(
        engine,
        'CREATE TABLE tenants (id CHAR(36) PRIMARY KEY, displayName VARCHAR(80)) CHARSET latin1',
      );
      await engine.sql(box, "INSERT INTO tenants VALUES ('t1', 'Zoë')");
      expect([await idsOf(tenants, 'Zoë'), await idsOf(tenants, '日本語')]).toEqual([['t1'], []]);
      const row = { id: 't2', displayName: '日本語', createdAt: null };
      await expect(tenants.insert(row, actor)).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });
});
