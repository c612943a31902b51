import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import type { Integration } from '../../../src/db/stores/codec.ts';
import { writeChanges } from '../../../src/manifest/apply.ts';
import {
  actions,
  appStore,
  appStoreItem,
  github,
  githubItem,
  jenkins,
  jenkinsItem,
  type Lists,
  linear,
  linearItem,
  planOf,
  row,
  sealed,
  tokens,
} from './plans.ts';
import { sealer, tables } from './tables.ts';

/** Plans and writes; what a new row of a second round is called stands in `newId`. */
async function apply(lists: Lists, rows: readonly Integration[], { prune = true, newId = 'new' } = {}) {
  let made = 0;
  const plan = await planOf(lists, rows, { prune, newId: (prefix) => `${prefix}_${newId}${++made}` });
  const written = tables(rows);
  const refused = plan.problems.length > 0 || plan.changes.some(({ conflict }) => conflict);
  if (!refused) await writeChanges(written.stores, plan.changes, { sealer, accountId: 'account_1' });
  return { plan, refused, rows: written.rows(), log: written.log };
}

const [scm, target] = [github('code'), appStore('app')];
const pipeline = jenkins('release', { scm: scm.id, target: target.id });

describe('order', () => {
  test('what others use is made before them', async () => {
    const { log, rows } = await apply(
      { pipelines: [jenkinsItem('release', 'code', 'app')], tickets: [linearItem('board')], scm: [githubItem('code')] },
      [target],
    );
    expect(log).toEqual(['insert scm code', 'insert pipeline release', 'insert ticket board']);
    expect(rows.find(({ displayName }) => displayName === 'release')).toMatchObject({
      scmIntegrationId: 'scm_new1',
      targetIntegrationId: target.id,
    });
  });

  test('what others use goes after them', async () => {
    const { log, rows } = await apply({ scm: [], targets: [], pipelines: [] }, [scm, target, pipeline]);
    expect(log).toEqual(['remove pipeline release', 'remove scm code', 'remove target app']);
    expect(rows).toEqual([]);
  });

  test('a pipeline leaves what goes before it goes', async () => {
    const lists = { scm: [githubItem('fresh')], pipelines: [jenkinsItem('release', 'fresh', 'app')] };
    const { log } = await apply(lists, [scm, target, pipeline]);
    expect(log).toEqual(['insert scm fresh', 'update pipeline release', 'remove scm code']);
  });

  test('a name is free for what comes: what nobody uses goes first', async () => {
    const { log } = await apply({ tickets: [linearItem('board')] }, [row('ticket', 'jira', 'board')]);
    expect(log).toEqual(['remove ticket board', 'insert ticket board']);
  });
});

describe('what two exchange they give up first', () => {
  test('their organizations', async () => {
    const stored = [github('a', { organization: 'one' }), github('b', { organization: 'two' })];
    const swapped = [githubItem('a', { organization: 'two' }), githubItem('b', { organization: 'one' })];
    const { log, rows } = await apply({ scm: swapped }, stored);
    expect(log).toEqual(['set aside scm a', 'set aside scm b', 'update scm a', 'update scm b']);
    expect(rows.map(({ displayName, organization }) => [displayName, organization])).toEqual([
      ['a', 'two'],
      ['b', 'one'],
    ]);
  });

  test('a name that a row has which goes at the very end', async () => {
    // An SCM goes after all that may use it, and until then the new one needs its name.
    const old = row('scm', 'bitbucket', 'code', { organization: 'acme' });
    const { log, rows } = await apply({ scm: [githubItem('code')] }, [old]);
    expect(log).toEqual(['set aside scm code', 'insert scm code', 'remove scm code']);
    expect(rows.map(({ id }) => id)).toEqual(['scm_new1']);
  });

  test('and nothing else is set aside', async () => {
    const stored = [github('a'), github('b'), linear('board')];
    const lists = {
      scm: [githubItem('a', { defaultBranch: 'next' }), githubItem('b')],
      tickets: [linearItem('board')],
    };
    expect((await apply(lists, stored)).log).toEqual(['update scm a']);
  });
});

describe('values', () => {
  test('credentials are stored sealed, for a new row and a changed one', async () => {
    const lists = { scm: [githubItem('new'), githubItem('code', { accessToken: `value:${tokens.github('b')}` })] };
    const { rows } = await apply(lists, [scm]);
    expect(rows.map(({ id, accessToken }) => [id, accessToken])).toEqual([
      [scm.id, sealed(tokens.github('b'))],
      ['scm_new1', sealed(tokens.github('a'))],
    ]);
  });

  test('a new row is of its type, and noted to the account', async () => {
    const { rows } = await apply({ tickets: [linearItem('board')] }, []);
    expect(rows).toMatchObject([{ ticketSystemType: 'LINEAR', configuredByAccountId: 'account_1' }]);
  });

  test('what is to stay as it is is not touched', async () => {
    const { log } = await apply({ tickets: [linearItem('board')] }, [linear('board'), scm, target, pipeline]);
    expect(log).toEqual([]);
  });

  test('a refusal of the tables is not swallowed', async () => {
    const { changes } = await planOf({ tickets: [linearItem('board')] }, []);
    const gone = new AppError('CONFLICT', 'its account no longer exists');
    const { stores } = tables([]);
    const refusing = { ...stores, ticket: { ...stores.ticket, insertMany: () => Promise.reject(gone) } };
    await expect(writeChanges(refusing, changes, { sealer, accountId: 'a' })).rejects.toBe(gone);
  });
});

