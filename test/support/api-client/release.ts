import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

// Prepares a tenant for its releases: where the code is, where the app goes, and the pipeline in between. Written from
// the OpenAPI document alone.

/** What every problem has. */
interface Problem {
  code: string;
  detail: string;
  hint: string | null;
}

const { API = '', TOKEN = '', TENANT = '', KEY = '' } = process.env;
const client = createClient<paths>({ baseUrl: API, headers: { Authorization: `Bearer ${TOKEN}` } });
const path = { tenantId: TENANT };

/** What was answered, or an end with what is wrong and what to do about it. */
function done<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (data !== undefined) return data;
  throw new Error(error ? `${error.code}: ${error.detail} ${error.hint ?? ''}` : 'no answer');
}

const scm = {
  scmType: 'GITHUB',
  displayName: 'code',
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  accessToken: `ghp_${'release'.repeat(6).slice(0, 36)}`,
} as const;
const code = done(
  await client.POST('/api/v1/{tenantId}/integrations/scm', {
    params: { path, header: { 'Idempotency-Key': 'release-scm' } },
    body: scm,
  }),
);
const app = done(
  await client.POST('/api/v1/{tenantId}/integrations/targets', {
    params: { path },
    body: {
      targetType: 'APP_STORE',
      displayName: 'app',
      appleApiKeyId: 'ABC123DEFG',
      appleIssuerId: '69a6de70-03db-47e3-e053-5b8c7c11a4d1',
      applePrivateKey: KEY,
      appleBundleId: 'com.acme.app',
    },
  }),
);
const pipeline = done(
  await client.POST('/api/v1/{tenantId}/integrations/pipelines', {
    params: { path },
    body: {
      pipelineType: 'GITHUB_ACTIONS',
      displayName: 'release',
      scmIntegrationId: code.id,
      targetIntegrationId: app.id,
      githubWorkflowPath: '.github/workflows/release.yml',
    },
  }),
);

// The same again is no second one.
const again = await client.POST('/api/v1/{tenantId}/integrations/scm', {
  params: { path },
  body: scm,
});

const report = done(
  await client.POST('/api/v1/{tenantId}/integrations/pipelines/{id}/verify', {
    params: { path: { ...path, id: pipeline.id } },
  }),
);
// Nobody is there to build it: nothing was sent, and the same request may be sent again.
const build = await client.POST('/api/v1/{tenantId}/integrations/pipelines/{id}/runs', {
  params: { path: { ...path, id: pipeline.id }, header: { 'Idempotency-Key': 'release-2.4.0' } },
  body: { environmentVariables: { LANE: 'beta' } },
});
const plan = done(
  await client.POST('/api/v1/{tenantId}/integrations/plan', {
    params: { path },
    body: { scm: [{ name: 'code', type: 'github', defaultBranch: 'release', accessToken: 'keep' }] },
  }),
);

/** What is to be done about a build: every state is known by its word. */
function waitsFor({ state, url }: components['schemas']['AskedBuild']): string {
  switch (state) {
    case 'queued':
    case 'running':
    case 'waiting':
    case 'dispatching':
      return `its end: ${url ?? 'nowhere yet'}`;
    case 'unknown':
      return 'somebody who looks';
    case 'refused':
    case 'not_sent':
      return 'another try';
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'timed_out':
      return 'nothing';
  }
}

/** Each type has fields of its own: this compiles only where the type tells them apart. */
function repositoryOf(integration: components['schemas']['ScmIntegration']): string {
  return integration.scmType === 'GITHUB' ? integration.repositoryUrl : integration.organization;
}

function whereItRuns(running: components['schemas']['PipelineIntegration']): string {
  switch (running.pipelineType) {
    case 'GITHUB_ACTIONS':
      return running.githubWorkflowPath;
    case 'JENKINS':
      return running.jenkinsUrl;
    case 'GITLAB_CI':
      return running.gitlabJobName ?? 'any job';
  }
}

// @ts-expect-error: Jenkins has an address, GitHub Actions has none.
export const wrong = (each: components['schemas']['GithubActionsIntegration']) => each.jenkinsUrl;
// @ts-expect-error: a new GitHub integration needs more than its type.
export const lacking: components['schemas']['NewScm'] = { scmType: 'GITHUB' };
// @ts-expect-error: no answer has a credential in it.
export const read = (each: components['schemas']['GithubIntegration']) => each.accessToken;

process.stdout.write(
  [
    repositoryOf(code),
    whereItRuns(pipeline),
    `credentials ${JSON.stringify(code.credentials)}`,
    `again ${again.response.status} ${again.error?.code}`,
    ...report.map(({ displayName, outcome }) => `${displayName} ${outcome}`),
    `build ${build.data ? waitsFor({ ...build.data, trouble: null }) : `${build.response.status} ${build.error.code}`}`,
    ...plan.map(({ action, category, name, fields }) =>
      [action, category, name, ...fields.map((field) => field.name)].join(' '),
    ),
    '',
  ].join('\n'),
);
