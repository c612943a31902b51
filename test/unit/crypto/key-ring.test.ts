import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import {
  createKeyRing,
  newRingKey,
  type RingKey,
  readKeyRing,
  withActive,
  withKeys,
  withoutKey,
  writeKeyRing,
} from '../../../src/crypto/key-ring.ts';

const bytes = randomBytes(32);
const k = bytes.toString('base64url');
const oct = (over: object = {}) => ({ kty: 'oct', k, ...over });
const set = (...keys: unknown[]) => JSON.stringify({ keys });

function refusal(text: string): AppError {
  try {
    readKeyRing(text, 'INTEGRATIONS_KEYRING');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('what is read', () => {
  test.each([
    ['base64', bytes.toString('base64')],
    ['base64 without padding', bytes.toString('base64').replace('=', '')],
    ['base64url', k],
    ['with a line end, as echo writes it', `  ${k}\n`],
  ])('one key: %s', async (_, text) => {
    const ring = readKeyRing(text, 'x');
    expect(Buffer.from(ring.active.key)).toEqual(bytes);
    expect(ring.kids).toEqual([(await calculateJwkThumbprint({ kty: 'oct', k })).slice(0, 16)]);
  });

  test('a set: its first key is the active one, and all of them open', () => {
    const other = randomBytes(32);
    const ring = readKeyRing(
      ` ${set(oct({ kid: 'b', alg: 'A256GCM', use: 'enc' }), { ...oct({ k: other.toString('base64url') }), kid: 'a' })}\n`,
      'x',
    );
    expect([ring.active.kid, ring.kids]).toEqual(['b', ['b', 'a']]);
    expect([ring.find('b'), ring.find('a'), ring.find('c')]).toEqual([bytes, other, undefined]);
  });

  test('a key without an id is named by its RFC 7638 thumbprint', async () => {
    const thumbprint = await calculateJwkThumbprint({ kty: 'oct', k }, 'sha256');
    expect(readKeyRing(set(oct()), 'x').kids).toEqual([thumbprint.slice(0, 16)]);
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), (count) => {
        const [first, ...others] = Array.from({ length: count }, newRingKey);
        const ring = createKeyRing([first as RingKey, ...others]);
        const again = readKeyRing(writeKeyRing(ring), 'x');
        expect(again.keys.map(({ kid, key }) => [kid, Buffer.from(key)])).toEqual(
          ring.keys.map(({ kid, key }) => [kid, Buffer.from(key)]),
        );
      }),
    );
  });
});

describe('what is refused', () => {
  test.each([
    ['an empty text', ''],
    ['a word', 'changeit'],
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['hexadecimal', bytes.toString('hex')],
    ['two keys in two lines', `${k}\n${k}`],
    ['half a set', set(oct()).slice(0, -5)],
    ['a key that is no set', JSON.stringify(oct())],
    ['keys that are no list', JSON.stringify({ keys: oct() })],
    ['an empty set', set()],
    ['null in a set', set(null)],
    ['text in a set', set(k)],
    ['a key of another kind', set(oct({ kty: 'RSA' }))],
    ['a key without k', set({ kty: 'oct', kid: 'a' })],
    ['a key of 16 bytes', set(oct({ k: randomBytes(16).toString('base64url') }))],
    ['k that is a number', set(oct({ k: 7 }))],
    ['a kid that is a number', set(oct({ kid: 7 }))],
    ['an empty kid', set(oct({ kid: '' }))],
    ['a kid with a line end', set(oct({ kid: 'a\n' }))],
    ['a kid of 65 letters', set(oct({ kid: 'x'.repeat(65) }))],
    ['two keys of one id', set(oct({ kid: 'a' }), oct({ kid: 'a', k: randomBytes(32).toString('base64url') }))],
    ['one key twice', set(oct(), oct())],
    ['a good key before a bad one', set(oct(), oct({ kty: 'EC' }))],
  ])('%s', (_, text) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', exitStatus: 4 });
    expect(error.message).toMatch(/^INTEGRATIONS_KEYRING/);
    const told = `${error.message} ${error.hint} ${JSON.stringify(error.details)}`;
    for (const secret of [k, bytes.toString('base64'), bytes.toString('hex')]) expect(told).not.toContain(secret);
    if (text.length > 3) expect(told).not.toContain(text);
  });

  test('any text: never by a bug, and never quoted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 8 }), fc.json()), (text) => {
        const error = refusal(text);
        expect(error.code).toBe('KEY_UNAVAILABLE');
        if (text.length > 8) expect(error.message).not.toContain(text);
      }),
    );
  });

  test('the key that is wrong is counted, not shown', () => {
    expect(refusal(set(oct({ kid: 'a' }), oct({ kid: 'b', kty: 'EC' }))).message).toContain('key 2');
  });
});

describe('changing a ring', () => {
  const key = (kid: string): RingKey => ({ kid, key: randomBytes(32) });
  const [a, b, c] = [key('a'), key('b'), key('c')];

  test('added keys only open; a key that is there already stays as it is', () => {
    const ring = withKeys(createKeyRing([a, b]), [c, a]);
    expect([ring.active, ring.kids]).toEqual([a, ['a', 'b', 'c']]);
  });

  test('another key under an id that is taken is a conflict, not a silent loss', () => {
    const other = key('b');
    expect(() => withKeys(createKeyRing([a, b]), [c, other])).toThrow(
      expect.objectContaining({ code: 'CONFLICT', details: { kid: 'b' } }),
    );
  });

  test('the activated key seals, and none is lost', () => {
    const ring = withActive(createKeyRing([a, b, c]), 'c');
    expect([ring.active, ring.kids]).toEqual([c, ['c', 'a', 'b']]);
    expect(withActive(ring, 'c').kids).toEqual(ring.kids);
  });

  test('a key that is not there cannot be activated', () => {
    expect(() => withActive(createKeyRing([a]), 'z')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', details: { keys: ['a'] } }),
    );
  });

  test('a key that only opens can go; the active one and one that is not there cannot', () => {
    const ring = withoutKey(createKeyRing([a, b, c]), 'b');
    expect([ring.active, ring.kids]).toEqual([a, ['a', 'c']]);
    expect(() => withoutKey(ring, 'a')).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(() => withoutKey(ring, 'b')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  test('no new key has an id that looks like a flag', () => {
    const kids = Array.from({ length: 1_000 }, () => newRingKey().kid);
    expect(kids.filter((kid) => !/^\w[\w-]{15}$/.test(kid))).toEqual([]);
  });
});
