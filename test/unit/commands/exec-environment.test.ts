import { expect, test } from 'vitest';
import type { NamedVariable } from '../../../src/app/exec/variables.ts';
import { divided, merged, passedOn, rivalsIn } from '../../../src/commands/exec/environment.ts';

const variable = (name: string, rest: Partial<NamedVariable> = {}) => ({ name, fields: [], ...rest }) as NamedVariable;

test('none of our settings is passed on, however it is written', () => {
  const env = {
    INTEGRATIONS_KEYRING: 'k',
    integrations_database_password: 'p',
    MY_INTEGRATIONS_X: 'x',
    GONE: undefined,
  };
  expect(passedOn(env, { pristine: false, keep: [] })).toEqual({ MY_INTEGRATIONS_X: 'x' });
  expect(passedOn(env, { pristine: true, keep: ['INTEGRATIONS_KEYRING'] })).toEqual({});
});

test('what is pristine holds what programs need to run, and what is kept', () => {
  const env = { PATH: '/bin', LC_ALL: 'C', LC: 'no', HOME: '/h', AWS_SECRET: 's', CI: 'true', KEEP: 'k', PATHS: 'no' };
  expect(passedOn(env, { pristine: true, keep: ['KEEP'] })).toEqual({
    ...{ PATH: '/bin', LC_ALL: 'C', HOME: '/h', CI: 'true', KEEP: 'k' },
  });
});

test('a variable takes the place of the one that was set, and of its other names', () => {
  const base = { A: 'theirs', B: 'same', C_DATA: 'theirs', OTHER: 'o' };
  const variables = [variable('A'), variable('B'), variable('C', { replaces: ['C_DATA', 'C_KEY'] }), variable('D')];
  expect(merged(base, variables, { A: 'ours', B: 'same', C: 'c', D: 'd' })).toEqual({
    env: { A: 'ours', B: 'same', C: 'c', D: 'd', OTHER: 'o' },
    replaced: ['A'],
    removed: ['C_DATA'],
  });
});

test('one that yields is set only where there is none', () => {
  const variables = [variable('TOKEN', { yields: true })];
  expect(divided({ TOKEN: 'theirs' }, variables)).toEqual({ set: [], kept: variables });
  expect(divided({}, variables)).toEqual({ set: variables, kept: [] });
});

test('rivals are told, and stay', () => {
  expect(rivalsIn({ USER_ID: 'me' }, [variable('KEY', { rivals: ['USER_ID', 'SESSION'] })])).toEqual([
    { name: 'USER_ID', variable: 'KEY' },
  ]);
});
