import { expect, test } from 'vitest';
import { providersOf } from '../../../src/providers/index.ts';
import { fieldOf, read, refusal } from './reads.ts';

/** Whether a pipeline of this kind takes a name in its environment. */
function takes(provider: string, name: string): boolean {
  const found = providersOf('pipeline').find((each) => each.name === provider);
  if (!found) throw new Error(`there is no ${provider}`);
  const environmentVariables = { [name]: 'x' };
  const outcome = read(found, 'environmentVariables', environmentVariables);
  return 'stored' in outcome && found.misfits({ environmentVariables }).length === 0;
}

test.each([
  ['LANE', ['jenkins', 'github-actions', 'gitlab-ci']],
  ['_x9', ['jenkins', 'github-actions', 'gitlab-ci']],
  ['dry-run', ['jenkins', 'github-actions']],
  ['release.version', ['jenkins']],
  ['9x', []],
  ['-x', []],
  ['a b', []],
  ['', []],
])('a name is what its provider takes: %s', (name, takers) => {
  expect(['jenkins', 'github-actions', 'gitlab-ci'].filter((provider) => takes(provider, name))).toEqual(takers);
});

test('a value that looks like a credential draws a warning, as such a name does', () => {
  const [provider] = providersOf('pipeline');
  if (!provider) throw new Error('there is none');
  const field = fieldOf(provider, 'environmentVariables');
  for (const [name, value] of [
    ['DEPLOY', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    ['API_KEY', 'x'],
  ] as const) {
    expect(field.read({ [name]: value })).toMatchObject({
      warnings: [expect.stringContaining(`The value of ${name} is`)],
    });
  }
  expect(field.read({ LANE: 'release' })).toMatchObject({ warnings: [] });
  expect(refusal(provider, 'environmentVariables', { 'a b': 'x' })).toContain('has a name that is not');
});
