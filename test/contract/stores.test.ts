import { describe, expect, test } from 'vitest';
import { categories, categoryList } from '../../src/core/category.ts';
import { links } from '../../src/core/links.ts';
import { Secret } from '../../src/core/secret.ts';
import { createKeyRing, newRingKey } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import type { Integration, IntegrationColumns } from '../../src/db/stores/codec.ts';
import type { IntegrationStore } from '../../src/db/stores/integration.ts';
import { type Listed, type ListFilter, listPages } from '../../src/db/stores/list.ts';
import { sealedCounts } from '../../src/db/stores/sealed.ts';
import { expectBetween } from '../support/bounds.ts';
import { account, aRow, collect, storesIn, tenantA, tenantB, type Workspace, workspace } from '../support/builders.ts';
import { forEachVersion, mariadb, mysql, sqlite } from '../support/engines.ts';

/** An SCM, a target and a pipeline on both. */
async function linked(
  { a }: Workspace,
  more: { scm?: Record<string, string>; pipeline?: Record<string, string> } = {},
) {
  const scm = await a.scm.insert(aRow('scm', more.scm));
  const target = await a.target.insert(aRow('target'));
  const uses = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
  const pipeline = await a.pipeline.insert(aRow('pipeline', { ...uses, ...more.pipeline }));
  return { scm, target, pipeline };
}

const pagesOf = (store: IntegrationStore, filter: ListFilter = {}) => collect(store.list(filter));
const idsOf = (rows: readonly IntegrationColumns[]) => rows.map(({ id }) => id);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

