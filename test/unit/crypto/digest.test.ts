import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDigester } from '../../../src/crypto/digest.ts';
import { createKeyRing, newRingKey, withActive, withKeys } from '../../../src/crypto/key-ring.ts';

const [old, next] = [newRingKey(), newRingKey()];
const before = createKeyRing([old]);
const rotated = withActive(withKeys(before, [next]), next.kid);

test('a text is known again, by whoever has the key, also once another key is active', () => {
  const digest = createDigester(() => before, 'tenant-a').digest('lane=release');
  expect(digest).toHaveLength(64);
  for (const ring of [before, rotated]) {
    const digester = createDigester(() => ring, 'tenant-a');
    expect([digester.isOf(digest, 'lane=release'), digester.isOf(digest, 'lane=beta')]).toEqual([true, false]);
  }
  expect(createDigester(() => rotated, 'tenant-a').digest('lane=release')).not.toBe(digest);
});

test('nobody can try out a text without the ring, nor another tenant with it', () => {
  const digest = createDigester(() => before, 'tenant-a').digest('lane=release');
  expect(createDigester(() => before, 'tenant-b').isOf(digest, 'lane=release')).toBe(false);
  const plain = createHash('sha256').update('lane=release').digest();
  for (const encoding of ['hex', 'base64url'] as const) expect(digest).not.toContain(plain.toString(encoding));
});

test('what was digested under a key that has left is neither the same nor another', () => {
  const digest = createDigester(() => before, 'tenant-a').digest('lane=release');
  const digester = createDigester(() => createKeyRing([next]), 'tenant-a');
  expect(() => digester.isOf(digest, 'lane=release')).toThrow(expect.objectContaining({ code: 'KEY_UNAVAILABLE' }));
});

test('the name of a key may be as long as it likes', () => {
  const named = createKeyRing([{ ...old, kid: 'k'.repeat(64) }]);
  expect(createDigester(() => named, 'tenant-a').digest('')).toHaveLength(64);
});
