import { describe, expect, test } from 'vitest';
import { changeLines, type UnlistedOf } from '../../../src/commands/manifest/report.ts';
import { categories } from '../../../src/core/category.ts';
import type { Data } from '../../../src/output/view.ts';
import { linesOnScreen } from '../../support/on-screen.ts';

const acme = { id: 't-1', displayName: 'Acme', createdAt: null };
const beta = { id: 't-2', displayName: 'Beta', createdAt: null };

function item(action: string, category: string, name: string, type: string, rest: Data = {}): Data {
  return { action, tenant: 'Acme', category, name, type, fields: [], ...rest };
}

const created = item('create', 'scm', 'web', 'github', {
  fields: [
    { name: 'organization', before: null, after: 'gamma' },
    { name: 'accessToken', before: null, after: 'changed' },
  ],
});
const deleted = [item('delete', 'scm', 'bad', 'github'), item('delete', 'target', 'ios', 'app-store')];

const unlisted = (tenant: UnlistedOf['tenant'], ...names: string[]): UnlistedOf => ({
  tenant,
  unlisted: names.map((name) => ({ category: categories.scm, name })),
});

describe('a plan', () => {
  test('calls a credential that is not stored yet new, and says at the end what it deletes', async () => {
    expect(await linesOnScreen(changeLines([created, ...deleted], { unlisted: [] }), 60)).toBe(
      `Acme
  + scm     web (github)
      organization  gamma
      accessToken   new
  - scm     bad (github)
  - target  ios (app-store)

1 to create, 0 to update, 2 to delete, 0 as they are.
--prune deletes 2 integrations for good: scm "bad" and
target "ios".
`,
    );
    const [last] = changeLines(deleted, { unlisted: [] }).slice(-1);
    expect(last?.tone).toBe('red');
  });

  test('calls a credential that replaces another one changed, and a text so whatever it is', async () => {
    const fields = [
      { name: 'accessToken', before: 'set', after: 'changed' },
      { name: 'defaultBranch', before: null, after: 'changed' },
    ];
    const lines = changeLines([item('update', 'scm', 'web', 'github', { fields })], { unlisted: [] });
    expect(lines.map(({ text }) => text).slice(2, 4)).toEqual([
      '      accessToken    changed',
      '      defaultBranch  changed',
    ]);
  });

  test.each<[name: string, beside: readonly UnlistedOf[], told: string]>([
    ['nothing beside', [], 'No differences: everything is as the manifest says.\n'],
    [
      'one beside',
      [unlisted(acme, 'typo')],
      'Nothing to change: everything in the manifest is stored as it says.\n' +
        '1 stored integration is not in the manifest: scm "typo"; --prune would delete it.\n',
    ],
    [
      'some beside, of several tenants',
      [unlisted(acme, 'a', 'b'), unlisted(beta, 'c')],
      'Nothing to change: everything in the manifest is stored as it says.\n' +
        '2 stored integrations in tenant "Acme" are not in the manifest: scm "a" and scm "b"; --prune would delete them.\n' +
        '1 stored integration in tenant "Beta" is not in the manifest: scm "c"; --prune would delete it.\n',
    ],
    [
      'many beside',
      [unlisted(acme, ...'abcdefghijkl')],
      'Nothing to change: everything in the manifest is stored as it says.\n' +
        '12 stored integrations are not in the manifest: scm "a", scm "b", scm "c", scm "d", scm "e", scm "f", scm "g", scm "h", scm "i", scm "j" and 2 more; --prune would delete them.\n',
    ],
  ])('without differences, and with %s', async (_, beside, told) => {
    const same = item('none', 'scm', 'web', 'github');
    expect(await linesOnScreen(changeLines([same], { unlisted: beside }), 500)).toBe(told);
  });
});

test('what apply --verify is refused says why, and what to do', async () => {
  const verification = {
    outcome: 'invalid',
    checks: [{ name: 'resource', outcome: 'failed', detail: 'the repository has no branch "next"' }],
    hint: 'Correct --default-branch. The command: integrations scm update web --default-branch NEW',
  };
  const lines = changeLines([{ ...created, fields: [], result: 'done', verification }], { unlisted: [] });
  expect(await linesOnScreen(lines, 60)).toBe(
    `Acme
  + scm  web (github)
      verified: invalid
      resource failed: the repository has no branch "next"
      remedy: Correct --default-branch.
        integrations scm update web --default-branch NEW

1 created, 0 updated, 0 deleted, 0 as they were.
`,
  );
});

test('a report says what was deleted, and no more', () => {
  const [first = {}, second = {}] = deleted;
  const items = [
    { ...first, result: 'done' },
    { ...second, result: 'failed', error: { code: 'CONFLICT', message: 'is used', hint: null } },
  ];
  expect(changeLines(items, { unlisted: [] }).at(-1)?.text).toBe('1 integration was deleted: scm "bad".');
});
