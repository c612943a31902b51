import { expect, test } from 'vitest';
import { typesOfIntegrations } from '../support/library-types.ts';

test("the library's types are what the providers' descriptions say", async () => {
  await expect(typesOfIntegrations()).toMatchFileSnapshot('../../src/library/integration-types.ts');
});
