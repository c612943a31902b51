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
import { gitlabExamples } from './gitlab-answers.ts';

const mobile = '/gitlab/api/v4/projects/acme%2Fmobile';
const refused = (error_description: string) =>
  at('gitlab token', failure(401, { error: 'invalid_token', error_description }));

export function tokenEnding(expires_at: string | null): Handler {
  return json({ id: 5, active: true, revoked: false, scopes: ['api'], user_id: 42, expires_at });
}

export function project(path: string, more: Record<string, Json> = {}): Handler {
  return json({
    path_with_namespace: path,
    namespace: { full_path: 'acme' },
    default_branch: 'trunk',
    archived: false,
    permissions: { project_access: { access_level: 40 }, group_access: null },
    ci_pipeline_variables_minimum_override_role: 'developer',
    ...more,
  });
}

export function listedProject(path: string): Record<string, Json> {
  return { path_with_namespace: path, namespace: { full_path: 'acme' }, default_branch: 'trunk' };
}

export const fixture: Fixture = {
  contract: scmContract,
  columns: scmColumns,
  sample: scmSample(
    'gitlab.com',
    credential('accessToken', 'access-token', letters('gitlab access', 20), ['glpat-', '']),
    credential('refreshToken', 'refresh-token', letters('gitlab refresh', 64, '0123456789abcdef')),
  ),
  places: { INTEGRATIONS_GITLAB_API_URL: '/gitlab/api/v4' },
  answers: {
    'gitlab token': get('/gitlab/api/v4/personal_access_tokens/self', tokenEnding('2100-06-30')),
    'gitlab project': get(mobile, project('acme/mobile')),
    'gitlab projects': get('/gitlab/api/v4/projects', list([listedProject('acme/mobile'), listedProject('acme/ci')])),
    'gitlab branches': get(`${mobile}/repository/branches`, list([{ name: 'main' }, { name: 'trunk' }])),
    'gitlab branch': get(`${mobile}/repository/branches/trunk`, json({ name: 'trunk', protected: false })),
    'gitlab user': get('/gitlab/api/v4/user', json({ id: 1, username: 'ada', state: 'active' })),
  },
  first: 'gitlab token',
  valid: { checks: 'passed passed passed', account: 'user 42', expiresAt: '2100-06-30T00:00:00Z' },
  listed: {
    repositoryUrl: ['https://gitlab.com/acme/mobile', 'https://gitlab.com/acme/ci'],
    defaultBranch: ['main', 'trunk'],
  },
  examples: gitlabExamples,
  mishaps: {
    INVALID: at('gitlab token', failure(401, { message: '401 Unauthorized' })),
    EXPIRED: refused('Token is expired.'),
    REVOKED: refused('Token was revoked.'),
    INSUFFICIENT: at('gitlab project', failure(403, { error: 'insufficient_scope', scope: 'api' })),
    NOT_FOUND: at('gitlab project', failure(404, { message: '404 Project Not Found' })),
    PROVIDER_BLOCKED: at('gitlab token', failure(401, { error: 'dpop_error' })),
  },
};
