import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../src/core/field.ts';
import type { Provider } from '../../src/core/provider.ts';
import { providers } from '../../src/providers/index.ts';
import type { Listed } from '../../src/verify/list-choices.ts';
import { list, valuesOf } from '../support/list.ts';
import { faulty, type Handler, page } from '../support/provider-server.ts';
import { providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';

/** What all fourteen providers have on one server, as a wizard would list it. */
const expected: Readonly<Record<string, Record<string, string[]>>> = {
  github: {
    repositoryUrl: ['https://github.com/acme/mobile', 'https://github.com/acme/ci'],
    defaultBranch: ['main', 'trunk'],
  },
  gitlab: {
    repositoryUrl: ['https://gitlab.com/acme/mobile', 'https://gitlab.com/acme/ci'],
    defaultBranch: ['main', 'trunk'],
  },
  bitbucket: { repositoryUrl: ['https://bitbucket.org/acme/mobile'], defaultBranch: ['main', 'trunk'] },
  'app-store': { appleBundleId: ['com.acme.app', 'com.acme.pipes'] },
  jenkins: { jenkinsJobPath: ['mobile/release'] },
  slack: { slackChannels: ['C0123456780'] },
  jira: { jiraProjectKey: ['MOB'], jiraDefaultIssueType: ['Epic'] },
  linear: { linearTeamId: ['0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f'], linearDefaultProjectId: ['p1'] },
  'azure-devops': { azureProject: ['Mobile App'] },
  'gitlab-ci': { gitlabJobName: ['release'], gitlabPipelineId: ['1234567890'] },
  'github-actions': {
    githubWorkflowPath: ['.github/workflows/release.yml'],
    githubWorkflowRef: ['main', 'trunk'],
  },
};

const own: Readonly<Record<string, (world: World) => Record<string, FieldValue>>> = {
  jira: ({ server }) => ({ jiraUrl: `${server.url}/jira` }),
  jenkins: ({ server }) => ({ jenkinsUrl: `${server.url}/jenkins` }),
  'gitlab-ci': ({ server }) => ({
    accessToken: 'glpat-token',
    repositoryUrl: `${server.url}/code/acme/ci`,
    organization: 'acme',
  }),
  'github-actions': () => ({ accessToken: 'ghp_token', repositoryUrl: 'https://github.com/acme/ci' }),
};

const listing = providers.filter(({ listings }) => Object.keys(listings).length > 0);

/** Everything that a provider lists about its sample. */
async function listAll(provider: Provider, world: World): Promise<Record<string, Listed>> {
  const sample = sampleOf(provider.name);
  const credentials = sample.credentials.map(({ column, value }) => [column, value]);
  const values = { ...sample.stored, ...Object.fromEntries(credentials), ...own[provider.name]?.(world) };
  const found = Object.keys(provider.listings).map(
    async (field) => [field, await list(provider, field, values, { env: world.env })] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

it('is asked of every provider that lists something', () => {
  expect(listing.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
});

it.each(listing.map((provider) => [provider.name, provider] as const))('%s', async (name, provider) => {
  const found = await listAll(provider, await providerWorld());
  expect(Object.fromEntries(Object.entries(found).map(([field, listed]) => [field, valuesOf(listed)]))).toEqual(
    expected[name],
  );
});

describe.each<[string, Handler, boolean | undefined]>([
  ['403', { status: 403, json: { message: 'no' } }, true],
  ['401', { status: 401, json: { message: 'no' } }, true],
  ['throttling', { status: 429, headers: { 'retry-after': '3600' }, json: {} }, false],
  ['a cut connection', faulty.reset, false],
  ['a sign-in page', page, false],
  ['an empty object', { json: {} }, false],
  [
    'numbers',
    { json: { values: [1], data: [2], value: [3], jobs: [4], channels: [5], valid: true, ok: true } },
    undefined,
  ],
])('%s', (_name, handler, refused) => {
  it.each(listing.map((provider) => [provider.name, provider] as const))('%s gives a reason', async (_, provider) => {
    const world = await providerWorld();
    world.through(() => handler);
    for (const listed of Object.values(await listAll(provider, world))) {
      expect(listed).toMatchObject({
        reason: expect.stringMatching(/^\S.{5,120}[^.]$/),
        refused: refused ?? expect.any(Boolean),
      });
    }
  });
});
