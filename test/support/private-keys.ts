import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
export const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
export const ed25519 = generateKeyPairSync('ed25519');

export function pem(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' | 'spki' = 'pkcs8'): string {
  return key.export({ type, format: 'pem' } as never).toString();
}

export function encrypted(key: KeyObject, type: 'pkcs8' | 'pkcs1' = 'pkcs8'): string {
  return key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }).toString();
}

export function labelled(text: string, label: string): string {
  return text.replaceAll('PRIVATE KEY', label);
}
