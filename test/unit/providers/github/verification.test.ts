import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import { Secret } from '../../../../src/core/secret.ts';
import type { ErrorClass, Outcome, Probe, Verdict } from '../../../../src/core/verification.ts';
import { githubRequest } from '../../../../src/providers/github/api.ts';
import { github } from '../../../../src/providers/github/index.ts';
import { description } from '../../../support/descriptions.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { type Handler, type ProviderServer, page, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [token = ''] = sampleOf('github').credentials.map(({ value }) => value);
const rest = description('github-rest.openapi3.json');
const valid = 'credential: passed, resource: passed, permission: passed';
const unproven = 'credential: passed, resource: passed, permission: unproven';
const noCredential = 'credential: failed, resource: skipped, permission: skipped';
const noResource = 'credential: passed, resource: failed, permission: skipped';
const noPermission = 'credential: passed, resource: passed, permission: failed';

const stored = {
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  defaultBranch: 'release/1.x',
  accessToken: token,
};

const paths = {
  user: '/user',
  repository: '/repos/acme/mobile',
  branch: '/repos/acme/mobile/branches/release%2F1.x',
  installation: '/installation/repositories',
} as const;

type Answers = Partial<Record<keyof typeof paths, Handler>>;

const classic = { 'x-oauth-scopes': 'repo, workflow' };

function repository(more: Record<string, unknown> = {}, headers: Record<string, string> = classic): Handler {
  const json = {
    full_name: 'acme/mobile',
    default_branch: 'main',
    private: true,
    archived: false,
    disabled: false,
    owner: { login: 'Acme' },
    permissions: { pull: true, push: true, admin: false },
    ...more,
  };
  return { headers, json };
}

function failure(status: number, message: string, headers: Record<string, string> = {}): Handler {
  return { status, headers, json: { message: `${message} (${token})`, documentation_url: 'https://docs.github.com' } };
}

async function githubServer(answers: Answers = {}, under = ''): Promise<ProviderServer> {
  const server = await providerServer({
    description: under ? description('github-rest.openapi3.json', under) : rest,
  });
  const given: Answers = {
    user: { headers: classic, json: { login: 'octocat', id: 1 } },
    repository: repository(),
    branch: { json: { name: 'release/1.x', commit: { sha: 'abc' } } },
    ...answers,
  };
  for (const [name, handler] of Object.entries(given)) {
    server.on('GET', `${under}${paths[name as keyof typeof paths]}`, handler);
  }
  return server;
}

async function askGithub(
  answers: Answers = {},
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  const server = await githubServer(answers);
  return ask(github, { ...stored, ...values }, { env: { INTEGRATIONS_GITHUB_API_URL: server.url }, ...options });
}

describe('a good token', () => {
  it('is valid, and every request says who asks and in which version', async () => {
    const server = await githubServer();
    const verdict = await ask(github, stored, { env: { INTEGRATIONS_GITHUB_API_URL: server.url } });
    expect(verdict).toMatchObject({
      outcome: 'valid',
      errorCode: null,
      hint: null,
      account: 'octocat',
      expiresAt: null,
    });
    expect(told(verdict)).toBe(valid);
    expect(server.requests.map(({ path }) => path)).toEqual([paths.user, paths.repository, paths.branch]);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
      });
      expect(headers['user-agent']).toMatch(/^integrations\//);
    }
  });

  it('is told what it may do beyond what it needs', async () => {
    const detail = async (scopes: string) =>
      checkOf(await askGithub({ repository: repository({}, { 'x-oauth-scopes': scopes }) }), 'permission').detail;
    expect(await detail('repo')).toBe('it has the scope repo');
    expect(await detail('admin:org, repo, workflow')).toBe(
      'it has the scope repo; more than it needs: admin:org and workflow',
    );
  });

  it.each<[string, Answers, string, string]>([
    ['fine-grained', { repository: repository({ permissions: { push: false } }, {}) }, unproven, 'fine-grained'],
    ['of an App, with an empty header', { repository: repository({}, { 'x-oauth-scopes': '' }) }, unproven, 'App'],
    [
      'public_repo',
      { repository: repository({ private: false }, { 'x-oauth-scopes': 'public_repo' }) },
      valid,
      'public_repo',
    ],
  ])('%s', async (_name, answers, checks, detail) => {
    const verdict = await askGithub(answers);
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe(checks);
    expect(checkOf(verdict, 'permission').detail).toContain(detail);
  });

  it('of an installation is proven by what it is installed on', async () => {
    const verdict = await askGithub({
      user: failure(403, 'Resource not accessible by integration'),
      installation: { json: { total_count: 2, repositories: [] } },
      repository: repository({}, {}),
    });
    expect(verdict).toMatchObject({ outcome: 'valid', account: null });
    expect(told(verdict)).toBe(unproven);
  });

  it('notes that the repository is archived, and how it is called by now', async () => {
    const server = await githubServer({
      repository: { status: 301, headers: { location: '/repositories/17' }, json: { message: 'Moved Permanently' } },
    });
    server.on('GET', '/repositories/17', repository({ full_name: 'acme/app', archived: true }), { undescribed: true });
    const verdict = await ask(github, stored, { env: { INTEGRATIONS_GITHUB_API_URL: server.url } });
    expect(verdict.outcome).toBe('valid');
    expect(checkOf(verdict, 'resource').detail).toBe(
      'the repository and its branch "release/1.x" are there; it is now called acme/app; it is archived',
    );
  });

  it('asks after a 500 once more', async () => {
    const again = sequence({ status: 500, json: {} }, { headers: classic, json: { login: 'octocat' } });
    expect(told(await askGithub({ user: again }))).toBe(valid);
  });
});

