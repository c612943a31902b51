import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import { Secret } from '../../../../src/core/secret.ts';
import type { ErrorClass, Outcome, Verdict } from '../../../../src/core/verification.ts';
import { gitlabCi } from '../../../../src/providers/gitlab-ci/index.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { type Handler, page, sequence } from '../../../support/provider-server.ts';
import { ask, checkOf, told } from '../../../support/verify.ts';
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
} from '../gitlab/server.ts';

const valid = 'credential: passed, resource: passed, permission: passed';
const unproven = 'credential: passed, resource: passed, permission: unproven';
const noResource = 'credential: passed, resource: failed, permission: skipped';
const noPermission = 'credential: passed, resource: passed, permission: failed';

function lint(...names: string[]): Handler {
  return { json: { valid: true, errors: [], warnings: [], jobs: names.map((name) => ({ name, stage: 'deploy' })) } };
}

const given = { ...stored, accessToken: new Secret(token), gitlabJobName: 'release' };
const withVariables = { environmentVariables: { LANE: 'beta' } };

async function askPipeline(answers: Answers = {}, values: Record<string, FieldValue> = {}): Promise<Verdict> {
  const server = await gitlabServer({ lint: lint('test', 'release'), ...answers });
  return ask(gitlabCi, { ...given, ...values }, { env: { INTEGRATIONS_GITLAB_API_URL: `${server.url}/api/v4` } });
}

