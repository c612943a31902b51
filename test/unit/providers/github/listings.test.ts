import { describe, expect, it } from 'vitest';
import { github } from '../../../../src/providers/github/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, page } from '../../../support/provider-server.ts';
import { env, githubServer, json, known, pages, token } from './listing-server.ts';

const fresh = { accessToken: token, repositoryUrl: 'https://github.com' };

function repository(full_name: string, more: Record<string, unknown> = {}) {
  return { full_name, private: false, archived: false, default_branch: 'main', owner: { login: 'acme' }, ...more };
}

describe('repositories', () => {
  it('come from all pages, with what else they fill in', async () => {
    const server = await githubServer(
      '/user/repos',
      pages((number) => [repository(`acme/app-${number}`, { private: true, archived: number === 2 })], 2),
    );
    const listed = await list(github, 'repositoryUrl', fresh, env(server));
    const also = { organization: 'acme', defaultBranch: 'main' };
    expect(listed).toEqual({
      complete: true,
      choices: [
        { value: 'https://github.com/acme/app-1', label: 'acme/app-1', hint: 'private', also },
        { value: 'https://github.com/acme/app-2', label: 'acme/app-2', hint: 'private, archived', also },
      ],
    });
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(Array(2).fill(`Bearer ${token}`));
  });

  it('of an installation are those that it is installed on', async () => {
    const server = await githubServer('/user/repos', {
      status: 403,
      json: { message: 'Resource not accessible by integration' },
    });
    server.on('GET', '/installation/repositories', json({ total_count: 1, repositories: [repository('acme/mobile')] }));
    const listed = await list(github, 'repositoryUrl', fresh, env(server));
    expect(valuesOf(listed)).toEqual(['https://github.com/acme/mobile']);
  });

  it('of a server of their own, when only its address is known', async () => {
    const server = await githubServer('/user/repos', json([repository('acme/mobile')]), '/api/v3');
    const listed = await list(github, 'repositoryUrl', { accessToken: token, repositoryUrl: server.url });
    expect(valuesOf(listed)).toEqual([`${server.url}/acme/mobile`]);
  });

  it.each<[string, Handler, string]>([
    ['none', json([]), 'the provider lists none that the credential can see'],
    [
      'a wrong token',
      { status: 401, json: { message: 'Bad credentials' } },
      'GitHub does not accept the token: it is wrong, revoked or expired (401)',
    ],
    [
      '403',
      { status: 403, json: { message: 'Resource not accessible by personal access token' } },
      'the token lacks a permission (403)',
    ],
    ['a sign-in page', page, 'a web page answered (200), not the API'],
    ['something else', json({ repositories: [] }), 'it gave an unexpected answer'],
    ['nameless ones', json([{}]), 'it gave an unexpected answer'],
  ])('%s', async (_name, handler, reason) => {
    const server = await githubServer('/user/repos', handler);
    expect(await list(github, 'repositoryUrl', fresh, env(server))).toMatchObject({ reason });
  });

  it('are not to be had where nothing answers', async () => {
    const env = { INTEGRATIONS_GITHUB_API_URL: 'http://127.0.0.1:9' };
    const listed = await list(github, 'repositoryUrl', fresh, { env });
    expect(listed).toEqual({
      reason: 'nothing answers at 127.0.0.1',
      hint: 'Check the address, the port, and any firewall or proxy.',
      refused: null,
    });
  });
});

it('blames the place, not the token, where the repository is not there', async () => {
  const server = await githubServer('/repos/acme/mobile/branches', { status: 404, json: { message: 'Not Found' } });
  expect(await list(github, 'defaultBranch', known, env(server))).toMatchObject({ refused: 'place' });
});

it('lists branches', async () => {
  const server = await githubServer(
    '/repos/acme/mobile/branches',
    pages((number) => (number === 1 ? [{ name: 'main' }, { name: 'not..a.ref' }] : [{ name: 'release/1.x' }]), 2),
  );
  expect(valuesOf(await list(github, 'defaultBranch', known, env(server)))).toEqual(['main', 'release/1.x']);
});
