import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../../../../src/core/provider.ts';
import { appStore } from '../../../../src/providers/app-store/index.ts';
import { playStore } from '../../../../src/providers/play-store/index.ts';
import { ec, pem, rsa } from '../../../support/private-keys.ts';
import { keyWraps, wraps } from '../../../support/wraps.ts';
import { read } from '../../providers/reads.ts';

const stores: [Provider, string, string][] = [
  [appStore, 'applePrivateKey', pem(ec.privateKey)],
  [playStore, 'googlePrivateKey', pem(rsa.privateKey)],
];

/** The same of them each time; with PASTED_RUNS so many others. */
const others = process.env['PASTED_RUNS'];
const runs = others === undefined ? { numRuns: 200, seed: 1 } : { numRuns: Number(others) };

const isSame = (one: unknown, other: string) => createPrivateKey(`${one}`).equals(createPrivateKey(other));

describe.each(stores)('the private key of $name', (provider, field, key) => {
  test.each(Object.keys({ ...wraps, ...keyWraps }))('is taken out of: %s', (name) => {
    const wrap = { ...wraps, ...keyWraps }[name];
    expect(read(provider, field, wrap?.(key))).toEqual({ stored: key, warnings: [] });
  });

  test('is taken out of any three of them, one in the other', () => {
    const outer = fc.constantFrom(...Object.keys(wraps));
    const inner = fc.constantFrom(...Object.keys({ ...wraps, ...keyWraps }));
    fc.assert(
      fc.property(inner, outer, outer, (first, second, third) => {
        const wrapped = [first, second, third].reduce(
          (text, name) => ({ ...wraps, ...keyWraps })[name]?.(text) ?? '',
          key,
        );
        expect(read(provider, field, wrapped)).toEqual({ stored: key, warnings: [] });
      }),
      runs,
    );
  });

  test('is refused wherever a piece of it is missing, or is the same key', () => {
    const at = fc.integer({ min: 0, max: key.length - 1 });
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 80 }), (start, length) => {
        const outcome = read(provider, field, key.slice(0, start) + key.slice(start + length));
        if ('stored' in outcome) expect(isSame(outcome.stored, key)).toBe(true);
      }),
      runs,
    );
  });

  test('is refused wherever a character of it is another, or is the same key', () => {
    const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=*?é ');
    fc.assert(
      fc.property(fc.integer({ min: 28, max: key.length - 28 }), character, (at, other) => {
        const outcome = read(provider, field, key.slice(0, at) + other + key.slice(at + 1));
        if ('stored' in outcome) expect(isSame(outcome.stored, key)).toBe(true);
      }),
      runs,
    );
  });
});
