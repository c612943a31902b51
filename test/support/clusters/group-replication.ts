import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { serverOptions, unlikeOurs } from '../database-server.ts';
import { mysqlRows } from '../mysql.ts';
import { fetchMysql } from '../mysql-server.ts';
import { freePort, onFreePorts } from '../ports.ts';
import { run } from '../programs.ts';
import { removeAtEnd, type Supervised, supervise } from '../supervised.ts';
import type { ClusterNode, Servers } from './cluster.ts';

export interface Group extends Servers {
  /** Makes a node the primary while everybody works. */
  switchTo(node: ClusterNode): Promise<void>;
  setMode(mode: 'single-primary' | 'multi-primary'): Promise<void>;
}

interface Member extends ClusterNode {
  /** Starts the server, in no group. */
  launch(): Promise<void>;
  /** Becomes the first of a new group, or one more. */
  join(how: 'first' | 'next'): Promise<void>;
}

/** Three MySQL servers in a replication group with a single primary. */
export async function startGroup(): Promise<Group> {
  const program = await fetchMysql();
  const directory = mkdtempSync(join(tmpdir(), 'integrations-group-'));
  const remover = removeAtEnd(directory);
  let nodes: [Member, Member, Member] | undefined;
  const stop = async () => {
    await Promise.all((nodes ?? []).map((node) => node.kill('in its time')));
    await remover.stop();
  };
  try {
    const data = await initialize(program, directory);
    nodes = await onFreePorts(() => startMembers(program, directory, data));
  } catch (error) {
    await stop();
    throw error;
  }
  let members = nodes;
  return {
    kind: 'group',
    get nodes() {
      return members;
    },
    stop,
    async mend() {
      const primary = await mend(members);
      members = [primary, ...members.filter((node) => node !== primary)] as typeof members;
    },
    async switchTo(node) {
      const [row] = await node.query('SELECT @@server_uuid AS id');
      await node.query('SELECT group_replication_set_as_primary(?)', [row?.['id']]);
    },
    async setMode(mode) {
      await members[0].query(`SELECT group_replication_switch_to_${mode.replace('-', '_')}_mode()`);
    },
  };
}

/** Restarts what is out of the group, until all agree that nothing is. @returns the primary */
async function mend(nodes: readonly Member[]): Promise<Member> {
  const primary = await whole(nodes);
  await expelAfter(expelSeconds, nodes);
  return primary;
}

async function whole(nodes: readonly Member[]): Promise<Member> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(200)) {
    const views = await Promise.all(nodes.map((node) => membersOf(node).catch(() => [])));
    const isWhole = views.every((view) => view.filter(({ state }) => state === 'ONLINE').length === nodes.length);
    const primaries = new Set(views.map((view) => view.find(({ role }) => role === 'PRIMARY')?.address));
    const primary = nodes.find(({ address }) => primaries.has(address));
    if (isWhole && primary && primaries.size === 1) return primary;

    const states = nodes.map(({ address }, index) => views[index]?.find((member) => member.address === address)?.state);
    if (!states.includes('ONLINE')) continue;
    for (const [index, node] of nodes.entries()) {
      if (['ONLINE', 'RECOVERING'].includes(String(states[index]))) continue;
      await node.kill();
      await node.start();
    }
  }
  throw new Error('the group is not whole again');
}

/** Seconds that a member is missed before it is put out. At once means: for nothing, on a machine that is busy. */
const expelSeconds = 5;

/** It holds for what is missed from then on; nodes that do not answer go on as they were. */
async function expelAfter(seconds: number, nodes: readonly ClusterNode[]): Promise<void> {
  const sql = `SET GLOBAL group_replication_member_expel_timeout = ${seconds}`;
  await Promise.allSettled(nodes.map((node) => node.query(sql)));
}

/** The data of a server that has never run, made once: it takes seconds. */
async function initialize(program: string, directory: string): Promise<string> {
  const made = join(directory, 'made');
  await run(program, [...serverOptions(made), '--secure-file-priv=', '--initialize-insecure']);
  // The server's own id.
  rmSync(join(made, 'data', 'auto.cnf'), { force: true });
  return join(made, 'data');
}

async function startMembers(program: string, directory: string, data: string): Promise<[Member, Member, Member]> {
  const name = randomUUID();
  const password = randomBytes(12).toString('hex');
  const ports = [await freePorts(), await freePorts(), await freePorts()] as const;
  const seeds = ports.map(({ group }) => `127.0.0.1:${group}`).join(',');
  const memberAt = (own: Ports, id: number) =>
    createMember({
      program,
      directory: join(directory, `node-${own.sql}`),
      data,
      id,
      ports: own,
      name,
      seeds,
      password,
    });
  const members = [memberAt(ports[0], 1), memberAt(ports[1], 2), memberAt(ports[2], 3)] satisfies Member[];
  for (const member of members) expelSoon(member, members);
  try {
    await Promise.all(members.map((member) => member.launch()));
    await members[0]?.join('first');
    for (const member of members.slice(1)) await member.join('next');
    return members as [Member, Member, Member];
  } catch (error) {
    await Promise.all(members.map((member) => member.kill('in its time')));
    throw error;
  }
}

/** Of a member that is killed it is certain that it is gone, and that need not be waited for. */
function expelSoon(member: Member, members: readonly Member[]): void {
  const { kill } = member;
  member.kill = async (expulsion) => {
    const killed = kill();
    if (expulsion !== 'in its time') {
      await expelAfter(
        0,
        members.filter((each) => each !== member),
      );
    }
    await killed;
  };
}

