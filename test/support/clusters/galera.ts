import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { fast } from '../database-server.ts';
import { mysqlRows } from '../mysql.ts';
import { freePort, onFreePorts } from '../ports.ts';
import { findProgram, installDebianPackages, mayInstallDebianPackages, run } from '../programs.ts';
import { removeAtEnd, type Supervised, supervise } from '../supervised.ts';
import type { ClusterNode, Servers } from './cluster.ts';

/** Three MariaDB servers with Galera; any of them may write. */
export async function startGalera(): Promise<Servers> {
  const program = await findServer();
  const directory = mkdtempSync(join(tmpdir(), 'integrations-galera-'));
  const remover = removeAtEnd(directory);
  let nodes: Servers['nodes'] | undefined;
  const stop = async () => {
    await Promise.all((nodes ?? []).map((node) => node.kill()));
    await remover.stop();
  };
  try {
    nodes = await onFreePorts(() => startNodes(program, directory));
  } catch (error) {
    await stop();
    throw error;
  }
  return { kind: 'galera', nodes, stop, mend: () => mend(nodes) };
}

async function startNodes(program: string, directory: string): Promise<Servers['nodes']> {
  const owner = await ownerOf(directory);
  const password = randomBytes(12).toString('hex');
  const ports = [await freePorts(), await freePorts(), await freePorts()] as const;
  const peers = ports.map(({ group }) => `127.0.0.1:${group}`).join(',');
  const nodeAt = (own: Ports) =>
    createNode({ program, directory: join(directory, `node-${own.sql}`), owner, ports: own, peers, password });
  const nodes = [nodeAt(ports[0]), nodeAt(ports[1]), nodeAt(ports[2])] as const;
  try {
    await nodes[0].bootstrap();
    // A donor serves one at a time.
    for (const node of nodes.slice(1)) await node.start();
    return nodes;
  } catch (error) {
    await Promise.all(nodes.map((node) => node.kill()));
    throw error;
  }
}

async function mend(nodes: Servers['nodes']): Promise<void> {
  for (const node of nodes) {
    const size = await node.query("SHOW STATUS LIKE 'wsrep_cluster_size'").catch(() => []);
    if (size[0]?.['Value'] === '3') continue;
    await node.kill();
    await node.start();
  }
}

interface NodeOptions {
  program: string;
  directory: string;
  owner: Owner;
  ports: Ports;
  peers: string;
  password: string;
}

type Ports = Record<'sql' | 'group', number>;

async function freePorts(): Promise<Ports> {
  return { sql: await freePort(), group: await freePort() };
}

