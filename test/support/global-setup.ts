import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { DatabaseServer, ServerName } from './database-server.ts';
import { startMariadb } from './mariadb-server.ts';
import { startMysql } from './mysql-server.ts';
import { bringPrograms } from './needed-programs.ts';
import { run } from './programs.ts';
import { type SecretService, startSecretService } from './secret-service.ts';
import { type Certificate, selfSigned, thisMachine } from './self-signed.ts';
import { removeAtEnd } from './supervised.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Everything temporary of this run lies below it and goes with it. */
    runDirectory: string;
    servers: Record<ServerName, DatabaseServer>;
    secretService: SecretService;
    /** Of servers on this machine: every test's own process trusts it, and others that are given it. */
    certificate: Certificate;
  }
}

/** Once a run: builds the product and starts what the tests talk to. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const installed = await bringPrograms();
  const runDirectory = mkdtempSync(join(tmpdir(), 'integrations-test-'));
  const started: { stop(): Promise<void> }[] = [removeAtEnd(runDirectory)];
  const teardown = async () => {
    for (const { stop } of started.splice(0).reverse()) await stop();
  };
  try {
    const { how: mariadbHow, stop: stopMariadb, ...mariadb } = await startMariadb(join(runDirectory, 'mariadb'));
    started.push({ stop: stopMariadb });
    const { how: mysqlHow, stop: stopMysql, ...mysql } = await startMysql(join(runDirectory, 'mysql'));
    started.push({ stop: stopMysql });
    const {
      how: keyringHow,
      stop: stopKeyring,
      ...secretService
    } = await startSecretService(join(runDirectory, 'keyring'));
    started.push({ stop: stopKeyring });
    const certificate = join(runDirectory, 'certificate');
    mkdirSync(certificate);
    const ownCertificate = await selfSigned(certificate, thisMachine);
    // Node reads it when it starts: it holds for the processes of test files, which start after this.
    process.env['NODE_EXTRA_CA_CERTS'] = ownCertificate.path;
    await run('npm', ['run', 'build']);
    const programs = installed ? ` Programs: ${installed}.` : '';
    process.stderr.write(`MariaDB: ${mariadbHow}. MySQL: ${mysqlHow}. Secret Service: ${keyringHow}.${programs}\n`);

    project.provide('runDirectory', runDirectory);
    project.provide('servers', { mariadb, mysql });
    project.provide('secretService', secretService);
    project.provide('certificate', ownCertificate);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}