describe('whatever is stored and whatever is wanted', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const organization = fc.constantFrom('one', 'two', 'three', 'four', 'five');
  const letter = fc.constantFrom('a', 'b');
  const named = { selector: ({ name: each }: { name: string }) => each };
  /** What a document lists beside its pipelines, and of these the names, and which of what there is they use. */
  const lists = fc.record(
    {
      scm: fc.uniqueArray(
        fc.record({ name, organization, letter }).map((each) =>
          githubItem(each.name, {
            organization: each.organization,
            accessToken: `value:${tokens.github(each.letter)}`,
          }),
        ),
        { ...named, maxLength: 2 },
      ),
      tickets: fc.uniqueArray(
        fc
          .record({ name, letter })
          .map((each) => linearItem(each.name, { linearApiKey: `value:${tokens.linear(each.letter)}` })),
        named,
      ),
    },
    { requiredKeys: [] },
  );
  const builds = fc.option(fc.uniqueArray(fc.record({ name, uses: fc.nat() }), { ...named, maxLength: 2 }), {
    nil: undefined,
  });
  const stored = fc
    .record({
      scm: fc.uniqueArray(fc.tuple(name, organization), { maxLength: 3 }),
      target: fc.option(name),
      pipelines: fc.uniqueArray(name, { minLength: 0, maxLength: 3 }),
      uses: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
      tickets: fc.uniqueArray(name, { maxLength: 3 }),
    })
    .map(({ scm: codes, target: app, pipelines, uses, tickets }) => {
      const once = codes.filter(
        ([own, org], at) => !codes.slice(0, at).some(([other, theirs]) => other === own || theirs === org),
      );
      const scms = once.map(([own, org]) => github(own, { organization: org }));
      const targets = app === null ? [] : [appStore(app)];
      const [first] = targets;
      const using = pipelines.flatMap((own, at) => {
        const used = scms[(uses[at] ?? 0) % Math.max(scms.length, 1)];
        return used && first ? [jenkins(own, { scm: used.id, target: first.id })] : [];
      });
      return [...scms, ...targets, ...using, ...tickets.map((own) => linear(own))];
    });

  /** What is stored, and a document whose pipelines mostly use what is there. */
  const cases = fc
    .record({ rows: stored, lists, builds, app: fc.option(name) })
    .map(({ rows, lists: others, builds: pipelines, app }) => {
      const of = (column: string) => rows.filter((each) => each[column]).map(({ displayName }) => displayName);
      const scms = [...(others.scm ?? []).map((each) => each.name), ...of('scmType'), 'none'];
      // A target's credentials are kept as they are stored, so only what is stored may be listed.
      const [target = 'none'] = of('targetType');
      const targets = app === null || target === 'none' ? {} : { targets: [appStoreItem(app)] };
      const uses = 'targets' in targets ? String(app) : target;
      const items = pipelines?.map((each) => jenkinsItem(each.name, scms[each.uses % scms.length] ?? '', uses));
      return { rows, lists: { ...others, ...targets, ...(items ? { pipelines: items } : {}) } as Lists };
    });

  test('the tables refuse nothing that the plan lets pass, and then there is nothing left to do', async () => {
    let [written, refusals] = [0, 0];
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async ({ rows, lists: wanted }, prune) => {
        const first = await apply(wanted, rows, { prune });
        if (first.refused) {
          refusals += 1;
          return;
        }
        written += 1;
        const again = await apply(wanted, first.rows, { prune, newId: 'again' });
        expect(again.refused).toBe(false);
        expect(actions(again.plan).filter((each) => !each.startsWith('none'))).toEqual([]);
        expect(again.log).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(written).toBeGreaterThan(150);
    expect(refusals).toBeGreaterThan(50);
  });

  test('without pruning nothing goes, and no row gets another name', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, lists: wanted }) => {
        const { rows: after } = await apply(wanted, rows, { prune: false });
        for (const { id, displayName } of rows)
          expect(after.find((each) => each.id === id)?.displayName).toBe(displayName);
      }),
    );
  });

  test('a category that the document does not list stays as it is', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async ({ rows, lists: { scm: codes, ...others } }, prune) => {
        const of = (all: readonly Integration[]) => all.filter(({ scmType }) => scmType !== undefined);
        expect(of((await apply(others, rows, { prune })).rows)).toEqual(of(rows));
      }),
    );
  });
});
