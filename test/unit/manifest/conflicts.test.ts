import { describe, expect, test } from 'vitest';
import type { Integration } from '../../../src/db/stores/codec.ts';
import {
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
} from './plans.ts';

/** The conflict of each change, by its name, and what is wrong with the manifest itself. */
async function conflictsOf(lists: Lists, rows: readonly Integration[], { prune = false } = {}) {
  const { changes, problems } = await planOf(lists, rows, { prune });
  const conflicts = changes.flatMap(({ name, conflict }) => (conflict ? [[name, conflict] as const] : []));
  return {
    conflicts: Object.fromEntries(conflicts.map(([name, { message }]) => [name, message])),
    codes: conflicts.map(([, { code }]) => code),
    details: conflicts.map(([, { details }]) => details),
    problems: problems.map(({ key, reason }) => `${key}: ${reason}`),
  };
}

const none = { conflicts: {}, codes: [], details: [], problems: [] };

describe('a row that is left alone is in the way', () => {
  test('of its own name, in its own category', async () => {
    const jira = { name: 'board', type: 'jira', jiraUrl: 'https://jira.acme.test', jiraProjectKey: 'MOB' };
    const item = { ...jira, jiraApiToken: 'value:abc', jiraEmail: 'ops@acme.test' };
    const found = await conflictsOf({ tickets: [item] }, [linear('board')]);
    expect(found.conflicts['board']).toMatch(
      /^<stdin>:1:\d+: "board" is stored as a Linear integration, and a type does not change$/,
    );
    expect(found.codes).toEqual(['CONFLICT']);
    expect(found.details).toEqual([{ category: 'ticket', id: 'ticket_board', displayName: 'board' }]);
    expect(await conflictsOf({ tickets: [linearItem('code')] }, [github('code')])).toEqual(none);
  });

  test('of its own name, and "keep" means what is stored under it', async () => {
    const item = githubItem('code', { accessToken: 'keep' });
    const { conflicts, problems } = await conflictsOf({ scm: [item] }, [
      row('scm', 'gitlab', 'code', { organization: 'acme' }),
    ]);
    expect(problems).toEqual([]);
    expect(conflicts['code']).toContain('"code" is stored as a GitLab integration');
  });

  test('of its unique key, case aside', async () => {
    const rows = [github('old', { organization: 'ACME' })];
    const lists = { scm: [githubItem('new', { organization: 'acme' })] };
    expect((await conflictsOf(lists, rows)).conflicts['new']).toMatch(
      /a tenant has one SCM integration for each type and organization; "old" \(scm_old\) is there already$/,
    );
    // Pruning makes it the same row under another name.
    expect(await conflictsOf(lists, rows, { prune: true })).toEqual(none);
  });

  test('of a row that is changed to its unique key', async () => {
    const rows = [github('a'), github('b')];
    const lists = { scm: [githubItem('a', { organization: 'org-b' })] };
    expect(Object.keys((await conflictsOf(lists, rows)).conflicts)).toEqual(['a']);
  });

  test('not of itself', async () => {
    const rows = [github('a'), appStore('app')];
    const lists = { scm: [githubItem('a', { defaultBranch: 'next' })], targets: [appStoreItem('app')] };
    expect(await conflictsOf(lists, rows)).toEqual(none);
  });

  test('not where it is pruned, or moves away in the same document', async () => {
    const rows = [github('a', { organization: 'one' }), github('b', { organization: 'two' })];
    const swapped = [githubItem('a', { organization: 'two' }), githubItem('b', { organization: 'one' })];
    expect(await conflictsOf({ scm: swapped }, rows)).toEqual(none);
    expect(await conflictsOf({ scm: [githubItem('a', { organization: 'two' })] }, rows, { prune: true })).toEqual(none);
  });
});

describe('two items with one unique key', () => {
  test('are a problem of the manifest, told of the second', async () => {
    const same = [githubItem('a', { organization: 'acme' }), githubItem('b', { organization: 'Acme' })];
    expect((await conflictsOf({ scm: same }, [])).problems).toEqual([
      'organization: is that of another item of this document: a tenant has one SCM integration for each type and organization',
    ]);
    const { problems } = await planOf({ scm: same }, []);
    const text = JSON.stringify({ tenant: 'Acme', scm: same });
    expect(problems[0]?.offset).toBe(text.indexOf('"Acme"', text.indexOf('"b"')));
  });

  test('are one by their type alone where the key is the type', async () => {
    const credentials = { appleApiKeyId: 'value:ABCDE12345', appleIssuerId: undefined, applePrivateKey: undefined };
    const found = await conflictsOf({ targets: [appStoreItem('a', credentials), appStoreItem('b', credentials)] }, []);
    expect(found.problems).toContain(
      'type: is that of another item of this document: a tenant has one target integration of each type',
    );
  });

  test('are one where the key of one of them is what is stored', async () => {
    const rows = [github('a', { organization: 'acme' })];
    const { organization: _, ...silent } = githubItem('a');
    const found = await conflictsOf({ scm: [silent, githubItem('b', { organization: 'acme' })] }, rows);
    expect(found.problems).toHaveLength(1);
  });

  test('are two where their types differ', async () => {
    const { accessToken: _, ...plain } = githubItem('b', { organization: 'acme', type: 'bitbucket' });
    const other = {
      ...plain,
      repositoryUrl: 'https://bitbucket.org/acme/mobile',
      accessToken: `value:${'a'.repeat(40)}`,
    };
    const found = await conflictsOf({ scm: [githubItem('a', { organization: 'acme' }), other] }, []);
    expect(found.problems).toEqual([]);
  });
});

describe('what a pipeline uses is not pruned', () => {
  const [scm, other, target] = [github('code'), github('other'), appStore('app')];
  const pipeline = jenkins('release', { scm: scm.id, target: target.id });
  const rows = [scm, other, target, pipeline];

  test('while the pipeline stays as it is', async () => {
    const found = await conflictsOf({ scm: [] }, rows, { prune: true });
    expect(found.conflicts).toEqual({
      code: 'the scm integration "code" is used by the pipeline "release"',
    });
    expect(found.codes).toEqual(['CONFLICT']);
  });

  test('and all that use it are named', async () => {
    const second = jenkins('nightly', { scm: scm.id, target: target.id });
    const found = await conflictsOf({ scm: [githubItem('other')] }, [...rows, second], { prune: true });
    expect(found.conflicts['code']).toBe('the scm integration "code" is used by the pipelines "release" and "nightly"');
  });

  test('while the pipeline is in the document and keeps to it', async () => {
    const { scm: _, ...silent } = jenkinsItem('release', '', 'app', { scm: undefined });
    const found = await conflictsOf({ scm: [githubItem('other')], pipelines: [silent] }, rows, { prune: true });
    expect(Object.keys(found.conflicts)).toEqual(['code']);
  });

  test('unless the pipeline is pointed elsewhere', async () => {
    const lists = { scm: [githubItem('other')], pipelines: [jenkinsItem('release', 'other', 'app')] };
    expect(await conflictsOf(lists, rows, { prune: true })).toEqual(none);
  });

  test('unless the pipeline goes too', async () => {
    expect(await conflictsOf({ scm: [], targets: [], pipelines: [] }, rows, { prune: true })).toEqual(none);
  });
});
