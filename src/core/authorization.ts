import { createPrivateKey, sign } from 'node:crypto';
import { Secret } from './secret.ts';
import { Undecided } from './verification.ts';

/** Values of the `Authorization` header. */
export function bearer(token: Secret): Secret {
  return token.as(`Bearer ${token.reveal()}`);
}

/** RFC 7617; the password may be empty. */
export function basic(user: string, password: Secret): Secret {
  return password.as(`Basic ${Buffer.from(`${user}:${password.reveal()}`).toString('base64')}`);
}

/** RFC 7617 for a credential that is `user:password` already. */
export function basicPair(pair: Secret): Secret {
  return pair.as(`Basic ${Buffer.from(pair.reveal()).toString('base64')}`);
}

/** Basic for a credential that is `user:password`, Bearer for any other. */
export function basicPairOrBearer(credential: Secret): Secret {
  return credential.reveal().includes(':') ? basicPair(credential) : bearer(credential);
}

/** Bearer for a credential that fits the pattern, any other as it is. */
export function bearerOrBare(credential: Secret, bearing: RegExp): Secret {
  return bearing.test(credential.reveal()) ? bearer(credential) : credential;
}

/** A secret address with another base in place of its own, where it has that one. */
export function rebased(address: Secret, own: string, base: string): Secret {
  const text = address.reveal();
  return text.startsWith(`${own}/`) ? address.as(`${base}${text.slice(own.length)}`) : address;
}

interface Claims {
  header: Readonly<Record<string, string | Secret>>;
  payload: Readonly<Record<string, string | number | Secret>>;
}

/**
 * A signed JWT (RFC 7519), which may go where its key may go. Times are seconds since 1970.
 * @param key PEM; EC P-256 for ES256, RSA for RS256
 * @throws Undecided when the key does not sign
 */
export function signedJwt(algorithm: 'ES256' | 'RS256', key: Secret, { header, payload }: Claims): Secret {
  const parts = [{ alg: algorithm, typ: 'JWT', ...opened(header) }, opened(payload)];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  try {
    // JOSE wants the two numbers of an EC signature side by side (RFC 7518, 3.4); DER is refused.
    const signature = sign('sha256', Buffer.from(text), {
      key: createPrivateKey(key.reveal()),
      dsaEncoding: 'ieee-p1363',
    });
    return key.as(`${text}.${signature.toString('base64url')}`);
  } catch {
    throw new Undecided('MALFORMED', {
      detail: 'the stored private key does not sign',
      hint: 'Store the key again with "integrations ... rotate".',
    });
  }
}

function opened(claims: Readonly<Record<string, string | number | Secret>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
