import { providers } from '../../src/providers/index.ts';
import type { Fixture } from './provider-fixture.ts';

/** What the tests know of each provider, in the order of the registry. */
export const fixtures: ReadonlyMap<string, Fixture> = new Map(
  await Promise.all(
    providers.map(async ({ name }) => {
      const { fixture }: { fixture: Fixture } = await import(`./providers/${name}.ts`);
      return [name, fixture] as const;
    }),
  ),
);

/** @throws for a name that no provider has */
export function fixtureOf(name: string): Fixture {
  const fixture = fixtures.get(name);
  if (!fixture) throw new Error(`there is no provider ${name}`);
  return fixture;
}
