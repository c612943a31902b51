import fc from 'fast-check';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createKeyRing, newRingKey, readKeyRing } from '../../../src/crypto/key-ring.ts';
import { createSealer, deriveKey, type Slot, sealedStart, sealedUnder } from '../../../src/crypto/seal.ts';
import vectors from '../../vectors/seal.json' with { type: 'json' };

const { tenant, place, jwk } = vectors;
const ring = readKeyRing(JSON.stringify({ keys: [jwk] }), 'the vectors');
const derived = new Uint8Array(Buffer.from(vectors.derived, 'base64url'));
const sealer = createSealer(ring, tenant);
const plain = 'ghp_exampleToken';
const audience = ['https://api.github.com'];
const secretOf = (value: string, of: readonly string[] = audience) => new Secret(value, of);

function open(sealed: string, at: Slot = place, by = sealer): string {
  return by.open(sealed, at).reveal();
}

function refusal(sealed: string, at: Slot = place, by = sealer): AppError {
  try {
    by.open(sealed, at);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it opened');
}

describe('frozen vectors', () => {
  test('the key of a tenant is derived as ever', () => {
    expect(deriveKey(Buffer.from(jwk.k, 'base64url'), tenant)).toEqual(Buffer.from(vectors.derived, 'base64url'));
  });

  test.each(vectors.opens)('opens: $name', ({ sealed, plain, aud }) => {
    const opened = sealer.open(sealed, place);
    expect([opened.reveal(), opened.audience]).toEqual([plain, aud]);
  });

  test.each(vectors.refuses)('refused: $name', ({ sealed, code, message }) => {
    const error = refusal(sealed);
    expect(error).toMatchObject({
      code,
      exitStatus: 4,
      field: place.column,
      message: expect.stringContaining(message),
    });
    expect(error.message).toMatch(new RegExp(`^${place.column} of ${place.id} `));
    for (const secret of [plain, jwk.k, vectors.derived])
      expect(`${error.message} ${error.hint}`).not.toContain(secret);
  });

  test('what happened is told apart', () => {
    const [{ sealed } = { sealed: '' }] = vectors.opens;
    const told = [
      refusal(sealed, { ...place, id: 'scm_other' }),
      refusal(sealed, { ...place, column: 'refreshToken' }),
      refusal(sealed, { ...place, table: 'tenant_target_integrations' }),
      refusal(sealed, place, createSealer(createKeyRing([newRingKey()]), tenant)),
      refusal(sealed, place, createSealer(ring, tenant.replace('a', 'b'))),
      refusal(sealed.slice(0, -10)),
      refusal(plain),
    ].map(({ message }) => message);
    expect(new Set(told).size).toBe(told.length);
  });
});

describe('any text', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 500 }));
  const word = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,40}$/);
  const anyPlace = fc.record({ table: word, column: word, id: word });

  test('comes out as it went in, at its place and for its tenant', () => {
    fc.assert(
      fc.property(text, anyPlace, word, (value, at, tenantId) => {
        const by = createSealer(ring, tenantId);
        expect(open(by.seal(secretOf(value), at), at, by)).toBe(value);
      }),
    );
  });

  test('keeps its audience, and is not sealed before it has one', () => {
    fc.assert(
      fc.property(fc.array(fc.webUrl()), fc.array(fc.webUrl()), (one, other) => {
        const sealed = [one, other, one].map((of) => sealer.seal(secretOf(plain, of), place));
        expect(sealed.map((each) => sealer.open(each, place).audience)).toEqual([one, other, one]);
      }),
    );
    expect(() => sealer.seal(new Secret(plain), place)).toThrow(/nobody said where accessToken/);
  });

  test('does not open at another place', () => {
    fc.assert(
      fc.property(text, anyPlace, anyPlace, (value, at, other) => {
        fc.pre(`${at.table}/${at.column}/${at.id}` !== `${other.table}/${other.column}/${other.id}`);
        expect(refusal(sealer.seal(secretOf(value), at), other).code).toBe('DECRYPTION_FAILED');
      }),
    );
  });

  test('of 32 KB fits its column once it is sealed', () => {
    const sealed = sealer.seal(secretOf('x'.repeat(32 * 1024)), { ...place, id: 'x'.repeat(255) });
    expect(sealed.length).toBeLessThan(65_535);
  });
});

