import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/error.ts';

const keyBytes = 32;

export interface RingKey {
  kid: string;
  key: Uint8Array;
}

/** The keys that open sealed values; the active one, the first, also seals. */
export interface KeyRing {
  readonly active: RingKey;
  readonly keys: readonly RingKey[];
  readonly kids: readonly string[];
  find(kid: string): Uint8Array | undefined;
}

export function createKeyRing(keys: readonly [RingKey, ...RingKey[]]): KeyRing {
  const byId = new Map(keys.map(({ kid, key }) => [kid, key]));
  return { active: keys[0], keys, kids: [...byId.keys()], find: (kid) => byId.get(kid) };
}

export function newRingKey(): RingKey {
  const made = namedByThumbprint(randomBytes(keyBytes));
  // On a command line it would look like a flag.
  return made.kid.startsWith('-') ? newRingKey() : made;
}

/**
 * Reads a ring: a JSON Web Key Set of `oct` keys (RFC 7517), or one base64 key of 32 bytes.
 * @param origin what the text came from, for messages such as `INTEGRATIONS_KEYRING`
 * @throws AppError KEY_UNAVAILABLE; the text is never quoted
 */
export function readKeyRing(text: string, origin: string): KeyRing {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return createKeyRing(readKeySet(trimmed, origin));
  const key = decodeKey(trimmed);
  if (!key) throw malformed(origin, 'is neither a JSON Web Key Set nor one base64 key of 32 bytes');
  return createKeyRing([namedByThumbprint(key)]);
}

/** The ring as a JSON Web Key Set, the active key first. It holds the keys in plain text. */
export function writeKeyRing(ring: KeyRing): string {
  const keys = ring.keys.map(({ kid, key }) => ({
    kty: 'oct',
    kid,
    alg: 'A256GCM',
    k: Buffer.from(key).toString('base64url'),
  }));
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

/**
 * The ring with further keys that only open; keys that it has already stay as they are.
 * @throws AppError CONFLICT when it has another key of the same id
 */
export function withKeys(ring: KeyRing, added: readonly RingKey[]): KeyRing {
  const fresh = added.filter(({ kid }) => ring.find(kid) === undefined);
  const other = added.find(({ kid, key }) => !Buffer.from(key).equals(ring.find(kid) ?? key));
  if (other) {
    throw new AppError('CONFLICT', `the ring has another key with the id "${other.kid}"`, {
      hint: 'Give one of the two another "kid"; values that are sealed under it name it in their header.',
      details: { kid: other.kid },
    });
  }
  return createKeyRing([ring.active, ...ring.keys.slice(1), ...fresh]);
}

/** The ring with another of its keys as the one that seals. */
export function withActive(ring: KeyRing, kid: string): KeyRing {
  const active = ring.keys.find((key) => key.kid === kid);
  if (!active) throw notInRing(ring, kid);
  return createKeyRing([active, ...ring.keys.filter((key) => key !== active)]);
}

/**
 * The ring without a key that only opens.
 * @throws AppError NOT_FOUND | CONFLICT for the active key
 */
export function withoutKey(ring: KeyRing, kid: string): KeyRing {
  if (ring.find(kid) === undefined) throw notInRing(ring, kid);
  if (ring.active.kid === kid) {
    throw new AppError('CONFLICT', `the key ${kid} is the active one`, {
      hint: 'integrations key rotate makes another one and seals everything again under it.',
      details: { kid },
    });
  }
  return createKeyRing([ring.active, ...ring.keys.slice(1).filter((key) => key.kid !== kid)]);
}

function namedByThumbprint(key: Uint8Array): RingKey {
  // RFC 7638: the thumbprint of an oct key is over its members k and kty, in this order.
  const canonical = JSON.stringify({ k: Buffer.from(key).toString('base64url'), kty: 'oct' });
  return { kid: createHash('sha256').update(canonical).digest('base64url').slice(0, 16), key };
}

function readKeySet(text: string, origin: string): [RingKey, ...RingKey[]] {
  let parsed: { keys?: unknown };
  try {
    parsed = JSON.parse(text) as { keys?: unknown };
  } catch {
    throw malformed(origin, 'starts like JSON but does not parse');
  }
  if (!Array.isArray(parsed.keys)) throw malformed(origin, 'is not a JSON Web Key Set: it has no list "keys"');
  const keys = parsed.keys.map((entry: unknown, index) => readKey(entry, `${origin}, key ${index + 1},`));
  const [first, ...others] = keys;
  if (!first) throw malformed(origin, 'holds no key');
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw malformed(origin, 'has two keys with the same id');
  return [first, ...others];
}

function readKey(entry: unknown, origin: string): RingKey {
  if (typeof entry !== 'object' || entry === null) throw malformed(origin, 'is not a key');
  const { kty, k, kid } = entry as Record<string, unknown>;
  if (kty !== 'oct') throw malformed(origin, 'is not of the type "oct"');
  const key = typeof k === 'string' ? decodeKey(k) : undefined;
  if (!key) throw malformed(origin, 'does not hold 32 bytes in base64url');
  if (kid === undefined) return namedByThumbprint(key);
  if (typeof kid !== 'string' || !/^[\w.:-]{1,64}$/.test(kid)) {
    throw malformed(origin, 'has an id that is not 1 to 64 letters, digits, "_", "-", "." or ":"');
  }
  return { kid, key };
}

function decodeKey(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes ? bytes : undefined;
}

function notInRing(ring: KeyRing, kid: string): AppError {
  return new AppError('NOT_FOUND', `no key "${kid}" in the ring`, {
    hint: 'integrations key list',
    details: { keys: ring.kids },
  });
}

function malformed(origin: string, reason: string): AppError {
  return new AppError('KEY_UNAVAILABLE', `${origin} ${reason}`, {
    hint: 'Give the ring as "integrations key export" prints it.',
  });
}
