import { describe, expect, test } from 'vitest';
import { categoryList } from '../../src/core/category.ts';
import type { Database } from '../../src/db/queries.ts';
import type { Integration, ListedIntegration, StoredValue } from '../../src/db/stores/codec.ts';
import { record } from '../../src/db/stores/history.ts';
import { readingOf } from '../../src/db/stores/history-entry.ts';
import { type HistoryFilter, type HistoryRow, historyPages } from '../../src/db/stores/history-list.ts';
import { accountStore, tenantStore } from '../../src/db/stores/host.ts';
import { storeVerdicts } from '../../src/db/stores/verdict.ts';
import { expectBetween } from '../support/bounds.ts';
import {
  account,
  actor,
  aRow,
  collect,
  type RawStores,
  storesIn,
  tenantA,
  tenantB,
  workspace,
} from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';

/** Oldest first, as it happened. */
async function told({ queries }: Database, filter: HistoryFilter = {}): Promise<HistoryRow[]> {
  return (await collect(historyPages(queries, filter))).reverse();
}

type Change = (stores: RawStores) => Promise<unknown>;

const actions = (rows: readonly HistoryRow[]) => rows.map(({ action }) => action);

forEachEngine((engine) => {
  describe('a change writes one row', () => {
    for (const { name } of categoryList) {
      test(`${name}: made, changed, removed`, async () => {
        const { a, database } = await workspace(engine);
        const began = Date.now();
        const scm = await a.scm.insert(aRow('scm', { scmType: 'GITLAB' }));
        const target = await a.target.insert(aRow('target', { targetType: 'PLAY_STORE' }));
        const uses = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
        const row = await a[name].insert(aRow(name, name === 'pipeline' ? uses : {}));
        const renamed = await a[name].update(row, { displayName: 'other' });
        await a[name].remove(renamed);
        const rows = await told(database, { integrationIds: [row.id] });
        expect(rows).toMatchObject([
          { action: 'create', displayName: row.displayName },
          {
            action: 'update',
            displayName: row.displayName,
            fields: [{ name: 'displayName', before: row.displayName, after: 'other' }],
          },
          { action: 'remove', displayName: 'other' },
        ]);
        for (const each of rows) {
          expect(each).toMatchObject({
            id: expect.stringMatching(/^history_[0-9a-f]{32}$/),
            category: name,
            integrationId: row.id,
            tenantId: tenantA,
            tenantName: 'Acme',
            ...actor,
          });
          expectBetween(began, Date.parse(String(each.occurredAt)));
        }
      });
    }

    test.each<[action: string, change: Record<string, StoredValue>, fields: unknown[]]>([
      ['disable', { isActive: false }, [{ name: 'isActive', before: true, after: false }]],
      ['rotate', { accessToken: 'sealed anew' }, [{ name: 'accessToken', changed: true }]],
      [
        'rotate',
        { refreshToken: 'sealed', verificationStatus: 'VALID', lastVerifiedAt: '2026-01-01T00:00:00Z' },
        [{ name: 'refreshToken', changed: true }],
      ],
      [
        'rotate',
        { accessToken: 'sealed anew', credentialExpiresAt: '2027-01-01T00:00:00Z' },
        [
          { name: 'accessToken', changed: true },
          { name: 'credentialExpiresAt', before: null, after: '2027-01-01T00:00:00Z' },
        ],
      ],
      [
        'update',
        { accessToken: 'sealed anew', defaultBranch: 'trunk' },
        [
          { name: 'defaultBranch', before: 'main', after: 'trunk' },
          { name: 'accessToken', changed: true },
        ],
      ],
      [
        'update',
        { credentialExpiresAt: '2027-01-01T00:00:00Z' },
        [{ name: 'credentialExpiresAt', before: null, after: '2027-01-01T00:00:00Z' }],
      ],
    ])('%s: %j', async (action, change, fields) => {
      const { a, database } = await workspace(engine);
      await a.scm.update(await a.scm.insert(aRow('scm')), change);
      expect((await told(database)).slice(1)).toMatchObject([{ action, fields }]);
    });

    test('an end that the provider told, and that goes with its credential, is nothing that somebody changed', async () => {
      const { a, database } = await workspace(engine);
      const end = { lastVerifiedAt: '2026-01-01T00:00:00Z', credentialExpiresAt: '2027-01-01T00:00:00Z' };
      const row = await a.scm.insert(aRow('scm', end));
      const updated = await a.scm.update(row, { accessToken: 'sealed anew' });
      expect(updated.credentialExpiresAt).toBeNull();
      const [, rotated] = await told(database);
      expect(rotated).toMatchObject({ action: 'rotate', fields: [{ name: 'accessToken', changed: true }] });
    });

    test('enable and link', async () => {
      const { a, database } = await workspace(engine);
      const [one, other] = [await a.scm.insert(aRow('scm')), await a.scm.insert(aRow('scm', { isActive: false }))];
      const target = await a.target.insert(aRow('target'));
      const uses = { scmIntegrationId: one.id, targetIntegrationId: target.id };
      const pipeline = await a.pipeline.insert(aRow('pipeline', uses));
      await a.pipeline.update(pipeline, { scmIntegrationId: other.id, verificationStatus: 'NOT_VERIFIED' });
      await a.scm.update(other, { isActive: true });
      expect((await told(database)).slice(4)).toMatchObject([
        { action: 'link', fields: [{ name: 'scmIntegrationId', before: one.id, after: other.id }] },
        { action: 'enable', integrationId: other.id },
      ]);
    });

    test('many at once: one row for each, and the one that is refused is named', async () => {
      const { database } = await workspace(engine);
      const many = Array.from({ length: 250 }, (_, index) =>
        aRow('ticket', index % 2 === 0 ? { jiraEmail: `${index}@acme.test` } : {}),
      );
      await database.transaction((queries) => storesIn(queries, tenantA).ticket.insertMany(many));
      const rows = await told(database);
      expect(rows.map(({ integrationId }) => integrationId)).toEqual(many.map(({ id }) => id));
      expect(new Set(actions(rows))).toEqual(new Set(['create']));
      expect(rows[2]?.fields).toContainEqual({ name: 'jiraEmail', before: null, after: '2@acme.test' });

      const taken = [aRow('ticket'), aRow('ticket', { displayName: many[7]?.displayName ?? '' })];
      const refused = database.transaction((queries) => storesIn(queries, tenantA).ticket.insertMany(taken));
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', details: { id: many[7]?.id } });
      expect(await told(database)).toHaveLength(250);
    });

    test('two that exchange their names: each tells what it was and what it is', async () => {
      const { a, database } = await workspace(engine);
      const one = await a.scm.insert(aRow('scm', { displayName: 'one', organization: 'first' }));
      const other = await a.scm.insert(aRow('scm', { displayName: 'other', organization: 'second' }));
      await database.transaction(async (queries) => {
        const { scm } = storesIn(queries, tenantA);
        const [aside = one] = await scm.setAside([one]);
        expect(aside.displayName).not.toBe('one');
        await scm.update(other, { displayName: 'one' });
        await scm.update(aside, { displayName: 'other', organization: 'first' });
      });
      expect((await told(database)).slice(2)).toMatchObject([
        { displayName: 'other', fields: [{ name: 'displayName', before: 'other', after: 'one' }] },
        { displayName: 'one', fields: [{ name: 'displayName', before: 'one', after: 'other' }] },
      ]);
      expect(await a.scm.get(one.id)).toMatchObject({ displayName: 'other', organization: 'first' });
    });

    test('one that was set aside and then removed is told of as it was', async () => {
      const { a, database } = await workspace(engine);
      const row = await a.target.insert(aRow('target', { displayName: 'app' }));
      await database.transaction(async (queries) => {
        const { target } = storesIn(queries, tenantA);
        await target.removeMany(await target.setAside([row]));
      });
      expect((await told(database))[1]).toMatchObject({ action: 'remove', displayName: 'app' });
    });

    test('lists, maps and JSON stand as they are', async () => {
      const { a, database } = await workspace(engine);
      const row = await a.ticket.insert(aRow('ticket', { epicTemplate: { summary: 'Zoë 🚀', labels: ['a'] } }));
      await a.ticket.update(row, { epicTemplate: null });
      expect((await told(database))[1]?.fields).toEqual([
        { name: 'epicTemplate', before: { summary: 'Zoë 🚀', labels: ['a'] }, after: null },
      ]);
    });

    test('of a credential nothing is kept, sealed or not', async () => {
      const { a, database } = await workspace(engine);
      const row = await a.scm.insert(aRow('scm', { accessToken: 'sealed-one', refreshToken: 'sealed-two' }));
      const changed = await a.scm.update(row, { accessToken: 'sealed-three' });
      await record(database.queries, { tenant: { id: tenantA, displayName: null }, actor }, [
        readingOf(a.scm.category, 'reveal', changed),
      ]);
      await a.scm.remove(changed);
      const rows = await told(database);
      expect(actions(rows)).toEqual(['create', 'rotate', 'reveal', 'remove']);
      expect(rows[2]?.fields).toEqual([{ name: 'accessToken' }, { name: 'refreshToken' }]);
      expect(JSON.stringify(rows)).not.toContain('sealed-');
    });
  });

  describe('nothing is told', () => {
    test('of what changes nothing, and the row stays as it is', async () => {
      const { a, database } = await workspace(engine);
      const { id } = await a.scm.insert(aRow('scm'));
      await database.queries('tenant_scm_integrations').update({ updatedAt: '2020-01-01 00:00:00' });
      const row = (await a.scm.get(id)) as Integration;
      expect(await a.scm.update(row, { isActive: true, defaultBranch: 'main' })).toEqual(row);
      expect(actions(await told(database))).toEqual(['create']);
    });

    test('of a verdict', async () => {
      const { a, database } = await workspace(engine);
      const row = await a.scm.insert(aRow('scm'));
      const verdict = { category: a.scm.category, row, uses: {}, status: 'VALID', reason: null } as const;
      await database.transaction((queries) =>
        storeVerdicts(queries, [{ ...verdict, expiresAt: '2027-01-01T00:00:00Z', decidedAt: new Date() }]),
      );
      expect(await a.scm.get(row.id)).toMatchObject({ verificationStatus: 'VALID' });
      expect(actions(await told(database))).toEqual(['create']);
    });

    test('of what is refused', async () => {
      const { a, database } = await workspace(engine);
      const scm = await a.scm.insert(aRow('scm'));
      const target = await a.target.insert(aRow('target'));
      const uses = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
      await a.pipeline.insert(aRow('pipeline', uses));
      const other = await a.ticket.insert(aRow('ticket', { displayName: 'taken' }));
      const refusals: Change[] = [
        (stores) => stores.scm.remove(scm),
        (stores) => stores.ticket.insert(aRow('ticket', { displayName: 'taken' })),
        (stores) => stores.ticket.insert(aRow('ticket', { configuredByAccountId: 'nobody' })),
        (stores) => stores.ticket.update({ ...other, jiraEmail: 'stale@acme.test' }, { isActive: false }),
        (stores) => stores.ticket.remove({ ...other, jiraEmail: 'stale@acme.test' }),
      ];
      for (const refused of refusals) {
        const work = database.transaction((queries) => refused(storesIn(queries, tenantA)));
        await expect(work).rejects.toMatchObject({ code: 'CONFLICT' });
      }
      expect(actions(await told(database))).toEqual(['create', 'create', 'create', 'create']);
    });
  });

  test('a transaction that is taken back takes its rows with it', async () => {
    const { database } = await workspace(engine);
    const work = database.transaction(async (queries) => {
      const { ticket } = storesIn(queries, tenantA);
      await ticket.remove(await ticket.update(await ticket.insert(aRow('ticket')), { jiraEmail: 'a@acme.test' }));
      expect(await collect(historyPages(queries, {}))).toHaveLength(3);
      throw new Error('stop');
    });
    await expect(work).rejects.toThrow('stop');
    expect(await told(database)).toEqual([]);
  });

  test('a change whose row cannot be written is not made', async () => {
    const { a, database } = await workspace(engine);
    const row = await a.ticket.insert(aRow('ticket'));
    await database.queries.schema.renameTable('tenant_integration_history', 'gone');
    const changes: Change[] = [
      (stores) => stores.ticket.insert(aRow('ticket')),
      (stores) => stores.ticket.update(row, { isActive: false }),
      (stores) => stores.ticket.remove(row),
    ];
    for (const change of changes) {
      await expect(database.transaction((queries) => change(storesIn(queries, tenantA)))).rejects.toThrow();
    }
    expect((await collect(a.ticket.list({}))).map(({ id }) => id)).toEqual([row.id]);
    expect(await a.ticket.get(row.id)).toEqual(row);
  });

  test('tenants and accounts: made and removed, and the names outlive them', async () => {
    const { database } = await workspace(engine);
    const [tenants, accounts] = [tenantStore(database.queries), accountStore(database.queries)];
    const id = '00000000-0000-7000-8000-00000000000c';
    const tenant = await tenants.insert({ id, displayName: 'Cmce', createdAt: null }, actor);
    const made = await accounts.insert({ id: 'account_2', email: 'z@acme.test', name: null, createdAt: null }, actor);
    await tenants.remove(tenant, actor);
    await accounts.remove(made, actor);
    expect(await told(database)).toMatchObject([
      { action: 'create', category: 'tenant', tenantId: id, tenantName: 'Cmce', integrationId: null },
      { action: 'create', category: 'account', tenantId: null, displayName: 'z@acme.test' },
      { action: 'remove', category: 'tenant', tenantId: id, tenantName: 'Cmce' },
      { action: 'remove', category: 'account', displayName: 'z@acme.test' },
    ]);
  });

  test('a name of the host that is longer than the column is cut', async () => {
    const { database } = await workspace(engine);
    const displayName = '🚀'.repeat(300);
    await record(database.queries, { tenant: { id: tenantA, displayName }, actor }, [
      { action: 'create', category: 'tenant', integrationId: null, displayName: 'x', fields: [] },
    ]);
    expect(await told(database)).toMatchObject([{ tenantName: '🚀'.repeat(255) }]);
  });

  describe('reading it', () => {
    /** Many rows in few seconds, told by two accounts in two tenants. */
    async function full(count: number) {
      const space = await workspace(engine);
      const entries = Array.from({ length: count }, (_, index) => ({
        action: 'update' as const,
        category: index % 3 === 0 ? ('scm' as const) : ('ticket' as const),
        integrationId: `x_${index % 7}`,
        displayName: `number ${index}`,
        fields: [],
      }));
      const half = entries.length / 2;
      const zoe = { ...actor, accountId: 'account_2', accountName: 'zoe@acme.test' };
      const { queries } = space.database;
      await record(queries, { tenant: { id: tenantA, displayName: 'Acme' }, actor }, entries.slice(0, half));
      await record(queries, { tenant: { id: tenantA, displayName: 'Acme' }, actor: zoe }, entries.slice(half));
      await record(queries, { tenant: { id: tenantB, displayName: 'Bmce' }, actor }, entries.slice(0, 5));
      for (const [index, { id }] of (
        await queries('tenant_integration_history').orderBy('id').select('id')
      ).entries()) {
        const occurredAt = `2026-01-01 00:00:${String(Math.floor(index / 100)).padStart(2, '0')}`;
        await queries('tenant_integration_history').where({ id }).update({ occurredAt });
      }
      return { ...space, names: entries.map(({ displayName }) => displayName) };
    }

    test('pages join without a gap or a double, newest first, with every filter', async () => {
      const { database, names } = await full(1_206);
      const read = async (filter: HistoryFilter) =>
        (await collect(historyPages(database.queries, filter))).map(({ displayName }) => displayName);
      const newest = names.toReversed();
      const here = { tenantId: tenantA };
      const firstOf = (filter: (index: number) => boolean) => names.filter((_, index) => filter(index)).toReversed();
      expect(await read(here)).toEqual(newest);
      for (const limit of [1, 499, 500, 501, 1_000, 1_206, 9_999])
        expect(await read({ ...here, limit })).toEqual(newest.slice(0, limit));
      expect(await read({ ...here, category: 'scm' })).toEqual(firstOf((index) => index % 3 === 0));
      expect(await read({ ...here, integrationIds: ['x_1', 'x_2'] })).toEqual(
        firstOf((index) => index % 7 === 1 || index % 7 === 2),
      );
      for (const who of ['account_2', 'zoe@acme.test'])
        expect(await read({ ...here, account: who })).toEqual(firstOf((index) => index >= 603));
      const seconds = { since: '2026-01-01T00:00:02Z', until: '2026-01-01T00:00:03Z' };
      expect(await read({ ...here, ...seconds })).toEqual(firstOf((index) => index >= 200 && index < 400));
      expect(await read({ ...here, since: '2027-01-01T00:00:00Z' })).toEqual([]);
      expect(await read({ tenantId: tenantB })).toHaveLength(5);
      expect(await read({})).toHaveLength(1_211);
      expect(await read({ ...here, account })).toEqual(firstOf((index) => index < 603));
    });
  });

  describe('what changed meanwhile is told with who did it', () => {
    const zoe = { ...actor, accountName: 'zoe@acme.test', osUser: 'zoe', host: 'laptop' };

    test('a change by the tool', async () => {
      const { a, database } = await workspace(engine);
      const before = await a.scm.insert(aRow('scm', { displayName: 'mobile' }));
      await database.transaction((queries) =>
        storesIn(queries, tenantA, zoe).scm.update(before, { defaultBranch: 'trunk', accessToken: 'sealed anew' }),
      );
      const error = {
        code: 'CONFLICT',
        message: expect.stringMatching(
          /^the scm integration "mobile" was changed meanwhile by zoe@acme\.test \(zoe@laptop\) at \S+Z: defaultBranch, accessToken$/,
        ),
        details: { changed: ['defaultBranch', 'accessToken'], by: { account: 'zoe@acme.test', command: 'test' } },
      };
      await expect(a.scm.update(before, { isActive: false })).rejects.toMatchObject(error);
      await expect(a.scm.remove(before)).rejects.toMatchObject(error);
    });

    test('a removal by the tool', async () => {
      const { a, database } = await workspace(engine);
      const before = await a.scm.insert(aRow('scm', { displayName: 'mobile' }));
      await database.transaction((queries) => storesIn(queries, tenantA, zoe).scm.remove(before));
      await expect(a.scm.update(before, { isActive: false })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/^the scm integration "mobile" was removed meanwhile by zoe@acme\.test \(/),
      });
    });

    test('a change by other means, after one by the tool, is told without a name', async () => {
      const { a, database } = await workspace(engine);
      const made = await a.scm.insert(aRow('scm', { displayName: 'mobile' }));
      const before = await a.scm.update(made, { defaultBranch: 'trunk' });
      const later = { defaultBranch: 'past the tool', updatedAt: '2036-01-01 00:00:00' };
      await database.queries('tenant_scm_integrations').update(later);
      await expect(a.scm.update(before, { isActive: false })).rejects.toMatchObject({
        message: 'the scm integration "mobile" was changed meanwhile: defaultBranch',
      });
    });

    test('a verdict is no reason to refuse, and stays', async () => {
      const { a, database } = await workspace(engine);
      const before = await a.scm.insert(aRow('scm'));
      await database
        .queries('tenant_scm_integrations')
        .update({ verificationStatus: 'VALID', updatedAt: database.queries.ref('updatedAt') });
      const after = await a.scm.update(before, { isActive: false });
      expect(after).toMatchObject({ isActive: false, verificationStatus: 'VALID' });
    });

    test('a row that a list showed can be removed, unless it changed since', async () => {
      const { a } = await workspace(engine);
      await a.scm.insert(aRow('scm', { refreshToken: 'sealed' }));
      const [shown] = await collect(a.scm.list({}));
      const emptied = await a.scm.update((await a.scm.get(shown?.id ?? '')) as Integration, { refreshToken: null });
      await expect(a.scm.remove(shown as ListedIntegration)).rejects.toMatchObject({ code: 'CONFLICT' });
      const [again] = await collect(a.scm.list({}));
      expect(again?.id).toBe(emptied.id);
      await a.scm.remove(again as ListedIntegration);
      expect(await a.scm.get(emptied.id)).toBeUndefined();
    });
  });
});
