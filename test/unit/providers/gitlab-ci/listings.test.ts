import { describe, expect, it } from 'vitest';
import { gitlabCi } from '../../../../src/providers/gitlab-ci/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import type { Handler } from '../../../support/provider-server.ts';
import { env, gitlabServer, known, pages, project } from '../gitlab/listing-server.ts';

describe('jobs', () => {
  it('are those of the branch that releases are made from, each once', async () => {
    const jobs = ['build', 'deploy 1/2', 'deploy 2/2', 'sign: [ios]'].map((name) => ({ name, stage: 'ship' }));
    const server = await gitlabServer(`${project}/ci/lint`, ({ query }) => {
      expect(query.get('content_ref')).toBe('trunk');
      return { json: { valid: true, errors: [], jobs } };
    });
    const listed = await list(gitlabCi, 'gitlabJobName', { ...known, defaultBranch: 'trunk' }, env(server));
    expect(valuesOf(listed)).toEqual(['build', 'deploy', 'sign']);
    expect(listed).toMatchObject({ choices: Array(3).fill({ hint: 'ship' }) });
  });

  it.each<[Handler, string]>([
    [{ status: 404, json: { message: '404 Not Found' } }, 'there is no CI configuration on "main"'],
    [{ json: { valid: false } }, 'GitLab finds errors in the CI configuration on "main"'],
  ])('%j has none, and the token is not to blame', async (handler, reason) => {
    const server = await gitlabServer(`${project}/ci/lint`, handler);
    expect(await list(gitlabCi, 'gitlabJobName', known, env(server))).toMatchObject({ reason, refused: 'place' });
  });
});

it('lists past runs', async () => {
  const run = { id: 99, status: 'success', ref: 'main' };
  const server = await gitlabServer(`${project}/pipelines`, pages([run], [{ ...run, id: 98, status: 'failed' }]));
  expect(await list(gitlabCi, 'gitlabPipelineId', known, env(server))).toEqual({
    complete: true,
    choices: [
      { value: '99', hint: 'success, main', also: {} },
      { value: '98', hint: 'failed, main', also: {} },
    ],
  });
});
