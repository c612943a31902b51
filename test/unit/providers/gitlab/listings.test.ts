import { describe, expect, it } from 'vitest';
import { gitlab } from '../../../../src/providers/gitlab/index.ts';
import { gitlabCi } from '../../../../src/providers/gitlab-ci/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { described, token } from './server.ts';

const known = { accessToken: token, repositoryUrl: 'https://gitlab.com/acme/apps/mobile', organization: 'acme' };
const project = '/api/v4/projects/acme%2Fapps%2Fmobile';

async function gitlabServer(path: string, handler: Handler, under = ''): Promise<ProviderServer> {
  const server = await providerServer({ description: described(under) });
  server.on('GET', under + path, handler);
  return server;
}

const env = ({ url }: ProviderServer) => ({ env: { INTEGRATIONS_GITLAB_API_URL: `${url}/api/v4` } });

/** Pages of a list, with the header that names the next one. */
function pages(...all: unknown[][]): Handler {
  return ({ query }) => {
    const page = Number(query.get('page'));
    const headers = { 'content-type': 'application/json', 'x-next-page': page < all.length ? String(page + 1) : '' };
    return { headers, body: JSON.stringify(all[page - 1]) };
  };
}

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
      refused: true,
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
    [{ json: { valid: false } }, 'GitLab finds no CI configuration without mistakes on "main"'],
  ])('%j has none', async (handler, reason) => {
    const server = await gitlabServer(`${project}/ci/lint`, handler);
    expect(await list(gitlabCi, 'gitlabJobName', known, env(server))).toMatchObject({ reason, refused: true });
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
