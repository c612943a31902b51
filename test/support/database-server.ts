import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mysqlRows } from './mysql.ts';
import { freePort, onFreePorts } from './ports.ts';
import { run } from './programs.ts';
import { supervise } from './supervised.ts';

export type ServerName = 'mariadb' | 'mysql';

/** What a test worker needs to know of a server; `admin` may do everything, `user` only what a host would grant. */
export interface DatabaseServer {
  admin: { url: string; password: string };
  user: { name: string; password: string };
  /** Databases of this run are named with it, and `user` may use no others. */
  prefix: string;
}

export interface StartedDatabase extends DatabaseServer {
  how: string;
  stop(): Promise<void>;
}

/** A host's server as it may well be: neither its character set nor its time zone is what we would like. */
export const unlikeOurs = [
  '--character-set-server=latin1',
  '--collation-server=latin1_swedish_ci',
  '--default-time-zone=+05:45',
  '--skip-name-resolve',
];

/** Nothing here has to survive a crash. */
export const fast = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-flush-method=nosync',
  '--innodb-buffer-pool-size=64M',
  '--loose-performance-schema=0',
  '--skip-log-bin',
  '--max-connections=200',
];

/** Starts a program whose data lie in `data` below `directory` already, and which knows no account but root. */
export async function startServer(
  program: string,
  options: { directory: string; common: string[]; how: string },
): Promise<StartedDatabase> {
  const { directory, common, how } = options;
  const password = randomBytes(12).toString('hex');
  const init = join(directory, 'init.sql');
  const accounts = [
    "CREATE USER IF NOT EXISTS 'root'@'%';",
    `ALTER USER 'root'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;`,
    `DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';`,
  ];
  writeFileSync(init, accounts.join('\n'), { mode: 0o600 });
  const own = [`--socket=${join(directory, 's')}`, `--pid-file=${join(directory, 'pid')}`, `--init-file=${init}`];
  return onFreePorts(async () => {
    const port = await freePort();
    const address = ['--bind-address=127.0.0.1', `--port=${port}`, '--loose-mysqlx=0'];
    const server = supervise(program, [...common, ...own, ...address, ...unlikeOurs, ...fast], {
      log: join(directory, `log-${port}`),
    });
    const admin = { url: `mysql://root@127.0.0.1:${port}/`, password };
    await server.until(() => mysqlRows(admin, 'SELECT 1'));
    return { ...(await makeUser(admin)), how, stop: server.stop };
  });
}

/** `9.7.4 (/usr/sbin/mysqld)` */
export async function describeServer(program: string): Promise<string> {
  const said = await run(program, ['--version']);
  return `${/Ver (\S+)/.exec(said)?.[1] ?? said.trim()} (${program})`;
}

/**
 * What every server's command line has, and the folders that its data go into. A server that starts removes what it
 * takes for temporary tables of its own from a folder that it shares with others.
 */
export function serverOptions(directory: string): string[] {
  const folders = { data: join(directory, 'data'), tmp: join(directory, 'tmp') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  return [...asRoot, `--datadir=${folders.data}`, `--tmpdir=${folders.tmp}`];
}

/** Whether a server ran in that directory before. */
export function hasData(directory: string): boolean {
  return existsSync(join(directory, 'data', 'mysql'));
}

/** The server that `variable` names with an administrator's address, if it does. */
export async function givenServer(name: ServerName, variable: string): Promise<StartedDatabase | undefined> {
  const given = process.env[variable];
  if (!given) return;

  const url = new URL(given);
  const password = decodeURIComponent(url.password);
  url.password = '';
  url.pathname = '/';
  const admin = { url: url.href, password };
  const [row] = await mysqlRows(admin, 'SELECT VERSION() AS version');
  const version = String(row?.['version']);
  if (version.includes('MariaDB') !== (name === 'mariadb')) {
    const wanted = name === 'mariadb' ? 'a MariaDB' : 'a MySQL';
    throw new Error(`${variable} has to name ${wanted} server, but the version of ${url.host} is ${version}.`);
  }
  const server = await makeUser(admin);
  return {
    ...server,
    how: `uses ${version} at ${url.host}, which ${variable} names`,
    async stop() {
      const sql = 'SELECT schema_name AS name FROM information_schema.schemata WHERE LEFT(schema_name, ?) = ?';
      const left = await mysqlRows(admin, sql, [server.prefix.length, server.prefix]);
      for (const { name } of left) await mysqlRows(admin, `DROP DATABASE \`${name}\``);
      await mysqlRows(admin, `DROP USER '${server.user.name}'@'%'`);
    },
  };
}

export async function makeUser(admin: DatabaseServer['admin']): Promise<DatabaseServer> {
  const name = `it_${randomBytes(4).toString('hex')}`;
  const password = `it's a \\ "test": ${randomBytes(8).toString('hex')} @/?#%`;
  await mysqlRows(admin, 'CREATE USER ?@? IDENTIFIED BY ?', [name, '%', password]);
  const pattern = `${name}_%`.replaceAll('_', '\\_');
  await mysqlRows(admin, `GRANT ALL PRIVILEGES ON \`${pattern}\`.* TO ?@?`, [name, '%']);
  return { admin, user: { name, password }, prefix: `${name}_` };
}
