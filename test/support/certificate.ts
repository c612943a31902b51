import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';
import { run } from './programs.ts';

export interface Certificate {
  key: string;
  cert: string;
  /** For NODE_EXTRA_CA_CERTS. */
  path: string;
  keyPath: string;
}

const newKey = ['-newkey', 'rsa:2048', '-nodes'];

/** A new certificate that signs itself, for localhost and 127.0.0.1. */
export async function certificate(): Promise<Certificate> {
  return selfSigned(['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']);
}

export interface Authority {
  /** Its own certificate, as `ssl-ca` wants it. */
  path: string;
  /** @param names such as `DNS:localhost` or `IP:127.0.0.1`; none: only a common name */
  sign(options: { names: string[]; commonName?: string; days?: number }): Promise<Certificate>;
}

/** Who signs certificates that others ask for. */
export async function authority(): Promise<Authority> {
  const own = await selfSigned(['-subj', '/CN=An authority']);
  return {
    path: own.path,
    async sign({ names, commonName = 'a server', days = 2 }) {
      const { folder, key, cert } = newFolder();
      const [request, extensions] = [join(folder, 'request.pem'), join(folder, 'extensions')];
      writeFileSync(extensions, names.length > 0 ? `subjectAltName=${names.join(',')}` : '');
      await run('openssl', ['req', '-new', ...newKey, '-subj', `/CN=${commonName}`, '-keyout', key, '-out', request]);
      const by = ['-CA', own.path, '-CAkey', own.keyPath, '-extfile', extensions];
      await run('openssl', ['x509', '-req', '-in', request, ...by, '-days', String(days), '-out', cert]);
      return read(key, cert);
    },
  };
}

async function selfSigned(options: string[]): Promise<Certificate> {
  const { key, cert } = newFolder();
  await run('openssl', ['req', '-x509', ...newKey, '-days', '2', ...options, '-keyout', key, '-out', cert]);
  return read(key, cert);
}

function newFolder(): { folder: string; key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'integrations-certificate-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  return { folder, key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
}

function read(keyPath: string, path: string): Certificate {
  return { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(path, 'utf8'), path, keyPath };
}
