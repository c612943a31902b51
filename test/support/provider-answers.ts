import type { Json } from '../../src/core/field.ts';
import type { ErrorClass } from '../../src/core/verification.ts';
import { type Handler, page } from './provider-server.ts';
import { sampleOf } from './samples.ts';

/*
 * What all fourteen providers answer, on one server, about the samples; each has a place of its own on it. The details
 * of each provider, and that requests fit its description, are the unit tests' matter.
 */

/** Places of the hosted APIs, for the variables that replace their bases. */
export const places = {
  INTEGRATIONS_GITHUB_API_URL: '/github',
  INTEGRATIONS_GITLAB_API_URL: '/gitlab/api/v4',
  INTEGRATIONS_BITBUCKET_API_URL: '/bitbucket/2.0',
  INTEGRATIONS_APP_STORE_API_URL: '/apple',
  INTEGRATIONS_PLAY_STORE_API_URL: '/google',
  INTEGRATIONS_GOOGLE_TOKEN_URL: '/google/token',
  INTEGRATIONS_SLACK_API_URL: '/slack/api',
  INTEGRATIONS_SLACK_WEBHOOK_URL: '/hooks',
  INTEGRATIONS_LINEAR_API_URL: '/linear/graphql',
  INTEGRATIONS_AZURE_DEVOPS_API_URL: '/azure',
} as const;

export interface Answer {
  method: 'GET' | 'POST';
  path: string;
  /** What a provider says where all is well. */
  good: Handler;
}

const get = (path: string, good: Handler): Answer => ({ method: 'GET', path, good });
const post = (path: string, good: Handler): Answer => ({ method: 'POST', path, good });
const json = (value: Json): Handler => ({ json: value as Record<string, Json> });
const list = (value: Json[]): Handler => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const repoScope = { 'x-oauth-scopes': 'repo, workflow' };
const mobile = '/gitlab/api/v4/projects/acme%2Fmobile';
const ci = '/code/api/v4/projects/acme%2Fci';
const play = '/google/androidpublisher/v3/applications/com.acme.app';
const webhook = sampleOf('slack').credentials.find(({ column }) => column === 'slackWebhookUrl')?.value ?? '';
const teamId = '0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';
const jenkinsOwn = { 'x-jenkins': '2.516.1' };
const azureUser = { id: '1b2c3d4e-0000-4000-8000-1a2b3c4d5e6f', providerDisplayName: 'Ops' };

function listedRepository(full_name: string): Record<string, Json> {
  const rights = { permissions: { pull: true, push: true } };
  return { full_name, default_branch: 'trunk', private: true, archived: false, owner: { login: 'acme' }, ...rights };
}

function githubRepository(full_name: string): Handler {
  return { headers: repoScope, json: listedRepository(full_name) };
}

function gitlabToken(expires_at: string | null): Handler {
  return json({ id: 5, active: true, revoked: false, scopes: ['api'], user_id: 42, expires_at });
}

