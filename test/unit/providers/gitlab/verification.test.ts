import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import { Secret } from '../../../../src/core/secret.ts';
import type { ErrorClass, Outcome, Probe, Verdict } from '../../../../src/core/verification.ts';
import { gitlabRequest, projectPath } from '../../../../src/providers/gitlab/api.ts';
import { gitlab } from '../../../../src/providers/gitlab/index.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { page, sequence } from '../../../support/provider-server.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';
import {
  type Answers,
  failure,
  gitlabServer,
  invalidToken,
  oauth,
  paths,
  personal,
  projectOf,
  stored,
  token,
} from './server.ts';

const valid = 'credential: passed, resource: passed, permission: passed';
const unproven = 'credential: passed, resource: passed, permission: unproven';
const noCredential = 'credential: failed, resource: skipped, permission: skipped';
const noResource = 'credential: passed, resource: failed, permission: skipped';

async function askGitlab(
  answers: Answers = {},
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  const server = await gitlabServer(answers);
  const given = { ...stored, accessToken: token, ...values };
  return ask(gitlab, given, { env: { INTEGRATIONS_GITLAB_API_URL: `${server.url}/api/v4` }, ...options });
}

describe('a good token', () => {
  it('is valid, and ends at the start of the day that GitLab names', async () => {
    const server = await gitlabServer();
    const given = { ...stored, accessToken: token };
    const verdict = await ask(gitlab, given, { env: { INTEGRATIONS_GITLAB_API_URL: `${server.url}/api/v4` } });
    expect(verdict).toMatchObject({
      outcome: 'valid',
      errorCode: null,
      account: 'user 42',
      expiresAt: '2100-06-30T00:00:00Z',
    });
    expect(told(verdict)).toBe(valid);
    expect(server.requests.map(({ path }) => path)).toEqual([paths.self, paths.project, paths.branch]);
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Bearer ${token}`);
  });

  it.each<[string, Answers, string, string, string | null]>([
    ['without an end', { self: personal({ expires_at: null }) }, valid, 'scope api and a role', 'user 42'],
    ['with an end that is none', { self: personal({ expires_at: '2100-02-31T' }) }, valid, 'scope api', 'user 42'],
    ['of a server that says past', { self: personal({ expires_at: '2001-01-01' }) }, valid, 'scope api', 'user 42'],
    [
      'for reading',
      { self: personal({ scopes: ['read_api'] }) },
      valid,
      'scope read_api, which cannot start a pipeline',
      'user 42',
    ],
    ['for more', { self: personal({ scopes: ['api', 'sudo'] }) }, valid, '; more than it needs: sudo', 'user 42'],
    ['granular', { self: personal({ scopes: ['granular'], granular: true }) }, unproven, 'does not show', 'user 42'],
    [
      'OAuth',
      { self: oauth, user: { json: { id: 1, username: 'ada', state: 'active' } } },
      unproven,
      'not show',
      'ada',
    ],
    [
      'on an older server',
      { self: failure(404, { error: '404 Not Found' }), user: { json: { id: 1, username: 'ada', state: 'active' } } },
      unproven,
      'not show',
      'ada',
    ],
  ])('%s', async (_name, answers, checks, detail, account) => {
    const verdict = await askGitlab(answers);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, account });
    expect(told(verdict)).toBe(checks);
    expect(checkOf(verdict, 'permission').detail).toContain(detail);
  });

  it.each(['acme', 'acme/apps', 'ACME/Apps'])(
    'organization %s is the namespace or in front of it',
    async (organization) => {
      expect(told(await askGitlab({}, { organization }))).toBe(valid);
    },
  );

  it('notes that the project is archived, and how it is called by now', async () => {
    const project = projectOf({ path_with_namespace: 'acme/apps/app', archived: true });
    const { detail } = checkOf(await askGitlab({ project }), 'resource');
    expect(detail).toContain('it is now called acme/apps/app; it is archived');
  });

  it('asks after a 500 once more', async () => {
    expect(told(await askGitlab({ self: sequence({ status: 500 }, personal()) }))).toBe(valid);
  });
});

describe('refusals', () => {
  it.each<[string, Answers, Outcome, ErrorClass, string, string?]>([
    ['401', { self: failure(401, { message: '401 Unauthorized' }) }, 'invalid', 'INVALID', noCredential],
    ['expired', { self: invalidToken('Token is expired.') }, 'expired', 'EXPIRED', noCredential, 'rotate'],
    ['revoked', { self: invalidToken('Token was revoked.') }, 'invalid', 'REVOKED', noCredential, 'rotate'],
    ['an invalid token', { self: invalidToken('Token is odd.') }, 'invalid', 'INVALID', noCredential],
    ['DPoP', { self: failure(401, { error: 'dpop_error' }) }, 'invalid', 'PROVIDER_BLOCKED', noCredential, 'DPoP'],
    ['told to be revoked', { self: personal({ revoked: true }) }, 'invalid', 'REVOKED', noCredential],
    ['not active', { self: personal({ active: false }) }, 'invalid', 'INVALID', noCredential],
    [
      'not active and over',
      { self: personal({ active: false, expires_at: '2001-01-01' }) },
      'expired',
      'EXPIRED',
      noCredential,
    ],
    [
      'a blocked user',
      { self: oauth, user: { json: { username: 'ada', state: 'blocked' } } },
      'invalid',
      'PROVIDER_BLOCKED',
      noCredential,
    ],
    [
      'OAuth that is refused',
      { self: oauth, user: invalidToken('Token is expired.') },
      'expired',
      'EXPIRED',
      noCredential,
    ],
    [
      'no scope',
      { project: failure(403, { error: 'insufficient_scope', scope: 'api read_api' }) },
      'invalid',
      'INSUFFICIENT',
      noResource,
      'scope api or read_api',
    ],
    [
      'no scope in odd words',
      { project: failure(403, { error: 'insufficient_scope', scope: 'What <you> like' }) },
      'invalid',
      'INSUFFICIENT',
      noResource,
      'scope api.',
    ],
    [
      '403 otherwise',
      { project: failure(403, { message: '403 Forbidden' }) },
      'invalid',
      'INSUFFICIENT',
      noResource,
      'role',
    ],
    ['no project', { project: failure(404, { message: '404 Project Not Found' }) }, 'invalid', 'NOT_FOUND', noResource],
    [
      'no branch',
      { branch: failure(404, { message: '404 Branch' }) },
      'invalid',
      'NOT_FOUND',
      noResource,
      '--default-branch',
    ],
    [
      'another group',
      { project: projectOf({ namespace: { full_path: 'acmeish/apps' } }) },
      'invalid',
      'NOT_FOUND',
      noResource,
      '--organization',
    ],
  ])('%s', async (_name, answers, outcome, errorCode, checks, hint = '') => {
    const verdict = await askGitlab(answers);
    expect(verdict).toMatchObject({ outcome, errorCode });
    expect(told(verdict)).toBe(checks);
    expect(verdict.hint ?? '').toContain(hint);
  });

  it('a 401 after the known end is an expiry', async () => {
    const self = failure(401, { message: '401 Unauthorized' });
    const verdict = await askGitlab({ self }, {}, { knownEnd: new Date('2020-01-01') });
    expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
  });
});

describe('what decides nothing', () => {
  it.each(undecidedAnswers)('%s at the token', async (_name, self, errorCode) => {
    const verdict = await askGitlab({ self });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(told(verdict)).toBe('credential: undecided, resource: skipped, permission: skipped');
  });

  it.each<[string, Answers, ErrorClass, RegExp]>([
    [
      'a limit in plain text',
      { self: { status: 429, headers: { 'retry-after': '90', 'content-type': 'text/plain' }, body: 'Retry later' } },
      'RATE_LIMITED',
      /in 90 s/,
    ],
    ['no API there', { self: failure(404, {}), user: failure(404, {}) }, 'UNREACHABLE', /address/],
    ['a page at the project', { project: page }, 'UNREACHABLE', /sign-in/],
    ['a page that says 401', { self: { ...page, status: 401 } }, 'UNREACHABLE', /sign-in/],
    ['a token without scopes', { self: { json: {} } }, 'UNREACHABLE', /address/],
    ['a project without a path', { project: { json: {} } }, 'UNREACHABLE', /address/],
    ['another branch', { branch: { json: { name: 'main' } } }, 'UNREACHABLE', /address/],
  ])('%s', async (_name, answers, errorCode, hint) => {
    const verdict = await askGitlab(answers);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(verdict.hint).toMatch(hint);
  });
});

describe('where it asks', () => {
  it('asks a server of its own, under its path', async () => {
    const server = await gitlabServer({}, '/code/gitlab');
    const repositoryUrl = `${server.url}/code/gitlab/acme/apps/mobile`;
    expect(told(await ask(gitlab, { ...stored, repositoryUrl, accessToken: token }))).toBe(valid);
  });

  it('asks a server whose own path is called as the group is', async () => {
    const server = await gitlabServer({}, '/acme');
    server.on('GET', /^\/api\/v4\//, { ...page, status: 404 }, { undescribed: true });
    const repositoryUrl = `${server.url}/acme/acme/apps/mobile`;
    const organization = 'acme/apps';
    expect(told(await ask(gitlab, { ...stored, organization, repositoryUrl, accessToken: token }))).toBe(valid);
    const named = { ...stored, organization: 'acme', repositoryUrl, accessToken: token };
    expect(told(await ask(gitlab, named))).toBe(valid);
  });

  it('tells a proxy that decodes the path from a project that is missing', async () => {
    const verdict = await askGitlab({ project: failure(404, { error: '404 Not Found' }) });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(verdict.hint).toContain('proxy');
  });

  it('takes a fine-grained token that may not read about itself', async () => {
    const self = failure(403, { error: 'insufficient_granular_scope' });
    expect(told(await askGitlab({ self }))).toBe('credential: passed, resource: passed, permission: unproven');
  });

  it.each([
    ['https://gitlab.com/acme/apps/mobile', 'acme', 'https://hosted.test', 'acme/apps/mobile'],
    ['git@gitlab.com:acme/mobile.git', 'acme', 'https://hosted.test', 'acme/mobile'],
    ['https://git.acme.test/acme/apps/mobile', 'acme/apps', 'https://git.acme.test/api/v4', 'acme/apps/mobile'],
    ['https://acme.test/gitlab/acme/mobile.git', 'ACME', 'https://acme.test/gitlab/api/v4', 'acme/mobile'],
    ['https://acme.test/acme/acme/mobile', 'acme', 'https://acme.test/api/v4', 'acme/acme/mobile'],
    ['https://acme.test/others/mobile', 'acme', 'https://acme.test/api/v4', 'others/mobile'],
    ['ssh://git@git.acme.test:2222/acme/mobile', 'acme', 'https://git.acme.test/api/v4', 'acme/mobile'],
  ])('%s of %s leads to %s', (repositoryUrl, organization, base, project) => {
    const values: Record<string, string> = { repositoryUrl, organization };
    const given = {
      text: (field: string) => values[field],
      secret: () => new Secret(token),
      base: () => 'https://hosted.test',
    };
    const probe = given as Partial<Probe> as Probe;
    expect(gitlabRequest(probe, '/user').url).toBe(`${base}/user`);
    expect(projectPath(probe)).toBe(`/projects/${encodeURIComponent(project)}`);
  });
});