interface MemberOptions {
  program: string;
  directory: string;
  data: string;
  id: number;
  ports: Ports;
  name: string;
  seeds: string;
  password: string;
}

type Ports = Record<'sql' | 'group', number>;

async function freePorts(): Promise<Ports> {
  return { sql: await freePort(), group: await freePort() };
}

function createMember({ program, directory, data, id, ports, name, seeds, password }: MemberOptions): Member {
  const admin = { url: `mysql://root@127.0.0.1:${ports.sql}/`, password };
  const query: ClusterNode['query'] = (sql, params) => mysqlRows(admin, sql, params);
  const open = () => createConnection({ host: '127.0.0.1', port: ports.sql, user: 'root', password });
  let server: Supervised | undefined;

  const common = [...serverOptions(directory), '--secure-file-priv='];
  cpSync(data, join(directory, 'data'), { recursive: true });
  const [init, log] = [join(directory, 'init.sql'), join(directory, 'log')];
  writeFileSync(init, accounts(password), { mode: 0o600 });

  async function launch(): Promise<void> {
    const own = [`--socket=${join(directory, 's')}`, `--pid-file=${join(directory, 'pid')}`, `--init-file=${init}`];
    const address = ['--bind-address=127.0.0.1', `--port=${ports.sql}`, '--mysqlx=0'];
    server = supervise(program, [...common, ...own, ...address, ...unlikeOurs, ...replication()], {
      log,
    });
    await server.until(() => query('SELECT 1'));
  }

  function replication(): string[] {
    return [
      `--server-id=${id}`,
      '--gtid-mode=ON',
      '--enforce-gtid-consistency=ON',
      '--report-host=127.0.0.1',
      `--report-port=${ports.sql}`,
      '--plugin-load-add=group_replication.so',
      `--loose-group-replication-group-name=${name}`,
      '--loose-group-replication-start-on-boot=OFF',
      `--loose-group-replication-local-address=127.0.0.1:${ports.group}`,
      `--loose-group-replication-group-seeds=${seeds}`,
      '--loose-group-replication-communication-stack=XCOM',
      '--loose-group-replication-recovery-get-public-key=ON',
      `--loose-group-replication-member-expel-timeout=${expelSeconds}`,
      // With 0 a node that was killed comes back with less than it has told the others.
      '--innodb-flush-log-at-trx-commit=2',
      '--sync-binlog=0',
      '--innodb-buffer-pool-size=64M',
      '--innodb-redo-log-capacity=16M',
      '--max-connections=200',
    ];
  }

  async function joinGroup(how: 'first' | 'next'): Promise<void> {
    await query(
      "CHANGE REPLICATION SOURCE TO SOURCE_USER = 'repl', SOURCE_PASSWORD = ? FOR CHANNEL 'group_replication_recovery'",
      [password],
    );
    if (how === 'first') await query('SET GLOBAL group_replication_bootstrap_group = ON');
    for (const deadline = Date.now() + 60_000; !(await isOnline(node)); await sleep(100)) {
      // The group may take the node that was killed for one of its members still; and it may be about to be online.
      const problem = await query('START GROUP_REPLICATION').catch((error: unknown) => error);
      if (/Port already in use/.test(readFileSync(log, 'utf8')))
        throw new Error(`${ports.group}: address already in use`);
      if (Date.now() > deadline) throw new Error(`the node ${node.address} did not become online`, { cause: problem });
    }
    await query('SET GLOBAL group_replication_bootstrap_group = OFF');
  }

  const node: Member = {
    address: `127.0.0.1:${ports.sql}`,
    query,
    launch,
    join: joinGroup,

    async queryLast(sql) {
      const connection = await open();
      try {
        await connection.query(`SET SESSION group_replication_consistency = 'BEFORE'`);
        const [rows] = await connection.query<RowDataPacket[]>(sql);
        return rows;
      } finally {
        connection.destroy();
      }
    },

    async hold() {
      const connection = await open();
      await connection.query('FLUSH TABLES WITH READ LOCK');
      return () => connection.end();
    },

    async leave() {
      await query('STOP GROUP_REPLICATION');
    },

    freeze() {
      const { pid } = server as Supervised;
      process.kill(pid, 'SIGSTOP');
      return () => process.kill(pid, 'SIGCONT');
    },

    async kill() {
      if (server) process.kill(server.pid, 'SIGKILL');
      await server?.stop();
    },

    async shutDown() {
      await server?.stop();
    },

    async start() {
      await launch();
      await joinGroup('next');
    },
  };
  return node;
}

/** Of each node its own: what a node writes before it joins must not be in its history. */
function accounts(password: string): string {
  const rights = 'REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM';
  return [
    'SET SQL_LOG_BIN = 0;',
    `CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;`,
    `CREATE USER IF NOT EXISTS 'repl'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ${rights} ON *.* TO 'repl'@'%';`,
    'SET SQL_LOG_BIN = 1;',
    '',
  ].join('\n');
}

/** What a node knows of the group. */
async function membersOf(node: ClusterNode): Promise<{ address: string; state: unknown; role: unknown }[]> {
  const rows = await node.query(
    'SELECT MEMBER_PORT AS port, MEMBER_STATE AS state, MEMBER_ROLE AS role FROM performance_schema.replication_group_members',
  );
  return rows.map(({ port, state, role }) => ({ address: `127.0.0.1:${port}`, state, role }));
}

async function isOnline(node: ClusterNode): Promise<boolean> {
  const members = await membersOf(node).catch(() => []);
  return members.some(({ address, state }) => address === node.address && state === 'ONLINE');
}
