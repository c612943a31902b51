import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mysqlRows } from './mysql.ts';
import { findProgram, installDebianPackages, mayInstallDebianPackages, run } from './programs.ts';
import { type Supervised, supervise } from './supervised.ts';

/** What a test worker needs to know of the server; `admin` may do everything, `user` only what a host would grant. */
export interface MysqlServer {
  admin: { url: string; password: string };
  user: { name: string; password: string };
  /** Databases of this run are named with it, and `user` may use no others. */
  prefix: string;
}

export interface StartedMysql extends MysqlServer {
  how: string;
  stop(): Promise<void>;
}

/** The server that INTEGRATIONS_TEST_MYSQL_URL names, else a private one below `directory`. */
export async function startMariadb(directory: string): Promise<StartedMysql> {
  const given = process.env['INTEGRATIONS_TEST_MYSQL_URL'];
  if (given) return useServer(given);

  mkdirSync(directory, { recursive: true });
  const { how, program } = await findServer();
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const server = program
    ? await startProgram(program, directory, port, password)
    : startContainer(directory, port, password);
  const admin = { url: `mysql://root@127.0.0.1:${port}/`, password };
  await server.until(() => mysqlRows(admin, 'SELECT 1'));
  return { ...(await makeUser(admin)), how, stop: server.stop };
}

const image = 'mariadb:11';

/** A host's server as it may well be: neither its character set nor its time zone is what we would like. */
const unlikeOurs = [
  '--character-set-server=latin1',
  '--collation-server=latin1_swedish_ci',
  '--default-time-zone=+05:45',
  '--skip-name-resolve',
];

/** Nothing here has to survive a crash. */
export const fast = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--loose-innodb-flush-method=nosync',
  '--innodb-buffer-pool-size=64M',
  '--loose-performance-schema=0',
  '--skip-log-bin',
  '--max-connections=200',
];

async function startProgram(program: string, directory: string, port: number, password: string): Promise<Supervised> {
  const data = join(directory, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const common = ['--no-defaults', ...asRoot, `--datadir=${data}`];

  const isMariadb = execFileSync(program, ['--version'], { encoding: 'utf8' }).includes('MariaDB');
  const installer = findProgram('mariadb-install-db', 'mysql_install_db');
  if (isMariadb && installer) {
    await run(installer, [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
  } else {
    await run(program, [...common, '--initialize-insecure']);
  }

  const init = join(directory, 'init.sql');
  const accounts = [
    `CREATE USER 'root'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;`,
    `DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';`,
  ];
  writeFileSync(init, accounts.join('\n'), { mode: 0o600 });
  const own = [`--socket=${join(directory, 's')}`, `--pid-file=${join(directory, 'pid')}`, `--init-file=${init}`];
  const address = ['--bind-address=127.0.0.1', `--port=${port}`, '--loose-mysqlx=0'];
  return supervise(program, [...common, ...own, ...address, ...unlikeOurs, ...fast], { log: join(directory, 'log') });
}

function startContainer(directory: string, port: number, password: string): Supervised {
  const options = [
    'run',
    '--rm',
    '-p',
    `127.0.0.1:${port}:3306`,
    '-e',
    'MARIADB_ROOT_PASSWORD',
    '-e',
    'MARIADB_ROOT_HOST',
  ];
  return supervise('docker', [...options, image, ...unlikeOurs, ...fast], {
    env: { ...process.env, MARIADB_ROOT_PASSWORD: password, MARIADB_ROOT_HOST: '%' },
    log: join(directory, 'log'),
  });
}

async function findServer(): Promise<{ how: string; program?: string }> {
  const found = findProgram('mariadbd', 'mysqld');
  if (found) return { how: `found ${found}`, program: found };

  if (mayInstallDebianPackages()) {
    await installDebianPackages('mariadb-server');
    const program = findProgram('mariadbd', 'mysqld');
    if (program) return { how: `installed the package mariadb-server: ${program}`, program };
  }

  const answers = await run('docker', ['info']).then(
    () => true,
    () => false,
  );
  if (answers) {
    await run('docker', ['pull', '--quiet', image]);
    return { how: `runs ${image} in Docker` };
  }

  throw new Error(
    'The tests need a MariaDB or MySQL server: install mariadb-server (its service need not run), or start Docker, ' +
      "or name a server in INTEGRATIONS_TEST_MYSQL_URL with an administrator's account.",
  );
}

async function useServer(given: string): Promise<StartedMysql> {
  const url = new URL(given);
  const password = decodeURIComponent(url.password);
  url.password = '';
  url.pathname = '/';
  const admin = { url: url.href, password };
  const server = await makeUser(admin);
  return {
    ...server,
    how: `uses ${url.host}, which INTEGRATIONS_TEST_MYSQL_URL names`,
    async stop() {
      const sql = 'SELECT schema_name AS name FROM information_schema.schemata WHERE LEFT(schema_name, ?) = ?';
      const left = await mysqlRows(admin, sql, [server.prefix.length, server.prefix]);
      for (const { name } of left) await mysqlRows(admin, `DROP DATABASE \`${name}\``);
      await mysqlRows(admin, `DROP USER '${server.user.name}'@'%'`);
    },
  };
}

async function makeUser(admin: MysqlServer['admin']): Promise<MysqlServer> {
  const name = `it_${randomBytes(4).toString('hex')}`;
  const password = `it's a \\ "test": ${randomBytes(8).toString('hex')} @/?#%`;
  await mysqlRows(admin, 'CREATE USER ?@? IDENTIFIED BY ?', [name, '%', password]);
  const pattern = `${name}_%`.replaceAll('_', '\\_');
  await mysqlRows(admin, `GRANT ALL PRIVILEGES ON \`${pattern}\`.* TO ?@?`, [name, '%']);
  return { admin, user: { name, password }, prefix: `${name}_` };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
