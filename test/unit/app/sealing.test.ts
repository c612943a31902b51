import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { createSealing } from '../../../src/app/sealing.ts';
import { AppError } from '../../../src/core/error.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createKeyRing, type KeyRing, newRingKey } from '../../../src/crypto/key-ring.ts';
import { createSealer, sealedUnder } from '../../../src/crypto/seal.ts';
import { openInMemory } from '../../../src/db/sqlite.ts';

const queries = openInMemory();
beforeAll(async () => {
  for (const { up } of migrations) await up(queries);
});
afterAll(() => queries.destroy());

const [old, fresh] = [newRingKey(), newRingKey()];
const place = { table: 't', column: 'c', id: 'i' };
const by = (ring: KeyRing, value: string) => createSealer(ring, 'tenant').seal(new Secret(value, []), place);

/** What a command has that read the ring when the old key was alone in it. */
function sealing() {
  const kept = { ring: createKeyRing([old]) };
  const source = { origin: 'the test', store: 'file', load: async () => kept.ring } as const;
  return { kept, ...createSealing({ source: async () => source, ring: source.load, queries: async () => queries }) };
}

test('it goes on sealing with the key it began with, and opens what newer ones sealed once it took them', async () => {
  const { kept, sealers, takeNewKeys } = sealing();
  const sealerOf = await sealers();
  kept.ring = createKeyRing([fresh, old]);
  const sealed = by(kept.ring, 'x');
  expect(() => sealerOf('tenant').open(sealed, place)).toThrow(AppError);
  await takeNewKeys();
  expect(sealerOf('tenant').open(sealed, place).reveal()).toBe('x');
  expect(sealedUnder(sealerOf('tenant').seal(new Secret('x', []), place))).toBe(old.kid);
});

test('what lacks a key that was made since is done again, and nothing else is', async () => {
  const { kept, openers, withNewKeys } = sealing();
  const opener = (await openers())('tenant');
  let tries = 0;
  const opening = (sealed: string) =>
    withNewKeys(() => {
      tries += 1;
      return opener.open(sealed, place).reveal();
    });
  kept.ring = createKeyRing([fresh, old]);
  expect([await opening(by(kept.ring, 'x')), tries]).toEqual(['x', 2]);
  expect([await opening(by(kept.ring, 'y')), tries]).toEqual(['y', 3]);
  const foreign = by(createKeyRing([newRingKey()]), 'x');
  await expect(opening(foreign)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
  await expect(opening('altered')).rejects.toMatchObject({ code: 'DECRYPTION_FAILED' });
  expect(tries).toBe(5);
});

test('its key must still be in the ring when it stores; where it sealed nothing, nothing is asked', async () => {
  const { kept, openers, confirmKey } = sealing();
  await openers();
  kept.ring = createKeyRing([fresh, old]);
  await confirmKey();
  kept.ring = createKeyRing([fresh]);
  await expect(confirmKey()).rejects.toMatchObject({ code: 'CONFLICT' });
  await sealing().confirmKey();
});

test('the same credential under another key is the same; another one, or one that does not open, is not', async () => {
  const { kept, sameCredential } = sealing();
  const before = by(kept.ring, 'x');
  kept.ring = createKeyRing([fresh, old]);
  const same = (current: string) => sameCredential('tenant', place, [before, current]);
  expect(await same(by(kept.ring, 'x'))).toBe(true);
  expect(await same(by(kept.ring, 'y'))).toBe(false);
  expect(await same(by(createKeyRing([newRingKey()]), 'x'))).toBe(false);
  expect(await same('x')).toBe(false);
});