function gitlabProject(path: string, more: Record<string, Json> = {}): Handler {
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

function listedProject(path: string): Record<string, Json> {
  return { path_with_namespace: path, namespace: { full_path: 'acme' }, default_branch: 'trunk' };
}

const bitbucketMobile = {
  full_name: 'acme/mobile',
  slug: 'mobile',
  workspace: { slug: 'acme' },
  mainbranch: { name: 'trunk' },
  is_private: true,
};

const workflow = { id: 7, name: 'Release', path: '.github/workflows/release.yml', state: 'active' };
const workflowFile = 'on:\n  workflow_dispatch:\n    inputs:\n      LANE: {}\n      NOTE: {}\njobs: {}\n';

function apps({ query }: { query: URLSearchParams }) {
  const asked = query.get('filter[bundleId]');
  const data = (asked === null ? ['com.acme.app', steady.bundleId] : [asked]).map((bundleId) => {
    const id = bundleId === steady.bundleId ? steady.appId : '1111';
    return { type: 'apps', id, attributes: { bundleId, name: 'Acme' } };
  });
  return { json: { data } };
}

function jenkinsJob(more: Record<string, Json> = {}): Handler {
  const property = [{ parameterDefinitions: [{ name: 'LANE' }, { name: 'NOTE' }] }];
  return {
    headers: jenkinsOwn,
    json: { _class: 'x.WorkflowJob', buildable: true, disabled: false, property, ...more },
  };
}

const jenkinsFolder = {
  _class: 'com.cloudbees.hudson.plugins.folder.Folder',
  name: 'mobile',
  jobs: [{ _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob', name: 'release' }],
};

function linearData(more: Record<string, Json> = {}): Handler {
  const project = { id: 'p1', name: 'Releases', teams: { nodes: [{ id: teamId }], pageInfo: { hasNextPage: false } } };
  return json({
    data: {
      viewer: { id: 'u1', name: 'Ops', email: 'ops@acme.test', active: true },
      organization: { name: 'Acme', urlKey: 'acme' },
      teams: { nodes: [{ id: teamId, key: 'MOB', name: 'Mobile', archivedAt: null, retiredAt: null }] },
      project,
      projects: { nodes: [project], pageInfo: { hasNextPage: false } },
      ...more,
    },
  });
}

const mayCreate = (may: boolean): Handler =>
  json({ permissions: { BROWSE_PROJECTS: { havePermission: true }, CREATE_ISSUES: { havePermission: may } } });

/** The tenant of the pipelines has an SCM and a target that stay good whatever is put in place for the others. */
export const steady = { bundleId: 'com.acme.pipes', appId: '2222' };

export const answers = {
  'github user': get('/github/user', {
    headers: { ...repoScope, 'github-authentication-token-expiration': '2100-01-31 23:00:00 UTC' },
    json: { login: 'octocat', id: 1 },
  }),
  'github repository': get('/github/repos/acme/mobile', githubRepository('acme/mobile')),
  'github repositories': get(
    '/github/user/repos',
    list([listedRepository('acme/mobile'), listedRepository('acme/ci')]),
  ),
  'github branches': get('/github/repos/acme/mobile/branches', list([{ name: 'main' }, { name: 'trunk' }])),
  'github branch': get('/github/repos/acme/mobile/branches/trunk', json({ name: 'trunk' })),
  'actions repository': get('/github/repos/acme/ci', githubRepository('acme/ci')),
  'actions branch': get('/github/repos/acme/ci/branches/trunk', json({ name: 'trunk' })),
  'actions branches': get('/github/repos/acme/ci/branches', list([{ name: 'main' }, { name: 'trunk' }])),
  'actions workflows': get('/github/repos/acme/ci/actions/workflows', json({ total_count: 1, workflows: [workflow] })),
  'actions workflow': get('/github/repos/acme/ci/actions/workflows/release.yml', json(workflow)),
  'actions ref': get(
    '/github/repos/acme/ci/git/matching-refs/heads%2Fmain',
    list([{ ref: 'refs/heads/main', object: { type: 'commit', sha: 'abc' } }]),
  ),
  'actions file': get('/github/repos/acme/ci/contents/.github%2Fworkflows%2Frelease.yml', {
    headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    body: workflowFile,
  }),

  'gitlab token': get('/gitlab/api/v4/personal_access_tokens/self', gitlabToken('2100-06-30')),
  'gitlab project': get(mobile, gitlabProject('acme/mobile')),
  'gitlab projects': get('/gitlab/api/v4/projects', list([listedProject('acme/mobile'), listedProject('acme/ci')])),
  'gitlab branches': get(`${mobile}/repository/branches`, list([{ name: 'main' }, { name: 'trunk' }])),
  'gitlab branch': get(`${mobile}/repository/branches/trunk`, json({ name: 'trunk', protected: false })),
  'gitlab user': get('/gitlab/api/v4/user', json({ id: 1, username: 'ada', state: 'active' })),
  'ci user': get('/code/api/v4/user', json({ id: 1, username: 'ada', state: 'active' })),
  'ci token': get('/code/api/v4/personal_access_tokens/self', gitlabToken('2100-07-31')),
  'ci project': get(ci, gitlabProject('acme/ci')),
  'ci projects': get('/code/api/v4/projects', list([listedProject('acme/ci')])),
  'ci branches': get(`${ci}/repository/branches`, list([{ name: 'main' }, { name: 'trunk' }])),
  'ci runs': get(`${ci}/pipelines`, list([{ id: 1234567890, status: 'success', ref: 'main' }])),
  'ci branch': get(`${ci}/repository/branches/trunk`, json({ name: 'trunk', protected: false, can_push: true })),
  'ci lint': get(`${ci}/ci/lint`, json({ valid: true, errors: [], jobs: [{ name: 'release', stage: 'deploy' }] })),
  'ci run': get(`${ci}/pipelines/1234567890`, json({ id: 1234567890, status: 'success', ref: 'main' })),

  'bitbucket workspaces': get('/bitbucket/2.0/user/workspaces', json({ values: [{ workspace: { slug: 'acme' } }] })),
  'bitbucket repositories': get('/bitbucket/2.0/repositories/acme', json({ values: [bitbucketMobile] })),
  'bitbucket branches': get(
    '/bitbucket/2.0/repositories/acme/mobile/refs/branches',
    json({ values: [{ name: 'main' }, { name: 'trunk' }] }),
  ),
  'bitbucket repository': get('/bitbucket/2.0/repositories/acme/mobile', {
    headers: { 'x-credential-type': 'apitoken', 'x-oauth-scopes': 'read:repository:bitbucket' },
    json: bitbucketMobile,
  }),
  'bitbucket user': get('/bitbucket/2.0/user', json({ username: 'ada' })),
  'bitbucket branch': get('/bitbucket/2.0/repositories/acme/mobile/refs/branches/trunk', json({ name: 'trunk' })),

  'apple apps': get('/apple/v1/apps', apps),
  'apple builds': get('/apple/v1/builds', json({ data: [] })),
  'apple versions': get('/apple/v1/apps/1111/appStoreVersions', json({ data: [] })),
  'apple steady versions': get(`/apple/v1/apps/${steady.appId}/appStoreVersions`, json({ data: [] })),
  'apple bundle ids': get('/apple/v1/bundleIds', json({ data: [] })),

  'google token': post('/google/token', json({ access_token: 'ya29.granted-for-an-hour', token_type: 'Bearer' })),
  'google releases': get(`${play}/tracks/production/releases`, json({ releases: [] })),

  'jenkins user': get('/jenkins/whoAmI/api/json', {
    headers: jenkinsOwn,
    json: { name: 'release-bot', authenticated: true, anonymous: false },
  }),
  'jenkins jobs': get('/jenkins/api/json', { headers: jenkinsOwn, json: { jobs: [jenkinsFolder] } }),
  'jenkins job': get('/jenkins/job/mobile/job/release/api/json', jenkinsJob()),
  'jenkins build': get('/jenkins/job/mobile/job/release/buildWithParameters', {
    status: 405,
    headers: { ...jenkinsOwn, allow: 'POST', 'content-type': 'text/html' },
    body: '<html></html>',
  }),

  'slack user': post('/slack/api/auth.test', {
    headers: { 'x-oauth-scopes': 'chat:write,channels:read,groups:read' },
    json: { ok: true, user: 'releasebot', team: 'Acme', team_id: 'T0ACME', user_id: 'U1', expires_in: 3600 },
  }),
  'slack channel': get(
    '/slack/api/conversations.info',
    json({ ok: true, channel: { id: 'C0123456789', name: 'releases', is_channel: true, is_member: true } }),
  ),
  'slack channels': get(
    '/slack/api/conversations.list',
    json({ ok: true, channels: [{ id: 'C0123456780', name: 'releases', is_member: true }] }),
  ),
  'slack webhook': post(`/hooks${new URL(webhook).pathname}`, { status: 400, body: 'invalid_payload' }),

  'jira user': get(
    '/jira/rest/api/3/myself',
    json({ accountId: '5b10', emailAddress: 'ops@acme.test', displayName: 'Ops', active: true }),
  ),
  'jira user of version 2': get('/jira/rest/api/2/myself', json({ name: 'ops', key: 'JIRAUSER1', active: true })),
  'jira projects': get(
    '/jira/rest/api/3/project/search',
    json({ values: [{ key: 'MOB', name: 'Mobile' }], isLast: true }),
  ),
  'jira project': get('/jira/rest/api/3/project/MOB', json({ id: '1', key: 'MOB', name: 'Mobile' })),
  'jira types': get(
    '/jira/rest/api/3/issue/createmeta/MOB/issuetypes',
    json({ issueTypes: [{ id: '10000', name: 'Epic' }], total: 1 }),
  ),
  'jira permissions': get('/jira/rest/api/3/mypermissions', mayCreate(true)),

  'linear query': post('/linear/graphql', linearData()),

  'azure user': get(
    '/azure/acme/_apis/connectionData',
    json({ authenticatedUser: azureUser, authorizedUser: azureUser }),
  ),
  'azure projects': get('/azure/acme/_apis/projects', json({ count: 1, value: [{ id: 'p1', name: 'Mobile App' }] })),
  'azure project': get('/azure/acme/_apis/projects/Mobile%20App', json({ id: 'p1', state: 'wellFormed' })),
  'azure types': get('/azure/acme/Mobile%20App/_apis/wit/workitemtypes', json({ count: 1, value: [{ name: 'Epic' }] })),
  'azure create': post('/azure/acme/Mobile%20App/_apis/wit/workitems/$Epic', json({ id: -1 })),
} as const satisfies Record<string, Answer>;

export type AnswerName = keyof typeof answers;

/** What happens at one provider in place of what is good. */
export interface Mishap {
  /** Its answers, by their names. */
  answers?: Partial<Record<AnswerName, Handler>>;
  /** The reply code of the mail server. */
  mail?: number;
  /** What the domain of the recipients has. */
  domain?: 'nothing' | 'fail';
}

function failure(status: number, body: Json, headers: Record<string, string> = {}): Handler {
  return { status, headers, json: body as Record<string, Json> };
}

const at = (name: AnswerName, handler: Handler): Mishap => ({ answers: { [name]: handler } });
const gitlab401 = (error_description: string) => failure(401, { error: 'invalid_token', error_description });
const slackError = (error: string) => at('slack user', failure(200, { ok: false, error }));
const graphError = (status: number, extensions: Record<string, string>, message = 'no') =>
  at('linear query', failure(status, { data: null, errors: [{ message, extensions }] }));
const apple = (status: number, code: string) => failure(status, { errors: [{ status: `${status}`, code }] });
const play403 = (message: string, reason = 'forbidden') =>
  at('google releases', failure(403, { error: { code: 403, message, errors: [{ reason }] } }));
const grant = (error_description: string) =>
  at('google token', failure(400, { error: 'invalid_grant', error_description }));
const bitbucket = (status: number, message: string, required: string[] = []) =>
  at('bitbucket repository', failure(status, { error: { message, detail: { required } } }));
const refusalPage = (status: number, headers: Record<string, string>): Handler => ({ ...page, status, headers });

const jira401 = at('jira user', failure(401, {}, { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }));
const jenkins401 = at('jenkins user', refusalPage(401, { 'www-authenticate': 'Basic realm="Jenkins"' }));
const linear401 = graphError(401, { code: 'AUTHENTICATION_ERROR', type: 'authentication error' });
const github401 = at('github user', failure(401, { message: 'Bad credentials' }));
const inactive = { viewer: { id: 'u1', name: 'Ops', email: 'ops@acme.test', active: false } };

/** Answers where the first call of each provider goes. */
const everywhere: Readonly<Record<string, AnswerName>> = {
  github: 'github user',
  gitlab: 'gitlab token',
  bitbucket: 'bitbucket repository',
  'app-store': 'apple apps',
  'play-store': 'google token',
  jenkins: 'jenkins user',
  'github-actions': 'actions workflow',
  'gitlab-ci': 'ci lint',
  slack: 'slack user',
  jira: 'jira user',
  linear: 'linear query',
  'azure-devops': 'azure user',
};

function alike(handler: Handler): Record<string, Mishap> {
  return Object.fromEntries(Object.entries(everywhere).map(([provider, name]) => [provider, at(name, handler)]));
}

/**
 * By class and provider. Where a provider does not tell an expiry, a refusal after the date that somebody noted is one.
 * A provider that is missing in a class cannot end in it.
 */
export const mishaps = {
  INVALID: {
    github: github401,
    gitlab: at('gitlab token', failure(401, { message: '401 Unauthorized' })),
    bitbucket: bitbucket(401, 'Token is invalid, expired, or not supported for this endpoint.'),
    'app-store': at('apple apps', apple(401, 'NOT_AUTHORIZED')),
    'play-store': grant('Invalid JWT Signature.'),
    jenkins: jenkins401,
    slack: slackError('invalid_auth'),
    email: { mail: 535 },
    jira: jira401,
    linear: linear401,
    'azure-devops': at('azure user', { ...page, status: 203 }),
  },
  EXPIRED: {
    github: github401,
    gitlab: at('gitlab token', gitlab401('Token is expired.')),
    bitbucket: bitbucket(401, 'Access token expired. Use your refresh token to obtain a new access token.'),
    'app-store': at('apple apps', apple(401, 'NOT_AUTHORIZED')),
    'play-store': grant('Invalid JWT Signature.'),
    jenkins: jenkins401,
    slack: slackError('token_expired'),
    email: { mail: 535 },
    jira: jira401,
    linear: linear401,
    'azure-devops': at('azure user', failure(401, { message: 'The Personal Access Token used has expired.' })),
  },
  REVOKED: {
    gitlab: at('gitlab token', gitlab401('Token was revoked.')),
    slack: at('slack webhook', { status: 404, body: 'no_service' }),
    jira: at('jira user', json({ accountId: '5b10', active: false })),
    linear: at('linear query', linearData(inactive)),
  },
  INSUFFICIENT: {
    github: at(
      'github repository',
      failure(403, { message: 'no' }, { 'x-accepted-github-permissions': 'contents=read' }),
    ),
    gitlab: at('gitlab project', failure(403, { error: 'insufficient_scope', scope: 'api' })),
    bitbucket: bitbucket(403, 'lacks', ['repository']),
    'app-store': at('apple apps', apple(403, 'FORBIDDEN_ERROR')),
    'play-store': play403('The caller does not have permission'),
    jenkins: at(
      'jenkins build',
      refusalPage(403, {
        ...jenkinsOwn,
        'content-type': 'text/html',
        'x-required-permission': 'hudson.model.Item.Build',
      }),
    ),
    'github-actions': at(
      'actions workflow',
      failure(403, { message: 'no' }, { 'x-accepted-github-permissions': 'actions=read' }),
    ),
    'gitlab-ci': at(
      'ci project',
      gitlabProject('acme/ci', { ci_pipeline_variables_minimum_override_role: 'no_one_allowed' }),
    ),
    slack: slackError('missing_scope'),
    jira: at('jira permissions', mayCreate(false)),
    linear: graphError(403, { code: 'FORBIDDEN', type: 'forbidden' }),
    'azure-devops': at('azure create', { status: 403, json: {} }),
  },
  NOT_FOUND: {
    github: at('github repository', failure(404, { message: 'Not Found' })),
    gitlab: at('gitlab project', failure(404, { message: '404 Project Not Found' })),
    bitbucket: at('bitbucket branch', failure(404, { error: { message: 'no' } })),
    'app-store': at('apple apps', json({ data: [] })),
    'play-store': at('google releases', failure(404, { error: { message: 'Package not found: com.acme.app.' } })),
    jenkins: at('jenkins job', refusalPage(404, jenkinsOwn)),
    'github-actions': at('actions workflow', failure(404, { message: 'Not Found' })),
    'gitlab-ci': at('ci lint', json({ valid: true, errors: [], jobs: [{ name: 'test' }] })),
    slack: at('slack channel', json({ ok: false, error: 'channel_not_found' })),
    email: { domain: 'nothing' },
    jira: at('jira project', failure(404, { errorMessages: ['no'] })),
    linear: at('linear query', linearData({ teams: { nodes: [] } })),
    'azure-devops': at('azure types', json({ count: 1, value: [{ name: 'Bug' }] })),
  },
  PROVIDER_BLOCKED: {
    github: at('github repository', failure(403, { message: 'SAML' }, { 'x-github-sso': 'required; url=https://x' })),
    gitlab: at('gitlab token', failure(401, { error: 'dpop_error' })),
    'app-store': at('apple apps', apple(403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED')),
    'play-store': play403('The API has not been used in project 123 before or it is disabled.'),
    jenkins: at('jenkins job', jenkinsJob({ buildable: false, disabled: true })),
    'github-actions': at('actions workflow', json({ ...workflow, state: 'disabled_manually' })),
    'gitlab-ci': at('ci project', gitlabProject('acme/ci', { archived: true })),
    slack: slackError('org_login_required'),
    jira: at('jira user', failure(403, {}, { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=x' })),
  },
  RATE_LIMITED: {
    ...alike({ status: 429, headers: { 'retry-after': '3600' }, json: {} }),
    'play-store': play403('Quota exceeded', 'quotaExceeded'),
    slack: slackError('ratelimited'),
    linear: graphError(400, { code: 'RATELIMITED', type: 'ratelimited' }),
    email: { mail: 450 },
  },
  UNREACHABLE: { ...alike(page), email: { domain: 'fail' } },
} as const satisfies Partial<Record<ErrorClass, Record<string, Mishap>>>;
