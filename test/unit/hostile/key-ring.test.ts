import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { type KeyRing, readKeyRing, writeKeyRing } from '../../../src/crypto/key-ring.ts';
import { anyText, fuzz, mutated } from '../../support/fuzz.ts';

const keyOf = (name: string) => createHash('sha256').update(name).digest();
const secrets = ['first', 'second'].map((name) => keyOf(name).toString('base64url'));
const [first = '', second = ''] = secrets;
const valid = writeKeyRing(
  readKeyRing(
    JSON.stringify({
      keys: [
        { kty: 'oct', kid: 'a', k: first },
        { kty: 'oct', k: second },
      ],
    }),
    'x',
  ),
);

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(first, second, 'oct', 'RSA', '', null, 0, [], {}),
  anyText,
);
const member = fc.constantFrom('kty', 'k', 'kid', 'alg', 'use', '__proto__', 'toString', 'keys', 'x');
const entries = fc.array(fc.oneof(fc.dictionary(member, value), value), { maxLength: 4 });

const rings = fc.oneof(
  mutated(valid),
  mutated(first),
  entries.map((keys) => JSON.stringify({ keys })),
  fc.dictionary(member, value).map((object) => JSON.stringify(object)),
  fc.json(),
  anyText,
  // What overflows a parser that calls itself.
  fc.integer({ min: 1, max: 50_000 }).map((depth) => `{"keys":${'['.repeat(depth)}`),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => `{"keys":${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}}`),
);

test('a key ring, whatever stands there: keys that seal, or a refusal that quotes none', async () => {
  await fuzz('key ring', rings, (text) => {
    let ring: KeyRing;
    try {
      ring = readKeyRing(text, 'ORIGIN');
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      const { code, message, hint, details } = error as AppError;
      expect([code, message.startsWith('ORIGIN')]).toEqual(['KEY_UNAVAILABLE', true]);
      const told = `${message} ${hint} ${JSON.stringify(details)}`;
      for (const secret of secrets) expect(told).not.toContain(secret.slice(0, 12));
      return;
    }
    expect(ring.keys.length).toBe(ring.kids.length);
    for (const { kid, key } of ring.keys) {
      expect(kid).toMatch(/^[\w.:-]{1,64}$/);
      expect(key.length).toBe(32);
      expect(ring.find(kid)).toBe(key);
    }
    const again = readKeyRing(writeKeyRing(ring), 'ORIGIN');
    expect(again.keys.map(({ kid, key }) => [kid, Buffer.from(key).toString('hex')])).toEqual(
      ring.keys.map(({ kid, key }) => [kid, Buffer.from(key).toString('hex')]),
    );
  });
});
