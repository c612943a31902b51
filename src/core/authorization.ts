import { createPrivateKey, sign } from 'node:crypto';
import { Secret } from './secret.ts';

/** Values of the `Authorization` header. */
export function bearer(token: Secret): Secret {
  return new Secret(`Bearer ${token.reveal()}`);
}

/** RFC 7617; the password may be empty. */
export function basic(user: string, password: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(`${user}:${password.reveal()}`).toString('base64')}`);
}

/** RFC 7617 for a credential that is `user:password` already. */
export function basicPair(pair: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(pair.reveal()).toString('base64')}`);
}

interface Claims {
  header: Readonly<Record<string, string>>;
  payload: Readonly<Record<string, string | number>>;
}

/**
 * A signed JWT (RFC 7519). Times are seconds since 1970.
 * @param key PEM; EC P-256 for ES256, RSA for RS256
 */
export function signedJwt(algorithm: 'ES256' | 'RS256', key: Secret, { header, payload }: Claims): Secret {
  const parts = [{ alg: algorithm, typ: 'JWT', ...header }, payload];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  // JOSE wants the two numbers of an EC signature side by side (RFC 7518, 3.4); DER is refused.
  const signature = sign('sha256', Buffer.from(text), {
    key: createPrivateKey(key.reveal()),
    dsaEncoding: 'ieee-p1363',
  });
  return new Secret(`${text}.${signature.toString('base64url')}`);
}
