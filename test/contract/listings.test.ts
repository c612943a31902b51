import { describe, expect, it } from 'vitest';
import type { Provider } from '../../src/core/provider.ts';
import { providers } from '../../src/providers/index.ts';
import type { Listed } from '../../src/verify/list-choices.ts';
import { list, valuesOf } from '../support/list.ts';
import { fixtureOf, fixtures } from '../support/provider-fixtures.ts';
import { faulty, type Handler, page } from '../support/provider-server.ts';
import { providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';

const listing = providers.filter(({ listings }) => Object.keys(listings).length > 0);

/** Everything that a provider lists about its sample. */
async function listAll(provider: Provider, world: World): Promise<Record<string, Listed>> {
  const sample = sampleOf(provider.name);
  const credentials = sample.credentials.map(({ column, value }) => [column, value]);
  const values = {
    ...sample.stored,
    ...Object.fromEntries(credentials),
    ...fixtureOf(provider.name).there?.values(world.server.url),
  };
  const found = Object.keys(provider.listings).map(
    async (field) => [field, await list(provider, field, values, { env: world.env })] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

it('is asked of every provider that lists something', () => {
  expect(listing.map(({ name }) => name).sort()).toEqual(
    [...fixtures]
      .filter(([, { listed }]) => Object.keys(listed).length > 0)
      .map(([name]) => name)
      .sort(),
  );
});

it.each(listing.map((provider) => [provider.name, provider] as const))('%s', async (name, provider) => {
  const found = await listAll(provider, await providerWorld());
  expect(Object.fromEntries(Object.entries(found).map(([field, listed]) => [field, valuesOf(listed)]))).toEqual(
    fixtureOf(name).listed,
  );
});

describe.each<[string, Handler, null | undefined]>([
  // Whether it is a refusal is for the provider's table to say: what no table knows is none.
  ['403', { status: 403, json: { message: 'no' } }, undefined],
  ['401', { status: 401, json: { message: 'no' } }, undefined],
  ['throttling', { status: 429, headers: { 'retry-after': '3600' }, json: {} }, null],
  ['a cut connection', faulty.reset, null],
  ['a sign-in page', page, null],
  ['an empty object', { json: {} }, null],
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
        refused: refused === null ? null : expect.toBeOneOf(['credential', 'place', null]),
      });
    }
  });
});
