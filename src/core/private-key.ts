import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Unfit } from './field.ts';

/** `ec-p256` is what App Store Connect signs with, `rsa` what a Google service account does. */
export type KeyKind = 'ec-p256' | 'rsa';

/**
 * Reads a private key given as PEM, as PEM with literal `\n`, or as base64 of PEM.
 * @returns PKCS#8 PEM with `\n` line ends
 * @throws Unfit naming what was found instead; the text is never quoted
 */
export function canonicalPrivateKey(text: string, kind: KeyKind): { pem: string; warning: string | undefined } {
  const given = pemText(text);
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(given)?.[1];
  if (!label) throw new Unfit('is not a private key in PEM form ("-----BEGIN PRIVATE KEY-----")');
  if (label.includes('CERTIFICATE')) throw new Unfit('is a certificate, not a private key');
  if (label.includes('PUBLIC KEY')) throw new Unfit('is a public key, not the private one');
  if (label.includes('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(given)) {
    throw new Unfit('is protected by a passphrase; give the key without one');
  }
  const key = parsed(given);
  checkKind(key, kind);
  if (kind === 'ec-p256' && label !== 'PRIVATE KEY') {
    throw new Unfit(`is in the form "${label}"; give the .p8 file as Apple made it ("PRIVATE KEY")`);
  }
  if (!signs(key)) throw new Unfit('does not sign and verify a test text; the key is damaged');
  const warning = label === 'PRIVATE KEY' ? undefined : `The private key came as "${label}"; it is stored as PKCS#8.`;
  return { pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(), warning };
}

function pemText(text: string): string {
  const direct = text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r', '').trim();
  if (direct.includes('-----BEGIN')) return direct;
  const decoded = /^[A-Za-z0-9+/_\s-]+=*\s*$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
  return decoded.replaceAll('\r', '').trim();
}

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Unfit('is cut off or damaged: it does not parse as a private key');
  }
}

function checkKind(key: KeyObject, kind: KeyKind): void {
  const type = key.asymmetricKeyType;
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (kind === 'ec-p256') {
    if (type !== 'ec') throw new Unfit(`is of the kind ${type}; App Store Connect keys are EC P-256`);
    if (namedCurve !== 'prime256v1')
      throw new Unfit(`is on the curve ${namedCurve}; App Store Connect keys are on P-256`);
    return;
  }
  if (type !== 'rsa') throw new Unfit(`is of the kind ${type}; service account keys are RSA`);
  if (modulusLength < 2048) throw new Unfit(`has ${modulusLength} bits; service account keys have 2048 or more`);
}

function signs(key: KeyObject): boolean {
  const text = Buffer.from('integrations');
  return verify('sha256', text, createPublicKey(key), sign('sha256', text, key));
}