describe('when it ends', () => {
  it.each([
    ['2100-01-31 23:00:00 UTC', '2100-01-31T23:00:00Z'],
    ['2100-01-31 23:00:00 +0500', '2100-01-31T18:00:00Z'],
    ['2001-01-31 23:00:00 UTC', null],
    ['2100-13-31 23:00:00 UTC', null],
    ['soon', null],
  ])('%s is %s, and a 200 stays valid', async (header, expiresAt) => {
    const headers = { ...classic, 'github-authentication-token-expiration': header };
    const verdict = await askGithub({ user: { headers, json: { login: 'octocat' } } });
    expect(verdict).toMatchObject({ outcome: 'valid', expiresAt });
  });

  it('is not the moment of the request, also where our clock is behind', async () => {
    const theirs = new Date();
    const headers = {
      date: theirs.toUTCString(),
      'github-authentication-token-expiration': `${theirs.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    };
    const now = new Date(theirs.getTime() - 600_000);
    const verdict = await askGithub({ user: { headers, json: { login: 'octocat' } } }, {}, { now });
    expect(verdict).toMatchObject({ outcome: 'valid', expiresAt: null });
  });
});

const sso = { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=abc' };

describe('refusals', () => {
  it.each<[string, Answers, ErrorClass, string, string?]>([
    ['bad credentials', { user: failure(401, 'Bad credentials') }, 'INVALID', noCredential, 'rotate'],
    [
      'SSO at the repository',
      { repository: failure(403, 'SAML enforcement', sso) },
      'PROVIDER_BLOCKED',
      noResource,
      sso['x-github-sso'].slice('required; url='.length),
    ],
    [
      'SSO, at an address of somebody else',
      { user: failure(403, 'SAML', { 'x-github-sso': 'required; url=https://github.com.evil.test/orgs/acme/sso' }) },
      'PROVIDER_BLOCKED',
      noCredential,
      'Configure SSO',
    ],
    [
      'a missing permission',
      {
        repository: failure(403, 'Resource not accessible by personal access token', {
          'x-accepted-github-permissions': 'contents=read,actions=write; metadata=read',
        }),
      },
      'INSUFFICIENT',
      noResource,
      'contents read and actions write or metadata read',
    ],
    [
      'a missing permission in odd words',
      {
        repository: failure(403, 'Resource not accessible by personal access token', {
          'x-accepted-github-permissions': 'whatever you like',
        }),
      },
      'INSUFFICIENT',
      noResource,
      'provider show',
    ],
    ['too low a role', { repository: failure(403, 'Must have admin rights') }, 'INSUFFICIENT', noResource],
    ['no repository', { repository: failure(404, 'Not Found') }, 'NOT_FOUND', noResource],
    ['no branch', { branch: failure(404, 'Branch not found') }, 'NOT_FOUND', noResource, '--default-branch'],
    [
      'another owner',
      { repository: repository({ owner: { login: 'other' } }) },
      'NOT_FOUND',
      noResource,
      '--organization',
    ],
    ['disabled', { repository: repository({ disabled: true }) }, 'PROVIDER_BLOCKED', noResource],
    ['no scope', { repository: repository({}, { 'x-oauth-scopes': 'gist' }) }, 'INSUFFICIENT', noPermission, 'repo'],
    [
      'public_repo for a private one',
      { repository: repository({}, { 'x-oauth-scopes': 'public_repo' }) },
      'INSUFFICIENT',
      noPermission,
    ],
    ['a reader', { repository: repository({ permissions: { push: false } }) }, 'INSUFFICIENT', noPermission, 'write'],
  ])('%s', async (_name, answers, errorCode, checks, hint = '') => {
    const verdict = await askGithub(answers);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(told(verdict)).toBe(checks);
    expect(verdict.hint).toContain(hint);
  });

  it('a branch that has another name by now is not there', async () => {
    const server = await githubServer({
      branch: { status: 301, headers: { location: '/repos/acme/mobile/branches/trunk' }, json: {} },
    });
    server.on('GET', '/repos/acme/mobile/branches/trunk', { json: { name: 'trunk' } });
    const verdict = await ask(github, stored, { env: { INTEGRATIONS_GITHUB_API_URL: server.url } });
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'NOT_FOUND' });
    expect(checkOf(verdict, 'resource').detail).toBe('the branch "release/1.x" is now called "trunk"');
  });

  it.each<[string, Date, Outcome, ErrorClass]>([
    ['past', new Date('2020-01-01'), 'expired', 'EXPIRED'],
    ['to come', new Date('2100-01-01'), 'invalid', 'INVALID'],
  ])('with a known end that is %s', async (_name, knownEnd, outcome, errorCode) => {
    const verdict = await askGithub({ user: failure(401, 'Bad credentials') }, {}, { knownEnd });
    expect(verdict).toMatchObject({ outcome, errorCode });
  });
});

const inTenMinutes = String(Math.floor(Date.now() / 1000) + 600);

describe('what decides nothing', () => {
  it.each(undecidedAnswers)('%s at the user', async (_name, user, errorCode) => {
    const verdict = await askGithub({ user });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(told(verdict)).toBe('credential: undecided, resource: skipped, permission: skipped');
  });

  it.each<[string, Answers, ErrorClass, RegExp]>([
    ['no header arrived', { user: failure(401, 'Requires authentication') }, 'UNREACHABLE', /Authorization/],
    [
      'the primary limit',
      { user: failure(403, 'API rate limit', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inTenMinutes }) },
      'RATE_LIMITED',
      /in 10 min/,
    ],
    [
      'the primary limit with 429',
      { user: failure(429, 'API rate limit', { 'x-ratelimit-remaining': '0' }) },
      'RATE_LIMITED',
      /later/,
    ],
    [
      'the secondary limit',
      { user: failure(403, 'You have exceeded a secondary rate limit') },
      'RATE_LIMITED',
      /minute/,
    ],
    [
      'the secondary limit with its wait',
      { user: failure(403, 'You have exceeded a secondary rate limit', { 'retry-after': '90' }) },
      'RATE_LIMITED',
      /in 90 s/,
    ],
    ['404 before anything is proven', { user: failure(404, 'Not Found') }, 'UNREACHABLE', /address/],
    ['403 otherwise', { repository: failure(403, 'no') }, 'UNREACHABLE', /^Look up the status/],
    ['a retired version', { user: failure(410, 'Gone') }, 'UNREACHABLE', /newer version/],
    ['a page at the repository', { repository: page }, 'UNREACHABLE', /sign-in/],
    ['a repository without a name', { repository: { json: {} } }, 'UNREACHABLE', /address/],
    ['a user without a name', { user: { json: { login: 7 } } }, 'UNREACHABLE', /address/],
    ['a branch without a name', { branch: { json: { name: [] } } }, 'UNREACHABLE', /address/],
    ['a page that says 404', { branch: { ...page, status: 404 } }, 'UNREACHABLE', /sign-in/],
  ])('%s', async (_name, answers, errorCode, hint) => {
    const verdict = await askGithub(answers);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(verdict.hint).toMatch(hint);
  });
});

describe('where it asks', () => {
  it('asks an Enterprise Server under /api/v3', async () => {
    const server = await githubServer({}, '/api/v3');
    const verdict = await ask(github, { ...stored, repositoryUrl: `${server.url}/acme/mobile.git` });
    expect(told(verdict)).toBe(valid);
  });

  it.each([
    ['https://github.com/acme/mobile', 'https://hosted.test/user'],
    ['git@github.com:acme/mobile.git', 'https://hosted.test/user'],
    ['https://acme.ghe.com/acme/mobile', 'https://api.acme.ghe.com/user'],
    ['git@acme.ghe.com:acme/mobile.git', 'https://api.acme.ghe.com/user'],
    ['https://git.acme.test:8443/acme/mobile', 'https://git.acme.test:8443/api/v3/user'],
    ['ssh://git@git.acme.test:2222/acme/mobile', 'https://git.acme.test/api/v3/user'],
  ])('%s leads to %s', (repositoryUrl, url) => {
    const probe = { text: () => repositoryUrl, secret: () => new Secret(token), base: () => 'https://hosted.test' };
    expect(githubRequest(probe as Partial<Probe> as Probe, '/user').url).toBe(url);
  });
});
