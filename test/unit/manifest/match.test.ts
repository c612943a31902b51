import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CategoryName } from '../../../src/core/category.ts';
import type { Integration } from '../../../src/db/stores/codec.ts';
import { uniqueKey } from '../../../src/db/stores/unique.ts';
import type { ManifestItem } from '../../../src/manifest/document.ts';
import { createMatching } from '../../../src/manifest/match.ts';
import { appStore, appStoreItem, documentOf, github, githubItem, linear, linearItem, row } from './plans.ts';

const keys = { scm: 'scm', target: 'targets', ticket: 'tickets' } as const;

async function match(
  category: keyof typeof keys,
  items: readonly Record<string, unknown>[] | undefined,
  rows: readonly Integration[],
  { prune = true } = {},
): Promise<{ pairs: string[]; pruned: string[]; kept: string[] }> {
  const { document } = await documentOf(items ? { [keys[category]]: items } : {});
  const { pairs, pruned, kept } = matched(category, document.lists[category], rows, prune);
  return { pairs: pairs.map(({ item, row: found }) => `${item.name} is ${found?.displayName ?? 'new'}`), pruned, kept };
}

/** Each item with its row, in the order of the manifest, and the names of the rest. */
function matched(
  category: CategoryName,
  items: readonly ManifestItem[] | undefined,
  rows: readonly Integration[],
  prune: boolean,
) {
  const matching = createMatching(category, items, prune);
  const found = new Map(rows.map((each) => [matching.itemOf(each), each]));
  const { renamed, pruned, kept } = matching.rest();
  const pairs = (items ?? []).map((item, number) => ({ item, row: found.get(number) ?? renamed.get(number) }));
  return { pairs, pruned: names(pruned), kept: kept.map(({ name }) => name) };
}

const names = (rows: readonly Integration[]) => rows.map(({ displayName }) => displayName);

describe('what is not pruned', () => {
  test('is kept', async () => {
    expect(await match('ticket', [linearItem('a')], [linear('a'), linear('b')], { prune: false })).toEqual({
      pairs: ['a is a'],
      pruned: [],
      kept: ['b'],
    });
  });

  test('is every row of a category that the document does not list', async () => {
    expect(await match('ticket', undefined, [linear('a')])).toEqual({ pairs: [], pruned: [], kept: ['a'] });
  });

  test('has no other name: an item that equals it in the unique key is a new one', async () => {
    const stored = github('old', { organization: 'acme' });
    const found = await match('scm', [githubItem('new', { organization: 'acme' })], [stored], { prune: false });
    expect(found).toEqual({ pairs: ['new is new'], pruned: [], kept: ['old'] });
  });
});

describe('where rows are pruned', () => {
  test('a list that is empty prunes all', async () => {
    expect(await match('ticket', [], [linear('a'), linear('b')])).toEqual({ pairs: [], pruned: ['a', 'b'], kept: [] });
  });

  test('a name of another type is another integration', async () => {
    const jira = row('ticket', 'jira', 'a');
    expect(await match('ticket', [linearItem('a')], [jira])).toEqual({ pairs: ['a is new'], pruned: ['a'], kept: [] });
  });

  test('an item that equals a row in the unique key is that row under another name, case aside', async () => {
    const stored = github('old', { organization: 'ACME' });
    expect((await match('scm', [githubItem('new', { organization: 'acme' })], [stored])).pairs).toEqual(['new is old']);
    expect((await match('target', [appStoreItem('new')], [appStore('old')])).pairs).toEqual(['new is old']);
  });

  test('a table without a unique key renames nothing', async () => {
    expect((await match('ticket', [linearItem('new')], [linear('old')])).pairs).toEqual(['new is new']);
  });

  test('the name goes before the key: two that exchange their organizations stay who they are', async () => {
    const stored = [github('a', { organization: 'one' }), github('b', { organization: 'two' })];
    const items = [githubItem('a', { organization: 'two' }), githubItem('b', { organization: 'one' })];
    expect((await match('scm', items, stored)).pairs).toEqual(['a is a', 'b is b']);
  });

  test('the name goes before the key of an item that stands before it', async () => {
    const stored = [github('a', { organization: 'one' })];
    const items = [githubItem('x', { organization: 'one' }), githubItem('a', { organization: 'two' })];
    expect((await match('scm', items, stored)).pairs).toEqual(['x is new', 'a is a']);
  });

  test('one row is taken once', async () => {
    const items = [githubItem('x', { organization: 'one' }), githubItem('y', { organization: 'one' })];
    expect((await match('scm', items, [github('a', { organization: 'one' })])).pairs).toEqual(['x is a', 'y is new']);
  });
});

test('every item is about one row at most, and every row is taken, pruned or kept', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const organization = fc.constantFrom('one', 'two', 'TWO', 'three');
  const some = fc.uniqueArray(fc.record({ name, organization }), { selector: (each) => each.name });
  await fc.assert(
    fc.asyncProperty(some, some, fc.boolean(), async (items, rows, prune) => {
      const stored = rows.map((each) => github(each.name, { organization: each.organization }));
      const given = items.map((each) => githubItem(each.name, { organization: each.organization }));
      const { document } = await documentOf({ scm: given });
      const { pairs, pruned, kept } = matched('scm', document.lists.scm, stored, prune);
      expect(pairs.map(({ item }) => item.name)).toEqual(items.map((each) => each.name));
      const taken = pairs.flatMap(({ row: found }) => (found ? [found] : []));
      expect([...names(taken), ...pruned, ...kept].sort()).toEqual(names(stored).sort());
      expect(prune ? kept : pruned).toEqual([]);
      for (const { item, row: found } of pairs) if (!prune && found) expect(found.displayName).toBe(item.name);
    }),
  );
});

test.each<[category: CategoryName, values: Record<string, unknown>, key: string | undefined]>([
  ['scm', { scmType: 'GITHUB', organization: 'Acme' }, 'github acme'],
  ['scm', { scmType: 'GITHUB', organization: null }, undefined],
  ['scm', { scmType: 'GITHUB' }, undefined],
  ['target', { targetType: 'APP_STORE', displayName: 'x' }, 'app_store'],
  ['pipeline', { pipelineType: 'JENKINS' }, undefined],
  ['communication', { communicationType: 'SLACK' }, undefined],
  ['ticket', { ticketSystemType: 'JIRA' }, undefined],
])('the unique key of a %s with %j is %s', (category, values, key) => {
  expect(uniqueKey(category, values)).toBe(key);
});
