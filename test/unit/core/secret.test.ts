import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { Secret } from '../../../src/core/secret.ts';

const value = 'ghp_theSecretItself';
const secret = new Secret(value);

test('reveal gives the value', () => expect(secret.reveal()).toBe(value));

test.each<[string, () => unknown]>([
  ['String', () => String(secret)],
  ['a template', () => `${secret}`],
  ['join', () => [secret, secret].join()],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspect', () => inspect({ secret, deep: [[[secret]]] }, { depth: 9, showHidden: true })],
  ['inspect without its custom form', () => inspect(secret, { customInspect: false, showHidden: true, getters: true })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['its keys', () => [Object.keys(secret), Object.entries(secret), Reflect.ownKeys(secret), { ...secret }]],
  ['its descriptors', () => inspect(Object.getOwnPropertyDescriptors(secret))],
  ['a structured clone', () => structuredClone(secret)],
  [
    'an error that holds it',
    () => inspect(new AppError('INTERNAL', `${secret}`, { details: { secret }, cause: secret })),
  ],
  ['an error that is made of it', () => String(new Error(secret as unknown as string))],
  ['Object.assign', () => Object.assign({}, secret)],
])('%s does not show it', (_, show) => {
  const shown = show();
  for (const text of [inspect(shown, { depth: 9, showHidden: true }), JSON.stringify(shown), String(shown)]) {
    expect(text).not.toContain(value);
  }
});

test('what is shown in its place says so', () => {
  expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual(['[secret]', '"[secret]"', '[secret]']);
});
