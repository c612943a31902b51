import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Integration } from '../../../src/db/stores/codec.ts';
import type { Change } from '../../../src/manifest/change.ts';
import {
  appStore,
  github,
  githubItem,
  jenkins,
  jenkinsItem,
  type Lists,
  linear,
  linearItem,
  planOf,
  problemsIn,
  row,
  tokens,
} from './plans.ts';

type Options = Parameters<typeof planOf>[2];

/** The change of the first item of a list. */
async function changeOf(lists: Lists, rows: readonly Integration[], options?: Options): Promise<Change> {
  const { changes, problems } = await planOf(lists, rows, options);
  expect(problems).toEqual([]);
  return changes.find(({ item }) => item) as Change;
}

const ticketChange = (item: Record<string, unknown>, rows: readonly Integration[], options?: Options) =>
  changeOf({ tickets: [item] }, rows, options);

async function refusalsOf(lists: Lists, rows: readonly Integration[] = [], options?: Options): Promise<string[]> {
  return problemsIn(await planOf(lists, rows, options));
}

describe('a new one', () => {
  test('has an id of its own, its name, and all that its item says', async () => {
    const change = await ticketChange(linearItem('board'), []);
    expect(change).toMatchObject({ action: 'create', id: 'ticket_new1', row: undefined, name: 'board' });
    expect(change.values).toEqual({
      displayName: 'board',
      linearApiKey: new Secret(tokens.linear('a')),
      linearTeamId: 'MOB',
    });
    expect(change.fields).toEqual([
      { name: 'linearApiKey', before: null, after: 'changed' },
      { name: 'linearTeamId', before: null, after: 'MOB' },
    ]);
  });

  test.each<[string, Record<string, unknown>, expected: unknown]>([
    ['is switched on without a word', {}, undefined],
    ['is switched on where it says so', { active: true }, undefined],
    ['is switched off where it says so', { active: false }, false],
  ])('%s', async (_, more, expected) => {
    const { values, fields } = await ticketChange(linearItem('board', more), []);
    expect(values['isActive']).toBe(expected);
    const told = { name: 'active', before: null, after: false };
    expect(fields.filter(({ name }) => name === 'active')).toEqual(expected === false ? [told] : []);
  });

  test.each<[string, Record<string, unknown>, values: Record<string, unknown>]>([
    // The database would give the default where the column is left out.
    ['of a field with a default is written', { autoCreateEpics: null }, { autoCreateEpics: null }],
    ['of any other field says what is so already', { epicTemplate: null }, {}],
  ])('a null %s', async (_, more, values) => {
    const change = await ticketChange(linearItem('board', more), []);
    const { displayName, linearApiKey, linearTeamId, ...rest } = change.values;
    expect(rest).toEqual(values);
  });

  test.each<[string, Record<string, unknown>, problems: string[]]>([
    ['lacks a field', { linearTeamId: undefined }, ['linearTeamId: is needed for Linear']],
    [
      'says keep where nothing is',
      { linearApiKey: 'keep' },
      ['linearApiKey: says keep, and nothing is stored that could be kept'],
    ],
    // Told once: with its own reason, and not as missing too.
    [
      'has a value that does not fit',
      { linearTeamId: 'a b' },
      ['linearTeamId: must be the id or key of a team, for example MOB'],
    ],
  ])('that %s is a problem', async (_, more, problems) => {
    expect(await refusalsOf({ tickets: [linearItem('board', more)] })).toEqual(problems);
  });

  test('where a field is null that is needed instead of another one, says so and how a "#" is written', async () => {
    const item = { name: 'news', type: 'slack', slackChannels: null };
    const hint = 'nothing stands here: put it in quotes if it begins with "#"';
    expect(await refusalsOf({ communication: [item] })).toEqual([
      'slackWebhookUrl: is needed for Slack, or slackBotToken',
    ]);
    const withToken = { ...item, slackBotToken: `value:xoxb-${'1'.repeat(11)}-${'2'.repeat(11)}-a` };
    expect(await refusalsOf({ communication: [withToken] })).toEqual([`slackChannels: is needed for Slack; ${hint}`]);
  });
});

describe('a row as it is to be', () => {
  test('is left alone, and nothing is told of it', async () => {
    const change = await ticketChange(linearItem('board'), [linear('board')]);
    expect(change).toMatchObject({ action: 'none', id: 'ticket_board', values: {}, fields: [] });
  });

  test.each<[string, item: Record<string, unknown>, stored: Record<string, never>]>([
    ['that the item does not name', {}, { linearDefaultProjectId: 'p1' } as never],
    ['that is written otherwise and means the same', { linearTeamId: ' MOB ' }, {}],
    // Another program may have stored it; only what differs is held against the field.
    ['that its field would not take', { linearTeamId: 'not a team' }, { linearTeamId: 'not a team' } as never],
    ['that is null and null', { epicTemplate: null }, {}],
    ['that is a credential and to be kept', { linearApiKey: 'keep' }, {}],
  ])('keeps a value %s', async (_, more, stored) => {
    expect((await ticketChange(linearItem('board', more), [linear('board', stored)])).action).toBe('none');
  });

  test('is not asked to be whole as long as nothing of it changes', async () => {
    const broken = linear('board', { linearTeamId: null });
    const item = { name: 'board', type: 'linear' };
    expect((await ticketChange(item, [broken])).action).toBe('none');
    expect(await refusalsOf({ tickets: [{ ...item, active: false }] }, [broken])).toEqual([
      'linearTeamId: is needed for Linear',
    ]);
  });
});

