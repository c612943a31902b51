import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import type { ErrorClass, Outcome, Verdict } from '../../../../src/core/verification.ts';
import { bitbucket } from '../../../../src/providers/bitbucket/index.ts';
import { description } from '../../../support/descriptions.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import {
  type Handler,
  type ProviderServer,
  page,
  providerServer,
  type Reply,
  sequence,
} from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [pair = ''] = sampleOf('bitbucket').credentials.map(({ value }) => value);
const bearer = 'an access token of the repository'.replaceAll(' ', '-');
const cloud = description('bitbucket-cloud.swagger2.json');
const valid = 'credential: passed, resource: passed, permission: passed';
const noCredential = 'credential: failed, resource: skipped, permission: skipped';
const noResource = 'credential: passed, resource: failed, permission: skipped';

const paths = {
  repository: '/2.0/repositories/acme/mobile',
  branch: '/2.0/repositories/acme/mobile/refs/branches/release%2F1.x',
  user: '/2.0/user',
  list: '/2.0/repositories/acme',
} as const;

type Answers = Partial<Record<keyof typeof paths, Handler>>;

const stored = {
  organization: 'acme',
  repositoryUrl: 'https://bitbucket.org/acme/mobile',
  defaultBranch: 'release/1.x',
};

const apiToken = {
  'x-credential-type': 'apitoken',
  'x-oauth-scopes': 'read:repository:bitbucket, write:repository:bitbucket',
};
const accessToken = { 'x-credential-type': 'repo_access_token', 'x-oauth-scopes': 'repository' };

function repository(more: Record<string, unknown> = {}, headers: Record<string, string> = apiToken): Handler {
  const json = {
    full_name: 'acme/mobile',
    slug: 'mobile',
    workspace: { slug: 'acme', uuid: '{0b1f3c1e-0000-4000-8000-000000000000}' },
    mainbranch: { name: 'main' },
    is_private: true,
  };
  return { headers, json: { ...json, ...more } };
}

function failure(status: number, message: string, detail: Record<string, unknown> | null = null): Handler {
  return { status, json: { type: 'error', error: { message: `${message} ${pair}`, detail } } };
}

async function bitbucketServer(answers: Answers = {}): Promise<ProviderServer> {
  const server = await providerServer({ description: cloud });
  const given: Answers = {
    repository: repository(),
    branch: { json: { name: 'release/1.x', target: { hash: 'abc' } } },
    user: { json: { username: 'ada', uuid: '{1}' } },
    list: { json: { values: [{ slug: 'mobile' }] } },
    ...answers,
  };
  for (const [name, handler] of Object.entries(given)) server.on('GET', paths[name as keyof typeof paths], handler);
  return server;
}

async function askCloud(
  answers: Answers = {},
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  const server = await bitbucketServer(answers);
  const given = { ...stored, accessToken: pair, ...values };
  return ask(bitbucket, given, { env: { INTEGRATIONS_BITBUCKET_API_URL: `${server.url}/2.0` }, ...options });
}

const noAccount = failure(403, 'Your credentials lack one or more required privilege scopes.', {
  granted: ['repository'],
  required: ['account'],
});

describe('a good token', () => {
  it('of Atlassian is sent as e-mail and token', async () => {
    const server = await bitbucketServer();
    const env = { INTEGRATIONS_BITBUCKET_API_URL: `${server.url}/2.0` };
    const verdict = await ask(bitbucket, { ...stored, accessToken: pair }, { env });
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, account: 'ada', expiresAt: null });
    expect(told(verdict)).toBe(valid);
    expect(checkOf(verdict, 'permission').detail).toBe(
      'its role lets it read and write; more than it needs: write:repository:bitbucket',
    );
    expect(server.requests.map(({ path }) => path)).toEqual([paths.repository, paths.user, paths.branch, paths.list]);
    expect(Object.fromEntries(server.requests[3]?.query ?? [])).toEqual({ role: 'contributor', q: 'slug="mobile"' });
    const encoded = Buffer.from(pair).toString('base64');
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Basic ${encoded}`);
  });

  it('of a repository is sent as Bearer, and has no user to ask for', async () => {
    const server = await bitbucketServer({ repository: repository({}, accessToken) });
    const env = { INTEGRATIONS_BITBUCKET_API_URL: `${server.url}/2.0` };
    const verdict = await ask(bitbucket, { ...stored, accessToken: bearer }, { env });
    expect(verdict).toMatchObject({ outcome: 'valid', account: null });
    expect(told(verdict)).toBe(valid);
    expect(checkOf(verdict, 'permission').detail).toBe('its scopes let it read, not write');
    expect(server.requests.map(({ path }) => path)).toEqual([paths.repository, paths.branch]);
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Bearer ${bearer}`);
  });

  it.each<[string, Answers, string, string | null]>([
    ['without the scope account', { user: noAccount }, valid, null],
    ['that may not ask for a user', { user: failure(401, 'not supported for this endpoint') }, valid, null],
    ['that is shown by a private repository', { repository: repository({}, {}), user: failure(403, '') }, valid, null],
    [
      'that is shown by its scopes alone',
      { repository: repository({ is_private: false }, {}), user: noAccount },
      valid,
      null,
    ],
    [
      'that nothing shows',
      { repository: repository({ is_private: false }, {}), user: failure(401, '') },
      'credential: unproven, resource: passed, permission: passed',
      null,
    ],
    ['that reads', { list: { json: { values: [] } } }, valid, 'ada'],
    ['that may not list', { list: failure(403, '') }, valid, 'ada'],
    ['with a workspace that may not be listed', { list: failure(410, '') }, valid, 'ada'],
  ])('%s', async (_name, answers, checks, account) => {
    const verdict = await askCloud(answers);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, account });
    expect(told(verdict)).toBe(checks);
  });

  it.each(['ACME', '{0b1f3c1e-0000-4000-8000-000000000000}'])('workspace %s', async (organization) => {
    expect(told(await askCloud({}, { organization }))).toBe(valid);
  });

  it('asks after a 500 once more', async () => {
    expect(told(await askCloud({ repository: sequence({ status: 500 }, repository()) }))).toBe(valid);
  });
});

