import { expect, test } from 'vitest';
import { audienceOf } from '../../src/core/audience.ts';
import type { Plain, Provider } from '../../src/core/provider.ts';

import { providers } from '../../src/providers/index.ts';
import { sampleOf } from '../support/samples.ts';

/* Each credential that is sent to a provider is sealed for where it may go, and that follows every address of its row. */

/** Clauses about what is wrong with where the credentials of a provider go, seen with these values. */
function faultsOf(provider: Provider, stored: Plain): string[] {
  const addressed = provider.fields.filter((field) => field.credential && field.addressed);
  const addresses = provider.fields.filter(({ kind, credential }) => kind === 'url' && !credential);
  if (addressed.length === 0)
    return addresses.map(({ name }) => `${provider.name}: ${name} is no credential's address`);
  const audience = provider.audience(stored);
  const isOrigin = (each: string) => /^https:\/\/[^/]+$/.test(each) && URL.parse(each)?.origin === each;
  return [
    ...(audience.length === 0 ? [`${provider.name}: its credentials may go nowhere`] : []),
    ...audience.filter((each) => !isOrigin(each)).map((each) => `${provider.name}: "${each}" is no origin over https`),
    ...addresses
      .filter(({ name }) => {
        const moved = provider.audience({ ...stored, [name]: 'https://thief.test/acme/mobile' });
        return audience.some((each) => moved.includes(each));
      })
      .map(({ name }) => `${provider.name}: the credentials stay meant for where ${name} led before`),
  ];
}

test.each(providers)('$name: its credentials go where its addresses lead', (provider) => {
  expect(faultsOf(provider, sampleOf(provider.name).stored)).toEqual([]);
});

test.each(providers)('$name: an address that is a credential, and an id, go nowhere else', (provider) => {
  const { stored } = sampleOf(provider.name);
  for (const field of provider.fields.filter(({ credential, addressed }) => credential && !addressed)) {
    expect([field.name, audienceOf(provider, field, stored)]).toEqual([field.name, []]);
  }
});

test('one that forgets where its credentials go is named', () => {
  const github = providers.find(({ name }) => name === 'github') as Provider;
  const forgetful = { ...github, audience: () => [] };
  const fixed = { ...github, audience: () => ['https://api.github.com'] };
  const { stored } = sampleOf('github');
  expect(faultsOf(forgetful, stored)).toEqual(['github: its credentials may go nowhere']);
  expect(faultsOf(fixed, stored)).toEqual(['github: the credentials stay meant for where repositoryUrl led before']);
});
