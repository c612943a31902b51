import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { signEd25519 } from '../../../src/db/mariadb-ed25519.ts';

/** What `SELECT ed25519_password(…)` of MariaDB stores: the public key, in base64 without its padding. */
const stored: readonly [password: string, publicKey: string][] = [
  ['secret', 'ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY'],
];

test.each(stored)('the answer is a signature under the key that MariaDB keeps of %j', (password, publicKey) => {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  for (const challenge of [randomBytes(32), Buffer.alloc(32), randomBytes(32)]) {
    const answer = signEd25519(password, challenge);
    expect(answer).toHaveLength(64);
    expect(verify(null, challenge, key, answer)).toBe(true);
    expect(verify(null, challenge, key, signEd25519(`${password}x`, challenge))).toBe(false);
  }
});
