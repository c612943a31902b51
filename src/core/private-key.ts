import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Unfit } from './field.ts';
import { derLabel, isCutDer } from './pasted/der.ts';
import { type PemBlock, pemBlocks } from './pasted/pem.ts';
import { unwrapped } from './pasted/unwrapped.ts';

/** The keys that a provider takes, and how it speaks of them. */
export interface KeyRule {
  kind: 'ec-p256' | 'rsa';
  /** In the plural, such as `service account keys`. */
  name: string;
  /** What to give in place of a key that is not in PKCS#8; where it is not said, such a key is taken too. */
  pkcs8Only?: string;
}

interface FoundKey {
  key: KeyObject;
  /** The label of the form that it came in. */
  form: string;
}

/**
 * Reads a private key in whatever shape it arrives: a key proves itself, so every wrapping is taken off until there is
 * one that parses and signs.
 * @returns PKCS#8 PEM with `\n` line ends
 * @throws Unfit naming what was found instead; the text is never quoted
 */
export function canonicalPrivateKey(text: string, rule: KeyRule): { pem: string; warning: string | undefined } {
  let nearest: Reason = nothingFound(text);
  const found = unwrapped(text, (each) => {
    const keys = pemBlocks(each).flatMap((block) => {
      const read = keyOf(block);
      if ('key' in read) return [read];
      if (read.rank > nearest.rank) nearest = read;
      return [];
    });
    const [first, second] = keys;
    if (first && second && !second.key.equals(first.key)) throw new Unfit('holds two private keys; give only one');
    return first;
  });
  if (!found) throw new Unfit(nearest.reason);
  const { key, form } = found;
  checkKind(key, rule);
  if (rule.pkcs8Only !== undefined && form !== 'PRIVATE KEY') {
    throw new Unfit(`is in the form "${form}"; ${rule.pkcs8Only}`);
  }
  if (!isWhole(key)) throw new Unfit('does not sign and verify a test text; the key is damaged');
  const warning = form === 'PRIVATE KEY' ? undefined : `The private key came as "${form}"; it is stored as PKCS#8.`;
  return { pem: canonical(key).export({ type: 'pkcs8', format: 'pem' }).toString(), warning };
}

/** Why there is no key; what is nearer to one goes before the rest. */
interface Reason {
  rank: number;
  reason: string;
}

function nothingFound(text: string): Reason {
  const wanted = 'is not a private key in PEM form ("-----BEGIN PRIVATE KEY-----")';
  const line = text.trim();
  if (/^(ssh-|ecdsa-)\S+ /.test(line)) return { rank: 1, reason: 'is a public key of SSH, not a private key' };
  if (/^PuTTY-User-Key-File/.test(line)) return { rank: 1, reason: 'is a key file of PuTTY, which no store accepts' };
  if (line.length < 400 && /^(~|\.{1,2})?[/\\]|^[A-Za-z]:[\\/]|\.(p8|pem|key|json|p12|pfx|der|txt)["']?$/i.test(line)) {
    return { rank: 0, reason: `${wanted} but the name of a file; give file:PATH` };
  }
  if (line.startsWith('{')) return { rank: 0, reason: 'is JSON without a private key' };
  return { rank: 0, reason: wanted };
}

const elsewhere: readonly (readonly [label: RegExp, reason: string])[] = [
  [/CERTIFICATE REQUEST/, 'is a request for a certificate, not a private key'],
  [/CERTIFICATE|PKCS7/, 'is a certificate, not a private key'],
  [/PUBLIC/, 'is a public key, not the private one'],
  [/OPENSSH|SSH2/, 'is a key of SSH ("OPENSSH PRIVATE KEY"), which no store accepts'],
  [/PGP/, 'is a key of PGP, which no store accepts'],
];

function keyOf(block: PemBlock): FoundKey | Reason {
  const form = (block.der && derLabel(block.der)) ?? block.label;
  if (block.isEncrypted || form.startsWith('ENCRYPTED')) {
    return { rank: 4, reason: 'is protected by a passphrase; give the key without one' };
  }
  const [, reason] = elsewhere.find(([labels]) => labels.test(form) || labels.test(block.label)) ?? [];
  if (reason !== undefined) return { rank: 2, reason };
  const key = block.der && parsed(block.der, form);
  if (key) return { key, form };
  return block.label.endsWith('PRIVATE KEY') ? { rank: 3, reason: damage(block) } : { rank: 0, reason: '' };
}

function damage({ der, hasBegin, hasEnd }: PemBlock): string {
  const start = 'is cut off or damaged';
  if (!hasBegin) return `${start}: its beginning is missing, with the line "-----BEGIN PRIVATE KEY-----"`;
  if (!hasEnd) return `${start}: its end is missing, with the line "-----END PRIVATE KEY-----"`;
  if (!der) return `${start}: there are characters in it that no key has`;
  if (der.length === 0) return `${start}: nothing stands between its first and its last line`;
  if (isCutDer(der)) return `${start}: a part of it is missing`;
  return `${start}: it does not parse as a private key`;
}

function parsed(der: Buffer, form: string): KeyObject | undefined {
  const type = form.startsWith('RSA') ? 'pkcs1' : form.startsWith('EC') ? 'sec1' : 'pkcs8';
  try {
    return createPrivateKey({ key: der, format: 'der', type });
  } catch {
    return undefined;
  }
}

function checkKind(key: KeyObject, { kind, name }: KeyRule): void {
  const type = key.asymmetricKeyType;
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (kind === 'ec-p256') {
    if (type !== 'ec') throw new Unfit(`is of the kind ${type}; ${name} are EC P-256`);
    if (namedCurve !== 'prime256v1') throw new Unfit(`is on the curve ${namedCurve}; ${name} are on P-256`);
    return;
  }
  if (type !== 'rsa') throw new Unfit(`is of the kind ${type}; ${name} are RSA`);
  if (modulusLength < 2048) throw new Unfit(`has ${modulusLength} bits; ${name} have 2048 or more`);
}

function isWhole(key: KeyObject): boolean {
  const text = Buffer.from('integrations');
  try {
    return hasOwnPrimes(key) && verify('sha256', text, createPublicKey(key), sign('sha256', text, key));
  } catch {
    return false;
  }
}

/** A key of RSA keeps what its file says of its version, which may be wrong while its numbers are right. */
function canonical(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') return key;
  return createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
}

/** A key of RSA signs even where a part is damaged that only makes it quicker, and other programs refuse it. */
function hasOwnPrimes(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true;
  const jwk = key.export({ format: 'jwk' });
  const number = (part: unknown) => BigInt(`0x${Buffer.from(String(part), 'base64url').toString('hex') || '0'}`);
  const [n, e, p, q] = [number(jwk.n), number(jwk.e), number(jwk.p), number(jwk.q)];
  const [d, dp, dq, qi] = [number(jwk.d), number(jwk.dp), number(jwk.dq), number(jwk.qi)];
  const isInverse = (exponent: bigint, prime: bigint) => prime > 1n && (e * exponent) % (prime - 1n) === 1n;
  return (
    n === p * q && isInverse(d, p) && isInverse(d, q) && isInverse(dp, p) && isInverse(dq, q) && (qi * q) % p === 1n
  );
}
