import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './programs.ts';

export interface Certificate {
  key: string;
  cert: string;
  /** For NODE_EXTRA_CA_CERTS. */
  path: string;
  keyPath: string;
}

export const newKey = ['-newkey', 'rsa:2048', '-nodes'];
export const thisMachine = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];

/** A new certificate that signs itself, in a folder that is there. */
export async function selfSigned(folder: string, options: readonly string[]): Promise<Certificate> {
  const { key, cert } = filesIn(folder);
  await run('openssl', ['req', '-x509', ...newKey, '-days', '2', ...options, '-keyout', key, '-out', cert]);
  return readCertificate(folder);
}

export function filesIn(folder: string): { key: string; cert: string } {
  return { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
}

export function readCertificate(folder: string): Certificate {
  const { key, cert } = filesIn(folder);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), path: cert, keyPath: key };
}
