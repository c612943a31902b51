import { at, type Fixture, failure, get, json, list } from '../provider-fixture.ts';
import { repository } from './github.ts';
import { githubActionsExamples } from './github-answers.ts';

const workflow = { id: 7, name: 'Release', path: '.github/workflows/release.yml', state: 'active' };
const workflowFile = 'on:\n  workflow_dispatch:\n    inputs:\n      LANE: {}\n      NOTE: {}\njobs: {}\n';
const ci = '/github/repos/acme/ci';

export const fixture: Fixture = {
  contract: 'workflow-path* workflow-ref',
  columns: 'githubWorkflowPath:512 githubWorkflowRef:255',
  sample: {
    flags: ['--workflow-path', '.github/workflows/release.yml', '--workflow-ref', 'main'],
    stored: { githubWorkflowPath: '.github/workflows/release.yml', githubWorkflowRef: 'main' },
    credentials: [],
    change: { flags: ['--workflow-ref', 'next'], stored: { githubWorkflowRef: 'next' } },
  },
  there: {
    flags: () => [],
    values: () => ({ accessToken: 'ghp_token', repositoryUrl: 'https://github.com/acme/ci' }),
  },
  answers: {
    'actions repository': get(ci, repository('acme/ci')),
    'actions branch': get(`${ci}/branches/trunk`, json({ name: 'trunk' })),
    'actions branches': get(`${ci}/branches`, list([{ name: 'main' }, { name: 'trunk' }])),
    'actions workflows': get(`${ci}/actions/workflows`, json({ total_count: 1, workflows: [workflow] })),
    'actions workflow': get(`${ci}/actions/workflows/release.yml`, json(workflow)),
    'actions ref': get(
      `${ci}/git/matching-refs/heads%2Fmain`,
      list([{ ref: 'refs/heads/main', object: { type: 'commit', sha: 'abc' } }]),
    ),
    'actions file': get(`${ci}/contents/.github%2Fworkflows%2Frelease.yml`, {
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
      body: workflowFile,
    }),
  },
  first: 'actions workflow',
  valid: { checks: 'passed passed passed', account: 'octocat', expiresAt: null },
  listed: { githubWorkflowPath: ['.github/workflows/release.yml'], githubWorkflowRef: ['main', 'trunk'] },
  examples: githubActionsExamples,
  mishaps: {
    INSUFFICIENT: at(
      'actions workflow',
      failure(
        403,
        { message: 'Resource not accessible by personal access token' },
        { 'x-accepted-github-permissions': 'actions=read' },
      ),
    ),
    NOT_FOUND: at('actions workflow', failure(404, { message: 'Not Found' })),
    PROVIDER_BLOCKED: at('actions workflow', json({ ...workflow, state: 'disabled_manually' })),
  },
};
