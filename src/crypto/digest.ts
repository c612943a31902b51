import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { AppError } from '../core/error.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * Digests of one tenant's texts, by which a text is known again. They are keyed with keys of the ring, so that nobody
 * without it can try out what a short text may have been.
 */
export interface Digester {
  /** Under the active key: 64 characters, which name that key. */
  digest(text: string): string;
  /** @throws AppError KEY_UNAVAILABLE when the ring lacks the key of the digest */
  isOf(digest: string, text: string): boolean;
}

const infoPrefix = 'integrations/digest/v1/';
const nameLength = 20;

/** @param ring as it is at the moment: it may get further keys */
export function createDigester(ring: () => KeyRing, tenantId: string): Digester {
  const under = (kid: string, key: Uint8Array, text: string) => {
    const derived = Buffer.from(hkdfSync('sha256', key, '', infoPrefix + tenantId, 32));
    return `${nameOf(kid)}.${createHmac('sha256', derived).update(text).digest('base64url')}`;
  };
  return {
    digest(text) {
      const { kid, key } = ring().active;
      return under(kid, key, text);
    },

    isOf(digest, text) {
      const own = ring().keys.find(({ kid }) => digest.startsWith(`${nameOf(kid)}.`));
      if (own) return under(own.kid, own.key, text) === digest;
      throw new AppError('KEY_UNAVAILABLE', 'the key under which it was noted what was asked for is not in the ring', {
        hint: 'integrations key import, with the key that was taken out of the ring.',
        details: { keys: ring().kids },
      });
    },
  };
}

/** An id of a key has up to 64 characters of its own. */
function nameOf(kid: string): string {
  return createHash('sha256').update(kid).digest('base64url').slice(0, nameLength);
}