describe('refusals', () => {
  it.each<[string, Answers, Outcome, ErrorClass, string, string?]>([
    [
      '401',
      { repository: failure(401, 'Token is invalid, expired, or not supported for this endpoint.') },
      'invalid',
      'INVALID',
      noCredential,
      'rotate',
    ],
    [
      'an OAuth token that has expired',
      { repository: failure(401, 'Access token expired. Use your refresh token to obtain a new access token.') },
      'expired',
      'EXPIRED',
      noCredential,
      'rotate',
    ],
    [
      'a missing scope',
      { repository: failure(403, 'lacks', { granted: ['account'], required: ['repository', 'No <b>such</b> one'] }) },
      'invalid',
      'INSUFFICIENT',
      noCredential,
      'the scope repository.',
    ],
    ['403 otherwise', { repository: failure(403, 'Forbidden') }, 'invalid', 'INSUFFICIENT', noCredential, 'allowed'],
    ['no repository, to a known user', { repository: failure(404, '') }, 'invalid', 'NOT_FOUND', noResource],
    [
      'no repository, to a token with scopes',
      { repository: failure(404, ''), user: noAccount },
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    [
      'no repository, to an access token',
      { repository: { status: 404, headers: accessToken, json: {} } },
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    ['no branch', { branch: failure(404, '') }, 'invalid', 'NOT_FOUND', noResource, '--default-branch'],
    [
      'another workspace',
      { repository: repository({ workspace: { slug: 'other' } }) },
      'invalid',
      'NOT_FOUND',
      noResource,
      '--organization',
    ],
  ])('%s', async (_name, answers, outcome, errorCode, checks, hint = '') => {
    const verdict = await askCloud(answers);
    expect(verdict).toMatchObject({ outcome, errorCode });
    expect(told(verdict)).toBe(checks);
    expect(verdict.hint).toContain(hint);
  });

  it('a 401 after the known end is an expiry', async () => {
    const answers = { repository: failure(401, 'Token is invalid') };
    const verdict = await askCloud(answers, {}, { knownEnd: new Date('2020-01-01') });
    expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
  });
});

describe('what decides nothing', () => {
  it.each(undecidedAnswers)('%s at the repository', async (_name, answer, errorCode) => {
    const verdict = await askCloud({ repository: answer });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(told(verdict)).toBe('credential: undecided, resource: skipped, permission: skipped');
  });

  it.each<[string, Answers, ErrorClass]>([
    [
      'no repository and nothing that shows the token',
      { repository: failure(404, ''), user: failure(401, '') },
      'UNREACHABLE',
    ],
    ['an endpoint that was removed', { repository: failure(410, '') }, 'UNREACHABLE'],
    ['a page that says 404', { repository: { ...page, status: 404 } }, 'UNREACHABLE'],
    ['a repository without a name', { repository: { headers: accessToken, json: {} } }, 'UNREACHABLE'],
    ['another branch', { branch: { json: { name: 'main' } } }, 'UNREACHABLE'],
    ['a limit at the list', { list: { status: 429, json: {} } }, 'RATE_LIMITED'],
  ])('%s', async (_name, answers, errorCode) => {
    const verdict = await askCloud(answers);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  });
});

describe('Data Center', () => {
  const api = '/rest/api/1.0/projects/MOB/repos/mobile';
  const known = { 'x-ausername': 'release-bot' };
  const repositoryOf = (more: Record<string, unknown> = {}, headers: Record<string, string> = known): Handler => {
    return { headers, json: { slug: 'mobile', public: false, project: { key: 'MOB' }, ...more } };
  };
  const branches = (...names: string[]): Handler => {
    return { headers: known, json: { values: names.map((displayId) => ({ displayId })), isLastPage: true } };
  };
  const refusal = (status: number, headers: Record<string, string> = {}): Handler => {
    const exceptionName = 'com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException';
    return { status, headers, json: { errors: [{ message: `You are not permitted with ${bearer}`, exceptionName }] } };
  };

  async function askServer(answers: { repository?: Handler; branch?: Handler } = {}, address = '/scm/mob/mobile.git') {
    const server = await providerServer();
    const root = address.startsWith('/code/') ? '/code' : '';
    const project =
      address.includes('~') || address.includes('/users/') ? '~ada' : address.includes('mob/') ? 'mob' : 'MOB';
    const path = `${root}${api.replace('MOB', project)}`;
    server.on('GET', path, answers.repository ?? repositoryOf());
    server.on('GET', `${path}/branches`, answers.branch ?? branches('release/1.x-old', 'release/1.x'));
    const values = { ...stored, organization: 'MOB', repositoryUrl: `${server.url}${address}`, accessToken: bearer };
    return { server, verdict: await ask(bitbucket, values) };
  }

  it('is valid; nothing else is asked', async () => {
    const { server, verdict } = await askServer();
    expect(verdict).toMatchObject({ outcome: 'valid', account: 'release-bot' });
    expect(told(verdict)).toBe(valid);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.query.get('filterText')).toBe('release/1.x');
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Bearer ${bearer}`);
  });

  it.each([
    '/scm/MOB/mobile.git',
    '/code/scm/MOB/mobile.git',
    '/projects/MOB/repos/mobile',
    '/code/projects/MOB/repos/mobile/browse',
    '/MOB/mobile',
  ])('finds the API of %s', async (address) => {
    const { verdict } = await askServer({}, address);
    expect(told(verdict)).toBe(valid);
  });

  it.each(['/scm/~ada/mobile.git', '/users/ada/repos/mobile'])('finds the personal project of %s', async (address) => {
    const { verdict } = await askServer({ repository: repositoryOf({ project: { key: '~ADA' } }) }, address);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'NOT_FOUND' });
    expect(checkOf(verdict, 'resource').detail).toContain('~ADA');
  });

  it('names what is missing as the server does, also of an address that is a page', async () => {
    const { verdict } = await askServer({ repository: refusal(404, known) }, '/projects/MOB/repos/mobile');
    const detail = 'there is no repository MOB/mobile, or the token cannot see it (404)';
    expect(checkOf(verdict, 'resource').detail).toBe(detail);
  });

  it.each<[string, { repository?: Handler; branch?: Handler }, Outcome, ErrorClass | null, string]>([
    ['a private repository without a name', { repository: repositoryOf({}, {}) }, 'valid', null, valid],
    [
      'a public repository without a name',
      { repository: repositoryOf({ public: true }, { 'x-ausername': 'anonymous' }) },
      'valid',
      null,
      'credential: unproven, resource: passed, permission: passed',
    ],
    ['401', { repository: refusal(401) }, 'invalid', 'INVALID', noCredential],
    ['401 to a known user', { repository: refusal(401, known) }, 'invalid', 'INSUFFICIENT', noResource],
    ['404 to a known user', { repository: refusal(404, known) }, 'invalid', 'NOT_FOUND', noResource],
    ['another project', { repository: repositoryOf({ project: { key: 'WEB' } }) }, 'invalid', 'NOT_FOUND', noResource],
    ['no branch', { branch: branches('release/1.x-old') }, 'invalid', 'NOT_FOUND', noResource],
    [
      '404 to nobody',
      { repository: refusal(404) },
      'undecided',
      'UNREACHABLE',
      'credential: undecided, resource: skipped, permission: skipped',
    ],
    [
      'more branches than a page has',
      { branch: { headers: known, json: { values: [], isLastPage: false } } },
      'undecided',
      'UNREACHABLE',
      'credential: passed, resource: undecided, permission: skipped',
    ],
    [
      'an empty object',
      { repository: { headers: known, json: {} } },
      'undecided',
      'UNREACHABLE',
      'credential: passed, resource: undecided, permission: skipped',
    ],
  ])('%s', async (_name, answers, outcome, errorCode, checks) => {
    const { verdict } = await askServer(answers);
    expect(verdict).toMatchObject({ outcome, errorCode });
    expect(told(verdict)).toBe(checks);
  });

  it('finds a branch among more than a hundred whose names hold its name', async () => {
    const page = (values: string[], more: Record<string, unknown>): Handler => ({
      headers: known,
      json: { values: values.map((displayId) => ({ displayId })), ...more },
    });
    const branch: Handler = ({ query }) =>
      query.get('start') === '100'
        ? (page(['release/1.x'], { isLastPage: true }) as Reply)
        : (page(['release/1.x-old'], { isLastPage: false, nextPageStart: 100 }) as Reply);
    expect(told((await askServer({ branch })).verdict)).toBe(valid);
  });

  it.each(undecidedAnswers)('%s', async (_name, repository, errorCode) => {
    const { verdict } = await askServer({ repository });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  });
});
