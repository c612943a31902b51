import type { Json } from '../../../src/core/field.ts';
import {
  at,
  atlassianEnd,
  credential,
  type Fixture,
  failure,
  get,
  json,
  letters,
  scmColumns,
  scmContract,
  scmSample,
} from '../provider-fixture.ts';
import { bitbucketExamples } from './bitbucket-answers.ts';

const mobile = {
  full_name: 'acme/mobile',
  slug: 'mobile',
  workspace: { slug: 'acme' },
  mainbranch: { name: 'trunk' },
  is_private: true,
};

/** A Data Center beside Cloud, which the sample does not ask. */
const dataCenter = '/server/rest/api/1.0/projects/ACME/repos/mobile';
const known = { 'x-ausername': 'ada' };
const inProject = { slug: 'mobile', project: { key: 'ACME' } };
const onePage = (...values: Json[]) => ({ values, isLastPage: true });

const refused = (status: number, message: string, required: string[] = []) =>
  at('bitbucket repository', failure(status, { error: { message, detail: { required } } }));

export const fixture: Fixture = {
  contract: scmContract,
  columns: scmColumns,
  sample: scmSample(
    'bitbucket.org',
    credential('accessToken', 'access-token', letters('bitbucket access', 60), [
      'ops@acme.test:ATATT3xFfGF0',
      atlassianEnd,
    ]),
    credential('refreshToken', 'refresh-token', letters('bitbucket refresh', 30)),
  ),
  places: { INTEGRATIONS_BITBUCKET_API_URL: '/bitbucket/2.0' },
  answers: {
    'bitbucket workspaces': get('/bitbucket/2.0/user/workspaces', json({ values: [{ workspace: { slug: 'acme' } }] })),
    'bitbucket repositories': get('/bitbucket/2.0/repositories/acme', json({ values: [mobile] })),
    'bitbucket branches': get(
      '/bitbucket/2.0/repositories/acme/mobile/refs/branches',
      json({ values: [{ name: 'main' }, { name: 'trunk' }] }),
    ),
    'bitbucket repository': get('/bitbucket/2.0/repositories/acme/mobile', {
      headers: { 'x-credential-type': 'apitoken', 'x-oauth-scopes': 'read:repository:bitbucket' },
      json: mobile,
    }),
    'bitbucket user': get('/bitbucket/2.0/user', json({ username: 'ada' })),
    'data center repository': get(dataCenter, { headers: known, json: { ...inProject, public: false } }),
    'data center repositories': get('/server/rest/api/1.0/repos', { headers: known, json: onePage(inProject) }),
    'data center branches': get(`${dataCenter}/branches`, { headers: known, json: onePage({ displayId: 'trunk' }) }),
    'bitbucket branch': get('/bitbucket/2.0/repositories/acme/mobile/refs/branches/trunk', json({ name: 'trunk' })),
  },
  first: 'bitbucket repository',
  valid: { checks: 'passed passed passed', account: 'ada', expiresAt: null },
  listed: { repositoryUrl: ['https://bitbucket.org/acme/mobile'], defaultBranch: ['main', 'trunk'] },
  examples: bitbucketExamples,
  mishaps: {
    INVALID: refused(401, 'Token is invalid, expired, or not supported for this endpoint.'),
    EXPIRED: refused(401, 'Access token expired. Use your refresh token to obtain a new access token.'),
    INSUFFICIENT: refused(403, 'lacks', ['repository']),
    NOT_FOUND: at('bitbucket branch', failure(404, { error: { message: 'no' } })),
  },
};