function createNode({ program, directory, owner, ports, peers, password }: NodeOptions) {
  const data = join(directory, 'data');
  const tmp = join(directory, 'tmp');
  const common = ['--no-defaults', ...owner.option, `--datadir=${data}`, `--tmpdir=${tmp}`];
  const admin = { url: `mysql://root@127.0.0.1:${ports.sql}/`, password };
  const query: ClusterNode['query'] = (sql, params) => mysqlRows(admin, sql, params);
  let server: Supervised | undefined;

  makeDirectory(directory, owner);
  makeDirectory(data, owner);
  makeDirectory(tmp, owner);

  // Only this node uses the ports by which it gets what it lacks, and so they may be others each time.
  const launch = (...more: string[]) => onFreePorts(async () => launchAt(await freePort(), await freePort(), more));

  async function launchAt(increments: number, state: number, more: string[]): Promise<void> {
    const own = [`--socket=${join(directory, 's')}`, `--pid-file=${join(directory, 'pid')}`];
    const address = ['--bind-address=127.0.0.1', `--port=${ports.sql}`, '--skip-name-resolve'];
    server = supervise(program, [...common, ...own, ...address, ...fast, ...wsrep(increments, state), ...more], {
      log: join(directory, 'log'),
    });
    await server.until(async () => {
      const [row] = await query("SHOW STATUS LIKE 'wsrep_local_state_comment'");
      if (row?.['Value'] !== 'Synced') throw new Error(`the node is ${row?.['Value']}`);
    });
  }

  function wsrep(increments: number, state: number): string[] {
    const provider = [
      `gmcast.listen_addr=tcp://127.0.0.1:${ports.group}`,
      `ist.recv_addr=127.0.0.1:${increments}`,
      'gcache.size=16M',
      // How soon a node that says nothing is taken for gone; less is too little for a machine that is busy.
      ...['evs.suspect_timeout=PT2S', 'evs.keepalive_period=PT0.5S', 'evs.inactive_timeout=PT8S'],
    ];
    return [
      '--wsrep-on=ON',
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
      `--wsrep-provider=${findProvider()}`,
      '--wsrep-cluster-name=integrations-test',
      `--wsrep-cluster-address=gcomm://${peers}`,
      `--wsrep-node-address=127.0.0.1:${ports.group}`,
      '--wsrep-sst-method=rsync',
      `--wsrep-sst-receive-address=127.0.0.1:${state}`,
      `--wsrep-provider-options=${provider.join(';')}`,
    ];
  }

  return {
    address: `127.0.0.1:${ports.sql}`,
    query,
    queryLast: (sql: string) => query(`SET STATEMENT wsrep_sync_wait = 1 FOR ${sql}`),
    start: () => launch(),

    async bootstrap(): Promise<void> {
      const installer = findProgram('mariadb-install-db', 'mysql_install_db');
      if (!installer) throw new Error('mariadb-install-db is missing');
      await run(installer, [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
      const init = join(directory, 'init.sql');
      const account = `CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`;
      const rights = `GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`;
      writeFileSync(init, `DROP USER IF EXISTS 'root'@'127.0.0.1';\n${account}\n${rights}\n`, { mode: 0o600 });
      chownSync(init, owner.uid, owner.gid);
      await launch('--wsrep-new-cluster', `--init-file=${init}`);
    },

    async hold(): Promise<() => Promise<void>> {
      const connection = await createConnection({ host: '127.0.0.1', port: ports.sql, user: 'root', password });
      await connection.query('FLUSH TABLES WITH READ LOCK');
      return () => connection.end();
    },

    async leave(): Promise<void> {
      await query("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'");
      const isReady = async () => (await query("SHOW STATUS LIKE 'wsrep_ready'"))[0]?.['Value'] === 'ON';
      for (const deadline = Date.now() + 20_000; await isReady(); await sleep(50)) {
        if (Date.now() > deadline) throw new Error(`the node ${ports.sql} did not leave`);
      }
    },

    freeze() {
      const { pid } = server as Supervised;
      process.kill(pid, 'SIGSTOP');
      return () => process.kill(pid, 'SIGCONT');
    },

    async kill(): Promise<void> {
      if (server) process.kill(server.pid, 'SIGKILL');
      await server?.stop();
    },

    async shutDown(): Promise<void> {
      await server?.stop();
    },
  };
}

interface Owner {
  uid: number;
  gid: number;
  /** For the server's command line. */
  option: string[];
}

/** As root the state of a node can not be copied: rsync's server becomes somebody else then, who may not read it. */
async function ownerOf(directory: string): Promise<Owner> {
  const id = async (flag: string) => Number(await run('id', [flag, 'mysql']));
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, option: [] };
  chmodSync(directory, 0o755);
  return { uid: await id('-u'), gid: await id('-g'), option: ['--user=mysql'] };
}

function makeDirectory(path: string, { uid, gid }: Owner): void {
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, uid, gid);
}

async function findServer(): Promise<string> {
  const isThere = () => findProgram('mariadbd') && findProvider() && findProgram('rsync') && findProgram('ss', 'lsof');
  if (!isThere() && mayInstallDebianPackages()) {
    await installDebianPackages('mariadb-server', 'galera-4', 'rsync', 'lsof');
  }
  const program = findProgram('mariadbd');
  if (program && isThere()) return program;
  throw new Error('The tests of a cluster need mariadb-server, galera-4, rsync and lsof.');
}

function findProvider(): string | undefined {
  const folders = ['/usr/lib/galera', '/usr/lib64/galera-4', '/usr/lib64/galera', '/usr/lib/galera-4'];
  return folders.map((folder) => join(folder, 'libgalera_smm.so')).find((path) => existsSync(path));
}
