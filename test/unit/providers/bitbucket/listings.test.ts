import { describe, expect, it } from 'vitest';
import { bitbucket } from '../../../../src/providers/bitbucket/index.ts';
import { type Description, description } from '../../../support/descriptions.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

const [token = ''] = sampleOf('bitbucket').credentials.map(({ value }) => value);
const cloud = description('bitbucket-cloud.swagger2.json');
const fresh = { accessToken: token, repositoryUrl: 'https://bitbucket.org' };

/** What Atlassian says of all its lists at once, in 'Pagination', stands at none of them. */
const paged: Description = {
  fits: (asked) => {
    const query = new URLSearchParams([...asked.query].filter(([name]) => name !== 'page' && name !== 'pagelen'));
    return cloud.fits({ ...asked, query });
  },
};

async function bitbucketServer(answers: Record<string, Handler>): Promise<ProviderServer> {
  const server = await providerServer({ description: paged });
  for (const [path, handler] of Object.entries(answers)) server.on('GET', `/2.0${path}`, handler);
  return server;
}

const env = ({ url }: ProviderServer) => ({ env: { INTEGRATIONS_BITBUCKET_API_URL: `${url}/2.0` } });

/** Pages of values, each naming the next one at an address whose host must not be asked. */
function pages(...all: unknown[][]): Handler {
  return ({ query }) => {
    const page = Number(query.get('page') ?? 1);
    const next = page < all.length ? { next: `https://elsewhere.test/2.0/x?pagelen=1&page=${page + 1}` } : {};
    return { json: { values: all[page - 1], ...next } };
  };
}

const workspaces = (...slugs: string[]) => pages(slugs.map((slug) => ({ workspace: { slug } })));
const repository = (full_name: string) => ({ full_name, is_private: true, mainbranch: { name: 'main' } });

describe('repositories', () => {
  it('come from all pages of all workspaces', async () => {
    const server = await bitbucketServer({
      '/user/workspaces': workspaces('acme', 'ada'),
      '/repositories/acme': pages([repository('acme/mobile')], [repository('acme/web')]),
      '/repositories/ada': pages([repository('ada/notes')]),
    });
    const listed = await list(bitbucket, 'repositoryUrl', fresh, env(server));
    expect(valuesOf(listed)).toEqual([
      'https://bitbucket.org/acme/mobile',
      'https://bitbucket.org/acme/web',
      'https://bitbucket.org/ada/notes',
    ]);
    expect(listed).toMatchObject({
      complete: true,
      choices: [
        { label: 'acme/mobile', hint: 'private', also: { organization: 'acme', defaultBranch: 'main' } },
        {},
        {},
      ],
    });
  });

  it('come from one workspace where it is known', async () => {
    const server = await bitbucketServer({ '/repositories/acme': pages([repository('acme/mobile')]) });
    const listed = await list(bitbucket, 'repositoryUrl', { ...fresh, organization: 'acme' }, env(server));
    expect(valuesOf(listed)).toEqual(['https://bitbucket.org/acme/mobile']);
  });

  it('are not to be had without a workspace for a token that stands for no user', async () => {
    const server = await bitbucketServer({
      '/user/workspaces': { status: 403, json: { type: 'error', error: { message: 'no' } } },
    });
    expect(await list(bitbucket, 'repositoryUrl', fresh, env(server))).toEqual({
      reason: 'the token may not list workspaces (403)',
      hint: 'Name the workspace first.',
      refused: 'credential',
    });
  });

  it('may be none', async () => {
    const server = await bitbucketServer({ '/user/workspaces': workspaces() });
    expect(valuesOf(await list(bitbucket, 'repositoryUrl', fresh, env(server)))).toMatch(/^the provider lists none/);
  });
});

it('lists branches', async () => {
  const server = await bitbucketServer({
    '/repositories/acme/mobile/refs/branches': pages([{ name: 'main' }], [{ name: 'release/1.x' }]),
  });
  const known = { ...fresh, repositoryUrl: 'https://bitbucket.org/acme/mobile' };
  expect(valuesOf(await list(bitbucket, 'defaultBranch', known, env(server)))).toEqual(['main', 'release/1.x']);
});

describe.each(['', '/git'])('Data Center at its path "%s"', (under) => {
  const bearer = `BBDC-${'k'.repeat(40)}`;

  /** No description has it. */
  async function server(path: string, ...all: unknown[][]): Promise<string> {
    const { url, on } = await providerServer();
    on('GET', `${under}/rest/api/1.0${path}`, ({ query, headers }) => {
      expect(headers['authorization']).toBe(`Bearer ${bearer}`);
      const start = Number(query.get('start'));
      const isLastPage = start === all.length - 1;
      return { json: { values: all[start], isLastPage, nextPageStart: isLastPage ? null : start + 1 } };
    });
    return url + under;
  }

  it('lists repositories, with projects of somebody among them', async () => {
    const repositoryUrl = await server(
      '/repos',
      [{ slug: 'app', project: { key: 'MOB' } }],
      [{ slug: 'notes', project: { key: '~ada' } }],
    );
    const listed = await list(bitbucket, 'repositoryUrl', { accessToken: bearer, repositoryUrl });
    expect(valuesOf(listed)).toEqual([
      `${repositoryUrl}/projects/MOB/repos/app`,
      `${repositoryUrl}/users/ada/repos/notes`,
    ]);
    expect(listed).toMatchObject({ choices: [{ label: 'MOB/app', also: { organization: 'MOB' } }, {}] });
  });

  it('lists branches', async () => {
    const url = await server('/projects/MOB/repos/app/branches', [{ displayId: 'main' }], [{ displayId: 'next' }]);
    const repositoryUrl = `${url}/projects/MOB/repos/app`;
    expect(valuesOf(await list(bitbucket, 'defaultBranch', { accessToken: bearer, repositoryUrl }))).toEqual([
      'main',
      'next',
    ]);
  });
});