describe('a row that is to be otherwise', () => {
  test('gets what differs, and no more', async () => {
    const change = await ticketChange(linearItem('board', { linearTeamId: 'WEB' }), [linear('board')]);
    expect(change).toMatchObject({ action: 'update', id: 'ticket_board', values: { linearTeamId: 'WEB' } });
    expect(Object.keys(change.values)).toEqual(['linearTeamId']);
    expect(change.fields).toEqual([
      { name: 'linearApiKey', before: 'set', after: 'unchanged' },
      { name: 'linearTeamId', before: 'MOB', after: 'WEB' },
    ]);
  });

  test('gives up what is null', async () => {
    const change = await ticketChange(linearItem('board', { epicTemplate: null }), [
      linear('board', { epicTemplate: { a: 1 } }),
    ]);
    expect(change.values).toEqual({ epicTemplate: null });
    expect(change.fields).toContainEqual({ name: 'epicTemplate', before: { a: 1 }, after: null });
  });

  test('does not show the credential that it gives up', async () => {
    const stored = github('code', { refreshToken: 'sealed:ghr_a' });
    const change = await changeOf({ scm: [githubItem('code', { refreshToken: null })] }, [stored]);
    expect(change.values).toEqual({ refreshToken: null });
    expect(change.fields).toContainEqual({ name: 'refreshToken', before: 'set', after: null });
  });

  test.each<[was: boolean, item: boolean | undefined, is: boolean | undefined]>([
    [true, undefined, undefined],
    [false, undefined, undefined],
    [false, false, undefined],
    [true, false, false],
    [false, true, true],
  ])('active %s, and the item says %s: %s is written', async (was, active, is) => {
    const item = linearItem('board', active === undefined ? {} : { active });
    const change = await ticketChange(item, [linear('board', { isActive: was })]);
    expect(change.values['isActive']).toBe(is);
    expect(change.action).toBe(is === undefined ? 'none' : 'update');
  });

  test('tells its old name', async () => {
    const rows = [github('old', { organization: 'acme' })];
    const change = await changeOf({ scm: [githubItem('new', { organization: 'acme' })] }, rows, { prune: true });
    expect(change).toMatchObject({ action: 'update', id: 'scm_old', name: 'new', values: { displayName: 'new' } });
    expect(change.fields[0]).toEqual({ name: 'name', before: 'old', after: 'new' });
  });
});

describe('a credential', () => {
  const item = linearItem('board', { linearApiKey: `value:${tokens.linear('b')}` });

  test('that differs is written', async () => {
    const change = await ticketChange(item, [linear('board')]);
    expect(change.values).toEqual({ linearApiKey: new Secret(tokens.linear('b')) });
    expect((change.values['linearApiKey'] as Secret).reveal()).toBe(tokens.linear('b'));
    expect(change.fields).toEqual([{ name: 'linearApiKey', before: 'set', after: 'changed' }]);
  });

  test('that is the same is not, and is never opened where the row is new', async () => {
    const open = () => {
      throw new Error('opened');
    };
    expect((await ticketChange(item, [], { open })).action).toBe('create');
    expect((await ticketChange(item, [linear('board', { linearApiKey: null })], { open })).fields).toEqual([
      { name: 'linearApiKey', before: null, after: 'changed' },
    ]);
  });

  test('is opened as the one of its own row and column', async () => {
    const asked: unknown[] = [];
    await ticketChange(item, [linear('board')], {
      open: ({ name }, { id }, column) => {
        asked.push([name, id, column]);
        return new Secret(tokens.linear('b'));
      },
    });
    expect(asked).toEqual([['ticket', 'ticket_board', 'linearApiKey']]);
  });

  test('whose stored one does not open makes a conflict, and the first reason is the one that counts', async () => {
    const broken = new AppError('DECRYPTION_FAILED', 'does not open');
    const open = () => {
      throw broken;
    };
    const change = await ticketChange(item, [linear('board')], { open });
    expect(change.conflict).toBe(broken);
    const bug = () => {
      throw new TypeError('a bug');
    };
    await expect(ticketChange(item, [linear('board')], { open: bug })).rejects.toThrow('a bug');
  });

  test.each<[string, stored: string | null, action: string, fields: unknown[]]>([
    ['that is stored is taken as it is', 'sealed:x', 'none', []],
    ['that is missing is one to come', null, 'update', [{ name: 'linearApiKey', before: null, after: 'changed' }]],
  ])('where none is read, one %s', async (_, linearApiKey, action, fields) => {
    const change = await ticketChange(item, [linear('board', { linearApiKey })], { credentials: undefined });
    expect(change).toMatchObject({ action, fields });
  });
});

