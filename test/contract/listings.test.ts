import { expect, it } from 'vitest';
import type { FieldValue } from '../../src/core/field.ts';
import { providers } from '../../src/providers/index.ts';
import { list, valuesOf } from '../support/list.ts';
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

it.each(providers.map((provider) => [provider.name, provider] as const))('%s', async (name, provider) => {
  const world = await providerWorld();
  const sample = sampleOf(name);
  const credentials = sample.credentials.map(({ column, value }) => [column, value]);
  const values = { ...sample.stored, ...Object.fromEntries(credentials), ...own[name]?.(world) };
  const found = Object.keys(provider.listings).map(async (field) => {
    const listed = await list(provider, field, values, { env: world.env });
    return [field, valuesOf(listed)];
  });
  expect(Object.fromEntries(await Promise.all(found))).toEqual(expected[name] ?? {});
});
