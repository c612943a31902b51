import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import { Secret } from '../../../../src/core/secret.ts';
import type { ErrorClass, Verdict } from '../../../../src/core/verification.ts';
import { githubActions } from '../../../../src/providers/github-actions/index.ts';
import { description } from '../../../support/descriptions.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { type Handler, type ProviderServer, page, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { ask, checkOf, told } from '../../../support/verify.ts';

const [token = ''] = sampleOf('github').credentials.map(({ value }) => value);
const rest = description('github-rest.openapi3.json');
const valid = 'credential: passed, resource: passed, permission: passed';
const unproven = 'credential: passed, resource: passed, permission: unproven';
const noResource = 'credential: passed, resource: failed, permission: skipped';
const noPermission = 'credential: passed, resource: passed, permission: failed';

const paths = {
  user: '/user',
  repository: '/repos/acme/mobile',
  workflow: '/repos/acme/mobile/actions/workflows/release.yml',
  heads: '/repos/acme/mobile/git/matching-refs/heads%2Frelease%2F1.x',
  tags: '/repos/acme/mobile/git/matching-refs/tags%2Frelease%2F1.x',
  file: '/repos/acme/mobile/contents/.github%2Fworkflows%2Frelease.yml',
} as const;

type Answers = Partial<Record<keyof typeof paths, Handler>>;

/** The SCM's values and the pipeline's own. */
const stored = {
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  defaultBranch: 'main',
  accessToken: new Secret(token),
  githubWorkflowPath: '.github/workflows/release.yml',
  githubWorkflowRef: 'release/1.x',
};

const withInputs = `name: Release
on:
  workflow_dispatch:
    inputs:
      LANE: { required: true, type: string }
      NOTES: { required: true, default: none }
jobs: {}
`;

function repository(more: Record<string, unknown> = {}, scopes = 'repo'): Handler {
  const json = {
    full_name: 'acme/mobile',
    default_branch: 'main',
    private: true,
    archived: false,
    owner: { login: 'acme' },
    permissions: { pull: true, push: true },
  };
  return { headers: { 'x-oauth-scopes': scopes }, json: { ...json, ...more } };
}

function file(body: string): Handler {
  return { headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, body };
}

function refs(...names: string[]): Handler {
  const json = names.map((ref) => ({ ref, object: { type: 'commit', sha: 'abc' } }));
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
}

function failure(status: number, message: string, headers: Record<string, string> = {}): Handler {
  return { status, headers, json: { message: `${message} (${token})` } };
}

const workflow: Handler = { json: { id: 7, name: 'Release', path: stored.githubWorkflowPath, state: 'active' } };

async function githubServer(answers: Answers = {}): Promise<ProviderServer> {
  const server = await providerServer({ description: rest });
  const given: Answers = {
    user: { json: { login: 'octocat' } },
    repository: repository(),
    workflow,
    heads: refs('refs/heads/release/1.x-old', 'refs/heads/release/1.x'),
    file: file('on: [push, workflow_dispatch]\n'),
    ...answers,
  };
  for (const [name, handler] of Object.entries(given)) server.on('GET', paths[name as keyof typeof paths], handler);
  return server;
}

async function askActions(answers: Answers = {}, values: Record<string, FieldValue> = {}): Promise<Verdict> {
  const server = await githubServer(answers);
  return ask(githubActions, { ...stored, ...values }, { env: { INTEGRATIONS_GITHUB_API_URL: server.url } });
}