describe('what a pipeline uses', () => {
  const [scm, target] = [github('code'), appStore('app')];
  const stored = jenkins('release', { scm: scm.id, target: target.id });
  const pipelines = (...items: Record<string, unknown>[]) => ({ pipelines: items });

  test('is found by its name among what stays stored', async () => {
    const change = await changeOf(pipelines(jenkinsItem('release', 'code', 'app')), [scm, target]);
    expect(change.values).toMatchObject({ scmIntegrationId: scm.id, targetIntegrationId: target.id });
    expect(change.fields).toContainEqual({ name: 'scm', before: null, after: 'code' });
  });

  test('may be new in the same document', async () => {
    const { changes, problems } = await planOf(
      { scm: [githubItem('fresh')], ...pipelines(jenkinsItem('release', 'fresh', 'app')) },
      [scm, target],
    );
    expect(problems).toEqual([]);
    expect(changes[1]?.values).toMatchObject({ scmIntegrationId: changes[0]?.id });
  });

  test('may not be what is pruned', async () => {
    const lists = { scm: [githubItem('fresh')], ...pipelines(jenkinsItem('release', 'code', 'app')) };
    expect(await refusalsOf(lists, [scm, target], { prune: true })).toEqual([
      'scm: names no scm integration, neither one of this document nor one that stays stored',
    ]);
    expect(await refusalsOf(lists, [scm, target], { prune: false })).toEqual([]);
  });

  test('tells the name of what it used before', async () => {
    const change = await changeOf(pipelines(jenkinsItem('release', 'other', 'app')), [
      scm,
      github('other'),
      target,
      stored,
    ]);
    expect(change.values).toEqual({ scmIntegrationId: 'scm_other' });
    expect(change.fields).toContainEqual({ name: 'scm', before: 'code', after: 'other' });
  });

  test('a target is no scm', async () => {
    expect(await refusalsOf(pipelines(jenkinsItem('release', 'app', 'code')), [scm, target])).toEqual([
      'scm: names no scm integration, neither one of this document nor one that stays stored',
      'target: names no target integration, neither one of this document nor one that stays stored',
    ]);
  });

  test('must fit: what runs where its source control is hosted needs that one', async () => {
    const item = {
      ...{ name: 'build', type: 'github-actions', scm: 'other', target: 'app' },
      githubWorkflowPath: 'release.yml',
    };
    const bitbucket = row('scm', 'bitbucket', 'other', { organization: 'acme' });
    const [first] = await refusalsOf(pipelines(item), [bitbucket, target]);
    expect(first).toBe('scm: names one of Bitbucket; a GitHub Actions pipeline needs one of GitHub');
  });
});

test('what a plan would write, and once more, is nothing', async () => {
  const text = fc.constantFrom('MOB', 'WEB', 'OPS');
  const item = fc.record(
    {
      linearApiKey: fc.constantFrom('a', 'b').map((letter) => `value:${tokens.linear(letter)}`),
      linearTeamId: text,
      linearDefaultProjectId: fc.option(text),
      autoCreateEpics: fc.option(fc.boolean()),
      epicTemplate: fc.option(fc.record({ summary: text })),
      credentialExpiresAt: fc.option(fc.constantFrom('2027-06-30', '2027-06-30T12:00:00Z')),
      active: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(item, item, async (first, second) => {
      const start = linear('board');
      const written = async (given: Record<string, unknown>, before: Integration) => {
        const { values } = await ticketChange({ name: 'board', type: 'linear', ...given }, [before]);
        const plain = Object.entries(values).map(([column, value]) => [
          column,
          value instanceof Secret ? `sealed:${value.reveal()}` : value,
        ]);
        return { changed: plain.length > 0, after: { ...before, ...Object.fromEntries(plain) } as Integration };
      };
      const one = await written(first, start);
      expect((await written(first, one.after)).changed).toBe(false);
      const two = await written(second, one.after);
      expect((await written(second, two.after)).changed).toBe(false);
    }),
  );
});

test('of what is as the manifest says nothing is held, and of what is only shown neither a row nor a value', async () => {
  const lists = {
    scm: ['a', 'b', 'new'].map((name) => githubItem(name, name === 'b' ? { defaultBranch: 'next' } : {})),
  };
  const rows = [github('a'), github('b'), github('gone')];
  const heldWhere = async (writes: boolean) =>
    (await planOf(lists, rows, { prune: true, writes })).changes.map(({ action, row: stored, values }) => [
      action,
      stored !== undefined,
      Object.keys(values).length > 0,
    ]);
  expect(await heldWhere(true)).toEqual([
    ['none', false, false],
    ['update', true, true],
    ['create', false, true],
    ['delete', true, false],
  ]);
  expect(await heldWhere(false)).toEqual(
    ['none', 'update', 'create', 'delete'].map((action) => [action, false, false]),
  );
});