describe('a pipeline that can be started', () => {
  it('is valid, and nothing is started', async () => {
    const server = await gitlabServer({
      lint: lint('test', 'release'),
      run: { json: { id: 1234567890, status: 'success', ref: 'main' } },
    });
    const values = { ...given, gitlabPipelineId: '1234567890' };
    const verdict = await ask(gitlabCi, values, { env: { INTEGRATIONS_GITLAB_API_URL: `${server.url}/api/v4` } });
    expect(verdict).toMatchObject({ outcome: 'valid', account: 'user 42', expiresAt: '2100-06-30T00:00:00Z' });
    expect(told(verdict)).toBe(valid);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${paths.self}`,
      `GET ${paths.project}`,
      `GET ${paths.branch}`,
      `GET ${paths.lint}`,
      `GET ${paths.run}`,
    ]);
    expect(Object.fromEntries(server.requests[3]?.query ?? [])).toEqual({
      content_ref: 'release/1.x',
      include_jobs: 'true',
      dry_run: 'false',
    });
  });

  it.each([['release 1/3'], ['release: [ios, beta]'], ['release']])('a job may be listed as "%s"', async (name) => {
    expect(told(await askPipeline({ lint: lint(name) }))).toBe(valid);
  });

  it.each<[string, Answers, Record<string, FieldValue>, string, string]>([
    ['more', { self: personal({ scopes: ['api', 'sudo'] }) }, {}, valid, '; more than it needs: sudo'],
    ['variables as a developer', {}, withVariables, valid, 'scope api'],
    [
      'variables on an older server',
      {
        project: projectOf({
          ci_pipeline_variables_minimum_override_role: undefined,
          restrict_user_defined_variables: false,
        }),
      },
      withVariables,
      valid,
      'scope api',
    ],
    [
      'variables on a server that does not tell',
      { project: projectOf({ ci_pipeline_variables_minimum_override_role: undefined }) },
      withVariables,
      unproven,
      'variables',
    ],
    [
      'a new role for variables',
      { project: projectOf({ ci_pipeline_variables_minimum_override_role: 'constructor' }) },
      withVariables,
      unproven,
      'variables',
    ],
    ['an OAuth token', { self: oauth, user: { json: { username: 'ada' } } }, {}, unproven, 'scopes'],
    [
      'a role that is not told',
      { project: projectOf({ permissions: { project_access: null, group_access: null } }) },
      {},
      unproven,
      'role',
    ],
    [
      'a protected branch',
      { branch: { json: { name: 'release/1.x', protected: true, can_push: false } } },
      {},
      unproven,
      'protected',
    ],
    [
      'a protected branch with the right to push',
      { branch: { json: { name: 'release/1.x', protected: true, can_push: true } } },
      {},
      valid,
      'role',
    ],
  ])('%s', async (_name, answers, values, checks, detail) => {
    const verdict = await askPipeline(answers, values);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null });
    expect(told(verdict)).toBe(checks);
    expect(checkOf(verdict, 'permission').detail).toContain(detail);
  });

  it('its job stays unproven where the server lists none', async () => {
    const verdict = await askPipeline({ lint: { json: { valid: true, errors: [] } } });
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: passed');
  });

  it('asks after a 500 once more', async () => {
    expect(told(await askPipeline({ lint: sequence({ status: 500 }, lint('release')) }))).toBe(valid);
  });
});

describe('refusals', () => {
  it.each<[string, Answers, Record<string, FieldValue>, Outcome, ErrorClass, string]>([
    [
      'expired',
      { self: invalidToken('Token is expired.') },
      {},
      'expired',
      'EXPIRED',
      'credential: failed, resource: skipped, permission: skipped',
    ],
    [
      'no project',
      { project: failure(404, { message: '404 Project Not Found' }) },
      {},
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    ['an archived project', { project: projectOf({ archived: true }) }, {}, 'invalid', 'PROVIDER_BLOCKED', noResource],
    [
      'no branch',
      { branch: failure(404, { message: '404 Branch Not Found' }) },
      {},
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    [
      'no configuration',
      { lint: failure(404, { message: '404 Commit Not Found' }) },
      {},
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    [
      'mistakes in it',
      { lint: { json: { valid: false, errors: [token], jobs: [] } } },
      {},
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    ['no such job', { lint: lint('test', 'release-notes', 'releases 1') }, {}, 'invalid', 'NOT_FOUND', noResource],
    [
      'no such run',
      { run: failure(404, { message: '404 Not found' }) },
      { gitlabPipelineId: '1234567890' },
      'invalid',
      'NOT_FOUND',
      noResource,
    ],
    ['no scope api', { self: personal({ scopes: ['read_api'] }) }, {}, 'invalid', 'INSUFFICIENT', noPermission],
    [
      'a reporter',
      { project: projectOf({ permissions: { project_access: { access_level: 20 }, group_access: null } }) },
      {},
      'invalid',
      'INSUFFICIENT',
      noPermission,
    ],
    [
      'variables for nobody',
      { project: projectOf({ ci_pipeline_variables_minimum_override_role: 'no_one_allowed' }) },
      withVariables,
      'invalid',
      'INSUFFICIENT',
      noPermission,
    ],
    [
      'variables for maintainers',
      { project: projectOf({ ci_pipeline_variables_minimum_override_role: 'maintainer' }) },
      withVariables,
      'invalid',
      'INSUFFICIENT',
      noPermission,
    ],
    [
      'variables for maintainers on an older server',
      {
        project: projectOf({
          ci_pipeline_variables_minimum_override_role: undefined,
          restrict_user_defined_variables: true,
        }),
      },
      withVariables,
      'invalid',
      'INSUFFICIENT',
      noPermission,
    ],
  ])('%s', async (_name, answers, values, outcome, errorCode, checks) => {
    const verdict = await askPipeline(answers, values);
    expect(verdict).toMatchObject({ outcome, errorCode });
    expect(told(verdict)).toBe(checks);
    expect(verdict.hint).not.toBe(null);
  });
});

it('reads a configuration of several megabytes', async () => {
  const lint: Handler = {
    json: { valid: true, errors: [], merged_yaml: 'x'.repeat(5 << 20), jobs: [{ name: 'release' }] },
  };
  const verdict = await askPipeline({ lint }, { gitlabJobName: 'release' });
  expect(checkOf(verdict, 'resource').detail).toContain('the job "release" is there');
});

describe('what decides nothing', () => {
  it.each([...undecidedAnswers, ['a page that says 404', { ...page, status: 404 }, 'UNREACHABLE'] as const])(
    '%s at the configuration',
    async (_name, answer, errorCode) => {
      const verdict = await askPipeline({ lint: answer });
      expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
      expect(told(verdict)).toBe('credential: passed, resource: undecided, permission: skipped');
    },
  );
});
