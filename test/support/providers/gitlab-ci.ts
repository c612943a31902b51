import { at, type Fixture, get, json, list } from '../provider-fixture.ts';
import { listedProject, project, tokenEnding } from './gitlab.ts';
import { gitlabCiExamples } from './gitlab-answers.ts';

const api = '/code/api/v4';
const ci = `${api}/projects/acme%2Fci`;

export const fixture: Fixture = {
  contract: 'pipeline-id job-name',
  columns: 'gitlabPipelineId:255 gitlabJobName:255',
  sample: {
    flags: ['--pipeline-id', '1234567890', '--job-name', 'release'],
    stored: { gitlabPipelineId: '1234567890', gitlabJobName: 'release' },
    credentials: [],
    change: { flags: ['--job-name', 'deploy'], stored: { gitlabJobName: 'deploy' } },
  },
  there: {
    flags: () => [],
    values: (url) => ({
      accessToken: 'glpat-token',
      repositoryUrl: `${url}/code/acme/ci`,
      organization: 'acme',
    }),
  },
  answers: {
    'ci user': get(`${api}/user`, json({ id: 1, username: 'ada', state: 'active' })),
    'ci token': get(`${api}/personal_access_tokens/self`, tokenEnding('2100-07-31')),
    'ci project': get(ci, project('acme/ci')),
    'ci projects': get(`${api}/projects`, list([listedProject('acme/ci')])),
    'ci branches': get(`${ci}/repository/branches`, list([{ name: 'main' }, { name: 'trunk' }])),
    'ci runs': get(`${ci}/pipelines`, list([{ id: 1234567890, status: 'success', ref: 'main' }])),
    'ci branch': get(`${ci}/repository/branches/trunk`, json({ name: 'trunk', protected: false, can_push: true })),
    'ci lint': get(`${ci}/ci/lint`, json({ valid: true, errors: [], jobs: [{ name: 'release', stage: 'deploy' }] })),
    'ci run': get(`${ci}/pipelines/1234567890`, json({ id: 1234567890, status: 'success', ref: 'main' })),
  },
  first: 'ci lint',
  valid: { checks: 'passed passed passed', account: 'user 42', expiresAt: null },
  listed: { gitlabJobName: ['release'], gitlabPipelineId: ['1234567890'] },
  examples: gitlabCiExamples,
  mishaps: {
    INSUFFICIENT: at(
      'ci project',
      project('acme/ci', { ci_pipeline_variables_minimum_override_role: 'no_one_allowed' }),
    ),
    NOT_FOUND: at('ci lint', json({ valid: true, errors: [], jobs: [{ name: 'test' }] })),
    PROVIDER_BLOCKED: at('ci project', project('acme/ci', { archived: true })),
  },
};