forEachVersion((engine) => {
  describe('tenants are separate', () => {
    for (const { name } of categoryList) {
      test(`${name}: tenant B cannot get, find, list, change or remove a row of tenant A`, async () => {
        const space = await workspace(engine);
        const { scm, target } = await linked(space);
        const uses = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
        const targetOf = name === 'target' ? { targetType: 'PLAY_STORE' } : {};
        const row = await space.a[name].insert(aRow(name, name === 'pipeline' ? uses : targetOf));
        const b = space.b[name];

        expect(await b.get(row.id)).toBeUndefined();
        expect(await b.findByName(row.displayName)).toBeUndefined();
        expect(await b.findByIdPart(row.id.slice(-8))).toEqual([]);
        expect(await pagesOf(b)).toEqual([]);
        await expect(b.update(row, { isActive: false })).rejects.toMatchObject({ code: 'CONFLICT' });
        await expect(b.remove(row)).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await space.a[name].get(row.id)).toEqual(row);
      });
    }

    test('tenant B cannot use an SCM or a target of tenant A, nor see what uses them', async () => {
      const space = await workspace(engine);
      const { scm, target } = await linked(space);
      const stolen = aRow('pipeline', { scmIntegrationId: scm.id, targetIntegrationId: target.id });
      const refused = { code: 'CONFLICT', message: expect.stringMatching(/no longer exists/) };
      await expect(space.b.pipeline.insert(stolen)).rejects.toMatchObject(refused);
      expect(await space.b.pipeline.using('scm', scm.id)).toEqual([]);

      const own = await space.b.scm.insert(aRow('scm'));
      const ownTarget = await space.b.target.insert(aRow('target'));
      const uses = { scmIntegrationId: own.id, targetIntegrationId: ownTarget.id };
      const pipeline = await space.b.pipeline.insert(aRow('pipeline', uses));
      const relink = space.b.pipeline.update(pipeline, { scmIntegrationId: scm.id });
      await expect(relink).rejects.toMatchObject(refused);
    });

    test('a row is born in the tenant of its store, whatever it says itself', async () => {
      const { a, b } = await workspace(engine);
      const row = await b.ticket.insert(aRow('ticket', { tenantId: tenantA }));
      expect(row.tenantId).toBe(tenantB);
      expect(await pagesOf(a.ticket)).toEqual([]);
    });

    test('a row stays in its tenant and keeps its id, whatever a change says', async () => {
      const { a } = await workspace(engine);
      const row = await a.ticket.insert(aRow('ticket'));
      await a.ticket.update(row, { tenantId: tenantB, id: 'ticket_other', jiraEmail: 'a@b.test' });
      expect(await a.ticket.get(row.id)).toMatchObject({ tenantId: tenantA, jiraEmail: 'a@b.test' });
    });
  });

  describe('list', () => {
    const count = 2_003;
    const id = (index: number) => `ticket_${String(index).padStart(6, '0')}`;
    const ids = numbered(count).map(id);

    async function full() {
      const space = await workspace(engine);
      const rows = ids.map((each, index) => ({
        ...aRow('ticket', { id: each, ticketSystemType: index % 3 === 0 ? 'LINEAR' : 'JIRA' }),
        tenantId: tenantA,
        isActive: Number(index % 2 === 0),
        verificationStatus: index % 5 === 0 ? 'VALID' : 'NOT_VERIFIED',
      }));
      await space.database.queries.batchInsert('tenant_ticket_integrations', rows.reverse(), 50);
      await space.b.ticket.insert(aRow('ticket', { id: id(500_000) }));
      return space;
    }

    test('pages join without a gap or a double, with every limit, start and filter', async () => {
      const { a } = await full();
      const cases: readonly (readonly [ListFilter, readonly string[]])[] = [
        [{}, ids],
        ...[1, 199, 200, 201, 400, 999, 1000, 1001, 2000, 2003, 9999].map(
          (limit) => [{ limit }, ids.slice(0, limit)] as const,
        ),
        [{ after: id(-1) }, ids],
        [{ after: id(1002) }, ids.slice(1003)],
        [{ after: id(1002), limit: 1000 }, ids.slice(1003, 2003)],
        [{ after: 'ticket_001002x' }, ids.slice(1003)],
        [{ after: ids.at(-1) }, []],
        [{ type: 'LINEAR' }, ids.filter((_, index) => index % 3 === 0)],
        [{ active: true }, ids.filter((_, index) => index % 2 === 0)],
        [{ active: false }, ids.filter((_, index) => index % 2 === 1)],
        [{ status: 'VALID' }, ids.filter((_, index) => index % 5 === 0)],
        [
          { type: 'JIRA', active: false, status: 'NOT_VERIFIED', after: id(100), limit: 7 },
          ids.filter((_, index) => index > 100 && index % 3 && index % 2 && index % 5).slice(0, 7),
        ],
      ];
      for (const [filter, expected] of cases) {
        expect(idsOf(await pagesOf(a.ticket, filter)), JSON.stringify(filter)).toEqual(expected);
      }
    });

    test('a start that no id can be is no error', async () => {
      const { a } = await workspace(engine);
      const { id: only } = await a.ticket.insert(aRow('ticket'));
      expect(idsOf(await pagesOf(a.ticket, { after: '' }))).toEqual([only]);
      expect(await pagesOf(a.ticket, { after: '日本語' })).toEqual([]);
    });

    test('a credential is true where it is set, and its value is not read', async () => {
      const { a } = await workspace(engine);
      await a.scm.insert(aRow('scm', { accessToken: 'sealed text' }));
      const [listed] = await pagesOf(a.scm);
      expect(listed).toMatchObject({ accessToken: true, refreshToken: null });
    });

    test('of all tenants: in the order of ids', async () => {
      const { a, b, database } = await workspace(engine);
      const rows = [await a.ticket.insert(aRow('ticket')), await b.ticket.insert(aRow('ticket'))];
      rows.push(await a.ticket.insert(aRow('ticket')));
      const query = { category: categories.ticket, filter: {}, joins: [] };
      const listed = await collect(listPages(database.queries, query));
      expect(listed.map(({ integration }) => integration.id)).toEqual(idsOf(rows));
    });
  });

  describe('what a pipeline uses', () => {
    test('one join gives what separate reads give', async () => {
      const space = await workspace(engine);
      const { a } = space;
      const first = await linked(space, { pipeline: { environmentVariables: '' }, scm: { refreshToken: 'sealed' } });
      const other = await a.scm.insert(aRow('scm', { scmType: 'GITLAB', isActive: false }));
      const uses = { scmIntegrationId: other.id, targetIntegrationId: first.target.id };
      await a.pipeline.insert(aRow('pipeline', { ...uses, environmentVariables: { LANE: 'release' } }));

      const scms = new Map((await pagesOf(a.scm)).map((row) => [row.id, row]));
      const targets = new Map((await pagesOf(a.target)).map((row) => [row.id, row]));
      const separate = (await pagesOf(a.pipeline)).map((integration) => ({
        integration,
        scm: scms.get(String(integration['scmIntegrationId'])),
        target: targets.get(String(integration['targetIntegrationId'])),
      }));
      expect(await collect<Listed>(a.pipeline.listWithLinks({}, links))).toEqual(separate);
      const [{ scm: _, ...withoutScm } = {}] = separate;
      expect((await collect(a.pipeline.listWithLinks({ limit: 1 }, ['target'])))[0]).toEqual(withoutScm);
    });

    test('using() names the pipelines that use a link', async () => {
      const space = await workspace(engine);
      const { scm, target, pipeline } = await linked(space);
      const spare = await space.a.scm.insert(aRow('scm'));
      expect(await space.a.pipeline.using('scm', scm.id)).toEqual([pipeline]);
      expect(await space.a.pipeline.using('target', target.id)).toEqual([pipeline]);
      expect(await space.a.pipeline.using('scm', spare.id)).toEqual([]);
    });

    test('what is used cannot be removed', async () => {
      const space = await workspace(engine);
      const { scm, target } = await linked(space);
      const refused = { code: 'CONFLICT', message: expect.stringContaining('a pipeline uses') };
      await expect(space.a.scm.remove(scm)).rejects.toMatchObject(refused);
      await expect(space.a.target.remove(target)).rejects.toMatchObject(refused);
    });
  });

  describe('find', () => {
    test('by a part of an id behind its prefix', async () => {
      const { a } = await workspace(engine);
      await a.target.insert(aRow('target', { id: 'target_aaa111bbb' }));
      await a.target.insert(aRow('target', { id: 'target_aaa222bbb', targetType: 'PLAY_STORE' }));
      const find = async (part: string) => idsOf(await a.target.findByIdPart(part));
      expect(await find('aaa111')).toEqual(['target_aaa111bbb']);
      expect(await find('222bbb')).toEqual(['target_aaa222bbb']);
      expect(await find('aaa')).toEqual(['target_aaa111bbb', 'target_aaa222bbb']);
      for (const part of ['target', 'get_aaa', 'aaa%bbb', 'aaa___', 'AAA111', 'ccc'])
        expect(await find(part)).toEqual([]);
    });

    test('at most ten', async () => {
      const { a } = await workspace(engine);
      for (const index of numbered(12)) await a.ticket.insert(aRow('ticket', { id: `ticket_shared${index}` }));
      expect(await a.ticket.findByIdPart('shared')).toHaveLength(10);
    });

    test('by name and by id, byte by byte, with any text', async () => {
      const { a } = await workspace(engine);
      const row = await a.ticket.insert(aRow('ticket', { displayName: 'Zoë\'s 🚀 "日本語" 100%_\\ ;--' }));
      expect(await a.ticket.findByName(row.displayName)).toEqual(row);
      for (const text of ["zoë's", '日本語', '%', "' OR 1=1 --", 'x'.repeat(10_000), '\u0000', '']) {
        expect(await a.ticket.findByName(text), text).toBeUndefined();
        expect(await a.ticket.get(text), text).toBeUndefined();
      }
      expect(await a.ticket.get(row.id.toUpperCase())).toBeUndefined();
    });
  });

  describe('insert', () => {
    test('a taken name: the message names the rule and the row in the way', async () => {
      const { a } = await workspace(engine);
      const other = await a.communication.insert(aRow('communication', { displayName: 'releases' }));
      await expect(a.communication.insert(aRow('communication', { displayName: 'releases' }))).rejects.toMatchObject({
        code: 'CONFLICT',
        message: `a name is unique among the communication integrations of a tenant; "releases" (${other.id}) is there already`,
        field: 'displayName',
        details: { id: other.id, displayName: 'releases' },
      });
    });

    test('a taken organization, in another case', async () => {
      const { a } = await workspace(engine);
      const other = await a.scm.insert(aRow('scm', { organization: 'acme' }));
      await expect(a.scm.insert(aRow('scm', { organization: 'ACME' }))).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/^a tenant has one SCM integration for each type and organization; ".*" \(scm_/),
        field: 'organization',
        details: { id: other.id },
      });
    });

    test('a taken target type', async () => {
      const { a, b } = await workspace(engine);
      const other = await a.target.insert(aRow('target'));
      await b.target.insert(aRow('target'));
      await expect(a.target.insert(aRow('target'))).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('a tenant has one target integration of each type'),
        details: { id: other.id },
      });
    });

    test('of many at once with one name, one wins and the others are told so', async () => {
      const { a, database } = await workspace(engine);
      const tries = numbered(8).map(() =>
        database.transaction((queries) =>
          storesIn(queries, tenantA).ticket.insert(aRow('ticket', { displayName: 'board' })),
        ),
      );
      const outcomes = await Promise.allSettled(tries);
      const codes = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason.code));
      expect(codes.sort()).toEqual([...numbered(7).map(() => 'CONFLICT'), 'done']);
      expect(await pagesOf(a.ticket)).toHaveLength(1);
    });

    test('an account that is gone is a conflict', async () => {
      const { a } = await workspace(engine);
      const row = aRow('ticket', { configuredByAccountId: 'account_9' });
      await expect(a.ticket.insert(row)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('what fails leaves no trace of the transaction', async () => {
      const { a, database } = await workspace(engine);
      const work = database.transaction(async (queries) => {
        await storesIn(queries, tenantA).ticket.insert(aRow('ticket'));
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await pagesOf(a.ticket)).toEqual([]);
    });
  });

  describe('insert many', () => {
    test('more than one statement takes, each with the columns that it has', async () => {
      const { a } = await workspace(engine);
      const rows = numbered(250).map((index) => aRow('scm', index % 3 === 0 ? { defaultBranch: 'trunk' } : {}));
      await a.scm.insertMany(rows);
      const stored = await pagesOf(a.scm);
      expect(idsOf(stored).sort()).toEqual(rows.map(({ id }) => id).sort());
      for (const [index, { id }] of rows.entries()) {
        const row = stored.find((each) => each.id === id);
        expect(row).toMatchObject({ defaultBranch: index % 3 === 0 ? 'trunk' : 'main', isActive: true });
      }
    });

    test('the one that is refused is named, with the row in the way', async () => {
      const { a, database } = await workspace(engine);
      const taken = await a.scm.insert(aRow('scm', { displayName: 'taken' }));
      const rows = [aRow('scm'), aRow('scm', { displayName: 'taken' }), aRow('scm')];
      const inserting = database.transaction((queries) => storesIn(queries, tenantA).scm.insertMany(rows));
      await expect(inserting).rejects.toMatchObject({ code: 'CONFLICT', details: { id: taken.id } });
      expect(idsOf(await pagesOf(a.scm))).toEqual([taken.id]);
    });
  });

  describe('set aside', () => {
    test('two rows exchange what is unique', async () => {
      const { a, database } = await workspace(engine);
      const one = await a.scm.insert(aRow('scm', { displayName: 'one', organization: 'first' }));
      const two = await a.scm.insert(aRow('scm', { displayName: 'two', organization: 'second' }));
      await database.transaction(async (queries) => {
        const { scm } = storesIn(queries, tenantA);
        const [oneAside = one, twoAside = two] = await scm.setAside([one, two]);
        await scm.update(oneAside, { displayName: 'two', organization: 'second' });
        await scm.update(twoAside, { displayName: 'one', organization: 'first' });
      });
      expect(await a.scm.get(one.id)).toMatchObject({ displayName: 'two', organization: 'second' });
      expect(await a.scm.get(two.id)).toMatchObject({ displayName: 'one', organization: 'first' });
    });

    test('not one that has changed since it was read, nor one of another tenant', async () => {
      const { a, b } = await workspace(engine);
      const row = await a.scm.insert(aRow('scm'));
      await a.scm.update(row, { isActive: false });
      await expect(a.scm.setAside([row])).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(b.scm.setAside([row])).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });

  describe('update', () => {
    test('changes what is given, and moves updatedAt', async () => {
      const { a, database } = await workspace(engine);
      const { id } = await a.scm.insert(aRow('scm'));
      await database.queries('tenant_scm_integrations').update({ updatedAt: '2020-01-01 00:00:00' });
      const before = (await a.scm.get(id)) as Integration;
      const began = Date.now();
      const after = await a.scm.update(before, { defaultBranch: 'trunk', isActive: false });
      expect(after).toEqual({ ...before, defaultBranch: 'trunk', isActive: false, updatedAt: after.updatedAt });
      expect(before.updatedAt).toBe('2020-01-01T00:00:00Z');
      expectBetween(began, Date.parse(after.updatedAt));
      expect(await a.scm.get(id)).toEqual(after);
    });

    test('a row that changed since it was read is refused, with the columns that changed', async () => {
      const { a } = await workspace(engine);
      const before = await a.ticket.insert(aRow('ticket', { epicTemplate: { a: 1 } }));
      await a.ticket.update(before, { epicTemplate: { a: 2 }, jiraEmail: 'ops@acme.test' });
      const stale = a.ticket.update(before, { isActive: false });
      await expect(stale).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/was changed meanwhile by ops@acme\.test .*: jiraEmail, epicTemplate$/),
        details: { changed: expect.arrayContaining(['epicTemplate', 'jiraEmail']) },
      });
      expect(await a.ticket.get(before.id)).toMatchObject({ isActive: true, jiraEmail: 'ops@acme.test' });
    });

    test('two changes within a second are two changes', async () => {
      const { a } = await workspace(engine);
      const first = await a.ticket.insert(aRow('ticket'));
      const second = await a.ticket.update(first, { jiraEmail: 'a@acme.test' });
      await a.ticket.update(second, { jiraEmail: 'b@acme.test' });
      await expect(a.ticket.update(second, { jiraEmail: 'c@acme.test' })).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('of two at once on one reading, one wins', async () => {
      const { a, database } = await workspace(engine);
      const before = await a.ticket.insert(aRow('ticket'));
      const tries = ['a@acme.test', 'b@acme.test'].map((jiraEmail) =>
        database.transaction((queries) => storesIn(queries, tenantA).ticket.update(before, { jiraEmail })),
      );
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
    });

    test('a row that is gone is refused', async () => {
      const { a } = await workspace(engine);
      const before = await a.ticket.insert(aRow('ticket'));
      await a.ticket.remove(before);
      const refused = { code: 'CONFLICT', message: expect.stringContaining('was removed meanwhile') };
      await expect(a.ticket.update(before, { isActive: false })).rejects.toMatchObject(refused);
    });

    test('to a name that is taken is refused; to its own name is not', async () => {
      const { a } = await workspace(engine);
      const other = await a.ticket.insert(aRow('ticket', { displayName: 'taken' }));
      const before = await a.ticket.insert(aRow('ticket'));
      const refused = { code: 'CONFLICT', details: { id: other.id } };
      await expect(a.ticket.update(before, { displayName: 'taken' })).rejects.toMatchObject(refused);
      await expect(a.ticket.update(before, { displayName: before.displayName })).resolves.toMatchObject(before);
    });
  });

  test('sealed values are counted by key, in all tenants and columns', async () => {
    const { a, b, database } = await workspace(engine);
    const [old, active] = [newRingKey(), { ...newRingKey(), kid: 'k'.repeat(64) }];
    const sealed = (ring: Parameters<typeof createKeyRing>[0], id: string) =>
      createSealer(createKeyRing(ring), tenantA).seal(new Secret('x', []), { table: 't', column: 'c', id });
    await a.scm.insert(
      aRow('scm', { accessToken: sealed([old], '1'), refreshToken: sealed([active], 'x'.repeat(255)) }),
    );
    await b.target.insert(aRow('target', { appleApiKeyId: sealed([active], '2'), applePrivateKey: 'plain' }));
    const counts = await sealedCounts(database.queries);
    expect(Object.fromEntries(counts)).toEqual({ [old.kid]: 1, [active.kid]: 2, '': 1 });
  });
});

describe('rows read the same on both engines', () => {
  const values = {
    id: 'ticket_same',
    displayName: 'Zoë 🚀',
    autoCreateEpics: true,
    isActive: false,
    epicTemplate: { summary: '日本語 "x"', labels: ['a', 1.5, true, null], nested: { deep: {} } },
    lastVerifiedAt: '2026-12-31T23:59:59Z',
    credentialExpiresAt: null,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  };

  async function read(engine: typeof sqlite) {
    const space = await workspace(engine);
    const ticket = await space.a.ticket.insert(aRow('ticket', values));
    const { pipeline } = await linked(space, { scm: { id: 'scm_same', organization: 'o', displayName: 's' } });
    const list = await collect(space.a.pipeline.listWithLinks({}, links));
    const tickets = await pagesOf(space.a.ticket);
    const untold = { id: '', displayName: '', createdAt: '', updatedAt: '', targetIntegrationId: '' };
    return JSON.parse(
      JSON.stringify({ ticket, tickets, pipeline: { ...pipeline, ...untold }, list }, (key, value) =>
        key in untold && !String(value).endsWith('same') ? '' : value,
      ),
    );
  }

  test('booleans, JSON, times, numbers and empty fields', async () => {
    const [one, ...others] = [await read(sqlite), await read(mariadb), await read(mysql)];
    expect(others).toEqual([one, one]);
    expect(one.ticket).toMatchObject({ ...values, displayName: '', createdAt: '', updatedAt: '' });
    expect(one.pipeline).toMatchObject({ triggerOnRelease: true, buildTimeout: 3600, environmentVariables: null });
    expect(one.ticket).toMatchObject({ tenantId: tenantA, configuredByAccountId: account, jiraUrl: null });
  });
});
