import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeServer,
  fast,
  givenServer,
  hasData,
  makeUser,
  type StartedDatabase,
  serverOptions,
  startServer,
  unlikeOurs,
} from './database-server.ts';
import { mysqlRows } from './mysql.ts';
import { freePort, onFreePorts } from './ports.ts';
import { findProgram, installDebianPackages, mayInstallDebianPackages, run } from './programs.ts';
import { supervise } from './supervised.ts';

const image = 'mariadb:11';

/** The MariaDB server that INTEGRATIONS_TEST_MARIADB_URL names, else a private one below `directory`. */
export async function startMariadb(directory: string): Promise<StartedDatabase> {
  return (await givenServer('mariadb', 'INTEGRATIONS_TEST_MARIADB_URL')) ?? startOwnMariadb(directory);
}

/** @param more options of this server alone, which one in a container does not get */
export async function startOwnMariadb(directory: string, more: readonly string[] = []): Promise<StartedDatabase> {
  const program = await findServer();
  return program ? startProgram(program, directory, more) : startContainer(directory);
}

async function startProgram(program: string, directory: string, more: readonly string[]): Promise<StartedDatabase> {
  const common = ['--no-defaults', ...serverOptions(directory), ...more];
  if (!hasData(directory)) {
    const installer = findProgram('mariadb-install-db', 'mysql_install_db');
    if (!installer) throw new Error('mariadb-install-db is missing: it comes with the server.');
    await run(installer, [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
  }
  return startServer(program, { directory, common, how: await describeServer(program) });
}

async function startContainer(directory: string): Promise<StartedDatabase> {
  mkdirSync(directory, { recursive: true });
  await run('docker', ['pull', '--quiet', image]);
  const password = randomBytes(12).toString('hex');
  return onFreePorts(async () => {
    const port = await freePort();
    const publish = ['-p', `127.0.0.1:${port}:3306`, '-e', 'MARIADB_ROOT_PASSWORD', '-e', 'MARIADB_ROOT_HOST'];
    const server = supervise('docker', ['run', '--rm', ...publish, image, ...unlikeOurs, ...fast], {
      env: { ...process.env, MARIADB_ROOT_PASSWORD: password, MARIADB_ROOT_HOST: '%' },
      log: join(directory, `log-${port}`),
    });
    const admin = { url: `mysql://root@127.0.0.1:${port}/`, password };
    await server.until(() => mysqlRows(admin, 'SELECT 1'));
    return { ...(await makeUser(admin)), how: `${image} in Docker`, stop: server.stop };
  });
}

/** Nothing where it has to run in a container. */
async function findServer(): Promise<string | undefined> {
  const found = findProgram('mariadbd');
  if (found) return found;

  if (mayInstallDebianPackages()) {
    await installDebianPackages('mariadb-server');
    const installed = findProgram('mariadbd');
    if (installed) return installed;
  }

  const answers = await run('docker', ['info']).then(
    () => true,
    () => false,
  );
  if (answers) return;

  throw new Error(
    'The tests need a MariaDB server: install mariadb-server (its service need not run), or start Docker, ' +
      "or name one in INTEGRATIONS_TEST_MARIADB_URL with an administrator's account: mysql://root:PASSWORD@127.0.0.1:3306/",
  );
}
