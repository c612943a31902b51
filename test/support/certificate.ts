import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';
import { run } from './programs.ts';

export interface Certificate {
  key: string;
  cert: string;
  /** For NODE_EXTRA_CA_CERTS. */
  path: string;
}

/** A new certificate that signs itself, for localhost and 127.0.0.1. */
export async function certificate(): Promise<Certificate> {
  const folder = mkdtempSync(join(tmpdir(), 'integrations-certificate-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  const [keyPath, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', names, '-keyout', keyPath, '-out', path],
  ]);
  return { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(path, 'utf8'), path };
}
