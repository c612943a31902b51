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
  'github-actions': {
    githubWorkflowPath: ['.github/workflows/release.yml'],
    githubWorkflowRef: ['main', 'trunk'],
  },
};

const own: Readonly<Record<string, (world: World) => Record<string, FieldValue>>> = {
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
