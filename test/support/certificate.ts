import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';
import { run } from './programs.ts';
import { type Certificate, filesIn, newKey, readCertificate, selfSigned, thisMachine } from './self-signed.ts';

/** A new certificate that signs itself, for localhost and 127.0.0.1. */
export async function certificate(): Promise<Certificate> {
  return selfSigned(newFolder(), thisMachine);
}

export interface Authority {
  /** Its own certificate, as `ssl-ca` wants it. */
  path: string;
  /** @param names such as `DNS:localhost` or `IP:127.0.0.1`; none: only a common name */
  sign(options: { names: string[]; commonName?: string; days?: number }): Promise<Certificate>;
}

/** Who signs certificates that others ask for. */
export async function authority(): Promise<Authority> {
  const own = await selfSigned(newFolder(), ['-subj', '/CN=An authority']);
  return {
    path: own.path,
    async sign({ names, commonName = 'a server', days = 2 }) {
      const folder = newFolder();
      const { key, cert } = filesIn(folder);
      const [request, extensions] = [join(folder, 'request.pem'), join(folder, 'extensions')];
      writeFileSync(extensions, names.length > 0 ? `subjectAltName=${names.join(',')}` : '');
      await run('openssl', ['req', '-new', ...newKey, '-subj', `/CN=${commonName}`, '-keyout', key, '-out', request]);
      const by = ['-CA', own.path, '-CAkey', own.keyPath, '-extfile', extensions];
      await run('openssl', ['x509', '-req', '-in', request, ...by, '-days', String(days), '-out', cert]);
      return readCertificate(folder);
    },
  };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'integrations-certificate-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  return folder;
}
