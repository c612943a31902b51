import type { Json } from '../../../src/core/field.ts';
import {
  at,
  credential,
  type Fixture,
  failure,
  get,
  json,
  letters,
  list,
  scmColumns,
  scmContract,
  scmSample,
} from '../provider-fixture.ts';
import type { Handler } from '../provider-server.ts';
import { githubExamples } from './github-answers.ts';

const repoScope = { 'x-oauth-scopes': 'repo, workflow' };
const refused = at('github user', failure(401, { message: 'Bad credentials' }));

function listedRepository(full_name: string): Record<string, Json> {
  const rights = { permissions: { pull: true, push: true } };
  return { full_name, default_branch: 'trunk', private: true, archived: false, owner: { login: 'acme' }, ...rights };
}

export function repository(full_name: string): Handler {
  return { headers: repoScope, json: listedRepository(full_name) };
}

export const fixture: Fixture = {
  contract: scmContract,
  columns: scmColumns,
  sample: scmSample(
    'github.com',
    credential('accessToken', 'access-token', letters('github access', 36), ['ghp_', '']),
    credential('refreshToken', 'refresh-token', letters('github refresh', 36), ['ghr_', '']),
  ),
  places: { INTEGRATIONS_GITHUB_API_URL: '/github' },
  answers: {
    'github user': get('/github/user', {
      headers: { ...repoScope, 'github-authentication-token-expiration': '2100-01-31 23:00:00 UTC' },
      json: { login: 'octocat', id: 1 },
    }),
    'github installation': get('/github/installation/repositories', json({ total_count: 1, repositories: [] })),
    'github repository': get('/github/repos/acme/mobile', repository('acme/mobile')),
    'github repositories': get(
      '/github/user/repos',
      list([listedRepository('acme/mobile'), listedRepository('acme/ci')]),
    ),
    'github branches': get('/github/repos/acme/mobile/branches', list([{ name: 'main' }, { name: 'trunk' }])),
    'github branch': get('/github/repos/acme/mobile/branches/trunk', json({ name: 'trunk' })),
  },
  first: 'github user',
  valid: { checks: 'passed passed passed', account: 'octocat', expiresAt: '2100-01-31T23:00:00Z' },
  listed: {
    repositoryUrl: ['https://github.com/acme/mobile', 'https://github.com/acme/ci'],
    defaultBranch: ['main', 'trunk'],
  },
  examples: githubExamples,
  mishaps: {
    INVALID: refused,
    EXPIRED: refused,
    INSUFFICIENT: at(
      'github repository',
      failure(
        403,
        { message: 'Resource not accessible by personal access token' },
        { 'x-accepted-github-permissions': 'contents=read' },
      ),
    ),
    NOT_FOUND: at('github repository', failure(404, { message: 'Not Found' })),
    PROVIDER_BLOCKED: at(
      'github repository',
      failure(403, { message: 'SAML' }, { 'x-github-sso': 'required; url=https://x' }),
    ),
  },
};
