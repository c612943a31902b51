import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Unfit } from './field.ts';

/** The keys that a provider takes, and how it speaks of them. */
export interface KeyRule {
  kind: 'ec-p256' | 'rsa';
  /** In the plural, such as `service account keys`. */
  name: string;
  /** What to give in place of a key that is not in PKCS#8; where it is not said, such a key is taken too. */
  pkcs8Only?: string;
}

/**
 * Reads a private key given as PEM, as PEM with literal `\n`, or as base64 of PEM.
 * @returns PKCS#8 PEM with `\n` line ends
 * @throws Unfit naming what was found instead; the text is never quoted
 */
export function canonicalPrivateKey(text: string, rule: KeyRule): { pem: string; warning: string | undefined } {
  const given = pemText(text);
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(given)?.[1];
  if (!label) throw new Unfit('is not a private key in PEM form ("-----BEGIN PRIVATE KEY-----")');
  if (label.includes('CERTIFICATE')) throw new Unfit('is a certificate, not a private key');
  if (label.includes('PUBLIC KEY')) throw new Unfit('is a public key, not the private one');
  if (label.includes('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(given)) {
    throw new Unfit('is protected by a passphrase; give the key without one');
  }
  const key = parsed(given);
  checkKind(key, rule);
  if (rule.pkcs8Only !== undefined && label !== 'PRIVATE KEY') {
    throw new Unfit(`is in the form "${label}"; ${rule.pkcs8Only}`);
  }
  if (!signs(key)) throw new Unfit('does not sign and verify a test text; the key is damaged');
  const warning = label === 'PRIVATE KEY' ? undefined : `The private key came as "${label}"; it is stored as PKCS#8.`;
  return { pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(), warning };
}

function pemText(text: string): string {
  const direct = text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r', '').trim();
  if (direct.includes('-----BEGIN')) return direct;
  const decoded = /[^A-Za-z0-9+/_=\s-]/.test(text) ? '' : Buffer.from(text, 'base64').toString('utf8');
  return decoded.replaceAll('\r', '').trim();
}

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Unfit('is cut off or damaged: it does not parse as a private key');
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

function signs(key: KeyObject): boolean {
  const text = Buffer.from('integrations');
  return verify('sha256', text, createPublicKey(key), sign('sha256', text, key));
}