describe('a workflow that can be dispatched', () => {
  it('is valid, and nothing is dispatched', async () => {
    const server = await githubServer();
    const verdict = await ask(githubActions, stored, { env: { INTEGRATIONS_GITHUB_API_URL: server.url } });
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, account: 'octocat' });
    expect(told(verdict)).toBe(valid);
    expect(checkOf(verdict, 'permission').detail).toMatch(/^it has the scope repo, and its user may write/);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${paths.user}`,
      `GET ${paths.repository}`,
      `GET ${paths.workflow}`,
      `GET ${paths.heads}`,
      `GET ${paths.file}`,
    ]);
    expect(server.requests[4]?.query.get('ref')).toBe('release/1.x');
    expect(server.requests[4]?.headers['accept']).toBe('application/vnd.github.raw+json');
  });

  it.each([
    ['alone', 'on: workflow_dispatch\n'],
    ['in a list', 'on: [push, workflow_dispatch]\n'],
    ['in a map without a value', 'on:\n  push:\n  workflow_dispatch:\n'],
    ['with a key in quotes', '"on":\n  workflow_dispatch: {}\n'],
    ['as JSON', '{"on":{"workflow_dispatch":null}}'],
  ])('with its trigger %s', async (_name, text) => {
    expect(told(await askActions({ file: file(text) }))).toBe(valid);
  });

  it('on a tag', async () => {
    const answers = { heads: refs('refs/heads/release/1.x-old'), tags: refs('refs/tags/release/1.x') };
    expect(told(await askActions(answers))).toBe(valid);
  });

  it('with the inputs that it declares', async () => {
    expect(told(await askActions({ file: file(withInputs) }, { environmentVariables: { LANE: 'beta' } }))).toBe(valid);
  });

  it('says which input whoever starts it must give', async () => {
    const verdict = await askActions({ file: file(withInputs) });
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: passed');
    expect(checkOf(verdict, 'resource').detail).toContain('must give the input "LANE"');
  });

  it.each<[string, Answers]>([
    ['of a fine-grained token', { repository: repository({}, '') }],
    ['with public_repo', { repository: repository({ private: false }, 'public_repo') }],
    ['of a user whose role is not told', { repository: repository({ permissions: null }) }],
  ])('the permission %s is unproven', async (_name, answers) => {
    const verdict = await askActions(answers);
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe(unproven);
  });

  it.each([
    ['broken', 'on: [workflow_dispatch\njobs: }'],
    ['too long', `on: workflow_dispatch\n${'# x\n'.repeat(40_000)}`],
    ['a text', 'workflow_dispatch'],
    ['empty', ''],
    [
      'full of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replace(/./g, (at) => `${at}: &${at} [${`*${String.fromCharCode(at.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
    ],
  ])('a file that is %s is unproven', async (_name, text) => {
    const verdict = await askActions({ file: file(text) });
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: passed');
  });

  it('asks after a 500 once more', async () => {
    expect(told(await askActions({ workflow: sequence({ status: 500 }, workflow) }))).toBe(valid);
  });
});

describe('refusals', () => {
  it.each<[string, Answers, ErrorClass, string, Record<string, FieldValue>?]>([
    [
      'bad credentials',
      { user: failure(401, 'Bad credentials') },
      'INVALID',
      'credential: failed, resource: skipped, permission: skipped',
    ],
    ['no repository', { repository: failure(404, 'Not Found') }, 'NOT_FOUND', noResource],
    ['an archived repository', { repository: repository({ archived: true }) }, 'PROVIDER_BLOCKED', noResource],
    ['no workflow', { workflow: failure(404, 'Not Found') }, 'NOT_FOUND', noResource],
    [
      'a workflow of that name elsewhere',
      { workflow: { json: { path: 'dynamic/release.yml', state: 'active' } } },
      'NOT_FOUND',
      noResource,
    ],
    [
      'a workflow that somebody disabled',
      { workflow: { json: { path: stored.githubWorkflowPath, state: 'disabled_manually' } } },
      'PROVIDER_BLOCKED',
      noResource,
    ],
    [
      'a workflow that idleness disabled',
      { workflow: { json: { path: stored.githubWorkflowPath, state: 'disabled_inactivity' } } },
      'PROVIDER_BLOCKED',
      noResource,
    ],
    ['no ref', { heads: refs('refs/heads/release/1.x2'), tags: refs() }, 'NOT_FOUND', noResource],
    [
      'an empty repository',
      { heads: failure(409, 'Git Repository is empty.'), tags: failure(409, '') },
      'NOT_FOUND',
      noResource,
    ],
    ['no file on the ref', { file: failure(404, 'Not Found') }, 'NOT_FOUND', noResource],
    ['no trigger', { file: file('on:\n  push:\n    branches: [main]\n') }, 'NOT_FOUND', noResource],
    ['no trigger at all', { file: file('jobs: {}\n') }, 'NOT_FOUND', noResource],
    [
      'an input that is not declared',
      { file: file(withInputs) },
      'NOT_FOUND',
      noResource,
      { environmentVariables: { LANE: 'beta', toString: 'x' } },
    ],
    [
      'a missing permission',
      {
        workflow: failure(403, 'Resource not accessible by personal access token', {
          'x-accepted-github-permissions': 'actions=read',
        }),
      },
      'INSUFFICIENT',
      noResource,
    ],
    ['no scope', { repository: repository({}, 'workflow') }, 'INSUFFICIENT', noPermission],
    ['a reader', { repository: repository({ permissions: { push: false } }) }, 'INSUFFICIENT', noPermission],
  ])('%s', async (_name, answers, errorCode, checks, values = {}) => {
    const verdict = await askActions(answers, values);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(told(verdict)).toBe(checks);
    expect(verdict.hint).not.toBe(null);
  });
});

describe('what decides nothing', () => {
  it.each([...undecidedAnswers, ['a page that says 404', { ...page, status: 404 }, 'UNREACHABLE'] as const])(
    '%s at the workflow',
    async (_name, answer, errorCode) => {
      const verdict = await askActions({ workflow: answer });
      expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
      expect(told(verdict)).toBe('credential: passed, resource: undecided, permission: skipped');
    },
  );

  it.each<[string, Answers]>([
    ['refs that are no list', { heads: { json: { ref: 'refs/heads/release/1.x' } } }],
    ['a workflow without a state', { workflow: { json: { path: stored.githubWorkflowPath } } }],
    ['a page for the file', { file: page }],
  ])('%s', async (_name, answers) => {
    expect(await askActions(answers)).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
  });
});
