import { describe, expect, it } from 'vitest';
import { gitlab } from '../../../../src/providers/gitlab/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { env, gitlabServer, known, pages, project } from './listing-server.ts';
import { token } from './server.ts';

function projectOf(path_with_namespace: string, full_path: string) {
  return { path_with_namespace, namespace: { full_path }, default_branch: 'main' };
}

describe('projects', () => {
  it('come from all pages, those of subgroups too', async () => {
    const server = await gitlabServer(
      '/api/v4/projects',
      pages([projectOf('acme/apps/mobile', 'acme/apps')], [projectOf('ada/notes', 'ada')]),
    );
    const listed = await list(
      gitlab,
      'repositoryUrl',
      { accessToken: token, repositoryUrl: 'https://gitlab.com' },
      env(server),
    );
    expect(listed).toEqual({
      complete: true,
      choices: [
        {
          value: 'https://gitlab.com/acme/apps/mobile',
          label: 'acme/apps/mobile',
          also: { organization: 'acme/apps', defaultBranch: 'main' },
        },
        {
          value: 'https://gitlab.com/ada/notes',
          label: 'ada/notes',
          also: { organization: 'ada', defaultBranch: 'main' },
        },
      ],
    });
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Bearer ${token}`);
  });

  it.each(['', '/code'])('of a server of their own at its path "%s"', async (under) => {
    const server = await gitlabServer('/api/v4/projects', pages([projectOf('acme/mobile', 'acme')]), under);
    const repositoryUrl = server.url + under;
    const listed = await list(gitlab, 'repositoryUrl', { accessToken: token, repositoryUrl });
    expect(valuesOf(listed)).toEqual([`${repositoryUrl}/acme/mobile`]);
  });

  it('are asked again about the server of the one that is stored', async () => {
    const server = await gitlabServer('/api/v4/projects', pages([projectOf('acme/two', 'acme')]), '/code');
    const values = { accessToken: token, organization: 'acme', repositoryUrl: `${server.url}/code/acme/one` };
    expect(valuesOf(await list(gitlab, 'repositoryUrl', values))).toEqual([`${server.url}/code/acme/two`]);
  });

  it('are refused to a token with other scopes', async () => {
    const server = await gitlabServer('/api/v4/projects', {
      status: 403,
      json: { error: 'insufficient_scope', scope: 'api read_api' },
    });
    const values = { accessToken: token, repositoryUrl: 'https://gitlab.com' };
    expect(await list(gitlab, 'repositoryUrl', values, env(server))).toEqual({
      reason: 'the token lacks a scope (403)',
      hint: 'Make a token with the scope api or read_api.',
      refused: 'credential',
    });
  });
});

it('lists branches', async () => {
  const server = await gitlabServer(
    `${project}/repository/branches`,
    pages([{ name: 'main' }], [{ name: 'release/1.x' }]),
  );
  expect(valuesOf(await list(gitlab, 'defaultBranch', known, env(server)))).toEqual(['main', 'release/1.x']);
});
