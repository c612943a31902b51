import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createKeyRing } from '../../../src/crypto/key-ring.ts';
import { createSealer, sealedUnder } from '../../../src/crypto/seal.ts';
import { anyText, fuzz, mutated } from '../../support/fuzz.ts';

const keyOf = (name: string) => ({ kid: name, key: createHash('sha256').update(name).digest() });
const ring = createKeyRing([keyOf('one'), keyOf('two')]);
const sealer = createSealer(ring, 'tenant-a');
const other = createSealer(ring, 'tenant-b');
const place = { table: 'tenant_scm_integrations', column: 'accessToken', id: 'scm_1' };
const plain = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const sealed = sealer.seal(new Secret(plain, []), place);
const [header = '', , iv = '', text = '', tag = ''] = sealed.split('.');
const neighbours = [
  sealer.seal(new Secret('other', []), { ...place, column: 'refreshToken' }),
  sealer.seal(new Secret('other', []), { ...place, id: 'scm_2' }),
  other.seal(new Secret('other', []), place),
];

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
const value = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.constantFrom('dir', 'A256GCM', 'none', 'one', 'two', members['ctx'], ['ctx']),
);
const headers = fc.oneof(
  fc
    .dictionary(fc.constantFrom('alg', 'enc', 'kid', 'ctx', 'aud', 'crit', 'zip', '__proto__', 'b64'), value)
    .map((changed) => encoded({ ...members, ...changed })),
  fc
    .subarray(Object.keys(members))
    .map((kept) => encoded(Object.fromEntries(kept.map((name) => [name, members[name]])))),
  mutated(Buffer.from(header, 'base64url').toString()).map((json) => Buffer.from(json).toString('base64url')),
  mutated(header),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => Buffer.from('['.repeat(depth)).toString('base64url')),
);
const part = (own: string) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(own) }, { weight: 1, arbitrary: mutated(own) });

const values = fc.oneof(
  mutated(sealed),
  fc.tuple(headers, part(''), part(iv), part(text), part(tag)).map((parts) => parts.join('.')),
  fc
    .array(fc.constantFrom(header, '', iv, text, tag, ...neighbours.flatMap((each) => each.split('.'))), {
      maxLength: 7,
    })
    .map((parts) => parts.join('.')),
  fc.constantFrom(...neighbours),
  anyText,
);

test('a sealed value, whatever stands there: what was sealed here, or a refusal', async () => {
  await fuzz('sealed value', values, (given) => {
    const kid = sealedUnder(given);
    expect(kid === undefined || typeof kid === 'string').toBe(true);
    let opened: Secret | undefined;
    try {
      opened = sealer.open(given, place);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(['DECRYPTION_FAILED', 'KEY_UNAVAILABLE']).toContain((error as AppError).code);
      expect((error as AppError).message).not.toContain(plain.slice(0, 12));
      expect((error as AppError).message.length).toBeLessThan(500);
    }
    if (opened) expect([given, opened.reveal()]).toEqual([sealed, plain]);
  });
});