test('each seal has a nonce of its own', () => {
  const nonces = Array.from({ length: 2_000 }, () => sealer.seal(secretOf(plain), place).split('.')[2]);
  expect(new Set(nonces).size).toBe(nonces.length);
});

test('any character that is changed, dropped or added is refused', () => {
  const sealed = sealer.seal(secretOf('!'), place);
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\u00e9\u0000'];
  const opened: string[] = [];
  const tried = (altered: string) => {
    if (altered === sealed) return;
    try {
      sealer.open(altered, place);
      opened.push(altered);
    } catch (error) {
      if (!(error instanceof AppError && /DECRYPTION_FAILED|KEY_UNAVAILABLE/.test(error.code))) throw error;
    }
  };
  for (let at = 0; at <= sealed.length; at += 1) {
    tried(sealed.slice(0, at) + sealed.slice(at + 1));
    for (const char of alphabet) {
      tried(sealed.slice(0, at) + char + sealed.slice(at + 1));
      tried(sealed.slice(0, at) + char + sealed.slice(at));
    }
  }
  expect(opened).toEqual([]);
});

test('whatever text stands there, it is refused and not quoted', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ minLength: 20 }), fc.base64String({ minLength: 20 })), (text) => {
      expect(refusal(text).message).not.toContain(text);
    }),
  );
});

describe('with the package jose', () => {
  const options = { crit: { ctx: true, aud: true } };

  test('it opens what we seal, where it understands ctx and aud', async () => {
    const sealed = sealer.seal(secretOf('日本語 ghp_x'), place);
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, derived, options);
    expect(new TextDecoder().decode(plaintext)).toBe('日本語 ghp_x');
    const ctx = `${place.table}/${place.column}/${place.id}`;
    expect(protectedHeader).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: jwk.kid,
      ctx,
      aud: audience,
      crit: ['ctx', 'aud'],
    });
    await expect(compactDecrypt(sealed, derived)).rejects.toThrow(/ctx/);
    await expect(compactDecrypt(sealed, derived, { crit: { ctx: true } })).rejects.toThrow(/aud/);
  });

  test('we open what it seals', async () => {
    const header = decodeProtectedHeader(sealer.seal(secretOf('x'), place));
    const sealed = await new CompactEncrypt(new TextEncoder().encode('made elsewhere 日本語'))
      .setProtectedHeader(header as { alg: string; enc: string })
      .encrypt(derived, options);
    const opened = sealer.open(sealed, place);
    expect([opened.reveal(), opened.audience]).toEqual(['made elsewhere 日本語', audience]);
  });
});

describe('the keys', () => {
  const [old, fresh] = [newRingKey(), newRingKey()];

  test('the active one seals, and the others still open', () => {
    const before = createSealer(createKeyRing([old]), tenant).seal(secretOf(plain), place);
    const both = createSealer(createKeyRing([fresh, old]), tenant);
    expect(open(before, place, both)).toBe(plain);
    expect([sealedUnder(before), sealedUnder(both.seal(secretOf(plain), place))]).toEqual([old.kid, fresh.kid]);
  });

  test('the id of a key is read without opening, and of nothing else', () => {
    expect(sealedUnder(vectors.opens[0]?.sealed ?? '')).toBe(jwk.kid);
    expect(sealedUnder((vectors.opens[0]?.sealed ?? '').slice(0, 260))).toBe(jwk.kid);
    for (const text of ['', plain, 'a.b', '{"kid":"x"}', 'bnVsbA..', 'W10..'])
      expect(sealedUnder(text)).toBeUndefined();
  });

  test('a value begins as its key makes it, and as no other key does', () => {
    const kid = fc.stringMatching(/^[\w.:-]{1,64}$/);
    fc.assert(
      fc.property(kid, kid, fc.string(), (one, other, value) => {
        const sealed = createSealer(createKeyRing([{ kid: one, key: old.key }]), tenant).seal(secretOf(value), place);
        expect(sealed.startsWith(sealedStart(one))).toBe(true);
        expect(sealed.startsWith(sealedStart(other))).toBe(one === other);
      }),
    );
  });

  test('two tenants have two keys, and so have two rings', () => {
    const keys = [deriveKey(old.key, 'a'), deriveKey(old.key, 'b'), deriveKey(fresh.key, 'a')];
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(3);
    expect(keys.map(({ length }) => length)).toEqual([32, 32, 32]);
  });
});
