import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import createKnex, { type Knex } from 'knex';
import { AppError } from '../core/error.ts';
import { systemCode } from '../files/system-error.ts';
import { type Ask, type Cluster, clusterOf, refusedInGroup, waitForOthers } from './cluster.ts';
import { askInTime, boundedSession, type Connection, cut, leaveServer, watch } from './connection.ts';
import { createHosts } from './hosts.ts';
import { describeLocation, type Host, type MysqlLocation } from './location.ts';
import { silent } from './log.ts';
import { signInFor } from './sign-in.ts';

/** A pool whose connections go to the host that serves, each time one is made. */
export interface Mysql {
  knex: Knex;
  /** Whether there was a connection at any time. */
  readonly reached: boolean;
  /** Ends all connections; what a server still owes is not waited for. */
  close(): Promise<void>;
}

/** What is replaced in Knex's client: it connects to one host. */
interface Client {
  readonly connectionSettings: object;
  acquireRawConnection(): Promise<Connection>;
  destroyRawConnection(connection: Connection): Promise<void>;
}

/** Shorter where another host may be quicker. */
function connectTimeoutOf({ hosts }: MysqlLocation): number {
  return hosts.length > 1 ? 4_000 : 10_000;
}

const partingMs = 500;

// UTC, because DEFAULT CURRENT_TIMESTAMP follows the session's zone; strict, because without it MySQL cuts a sealed
// value that is too long and says nothing. The rest is as a server may have it otherwise, so that a statement outside
// a transaction would not be stored, a read cut short, or a reference not looked at.
const session =
  "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION time_zone = '+00:00', " +
  "SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO', " +
  "SESSION autocommit = 1, SESSION completion_type = 'NO_CHAIN', SESSION foreign_key_checks = 1, " +
  'SESSION unique_checks = 1, SESSION sql_select_limit = 18446744073709551615, SESSION sql_safe_updates = 0, ' +
  boundedSession;

// Times and JSON as text from both servers: MySQL's own JSON type would arrive parsed, MariaDB's does not. A host's
// id may be a number that is larger than ours can be.
const sessionTypes: object = { timezone: 'Z', dateStrings: true, jsonStrings: true, supportBigNumbers: true };

export interface PoolOptions {
  /** At most; 4 where it is not said. */
  connections?: number | undefined;
  /** Asked before each connection is made, in place of the location's: it may be one that lives a few minutes. */
  password?: (() => Promise<string | undefined>) | undefined;
  /** For so long a read is sent again while the server is gone; longer than any failover takes where it is not said. */
  readsForMs?: number | undefined;
}

/** @param warn is told of each host that another one replaces */
export function openMysql(
  location: MysqlLocation,
  warn: (text: string) => void,
  { connections = 4, password }: PoolOptions = {},
): Mysql {
  const connectTimeout = connectTimeoutOf(location);
  const knex = createKnex({
    client: 'mysql2',
    // Knex would ask each server for its own, and does nothing with it that we have it do.
    version: 'latest',
    log: silent,
    compileSqlOnError: false,
    acquireConnectionTimeout: location.hosts.length * connectTimeout + 5_000,
    connection: settingsOf(password ? { ...location, password: undefined } : location),
    // All of a command goes to one host.
    pool: {
      min: 0,
      max: connections,
      validate: (connection: Connection) => hosts.isCurrent(hostOf.get(connection) as Host),
    },
  });
  const hosts = createHosts(location.hosts, warn);
  let signIn = signInFor(location);
  let known = location.password;
  async function askForPassword(): Promise<void> {
    const asked = (await password?.()) ?? location.password;
    if (asked === known) return;
    known = asked;
    signIn = signInFor({ ...location, password: asked });
  }
  const hostOf = new WeakMap<Connection, Host>();
  const sockets = new Set<Socket>();
  const client: Client = knex.client;
  const connect = client.acquireRawConnection.bind(client);
  client.acquireRawConnection = () =>
    hosts.connect(async (host) => {
      if (password) await askForPassword();
      const how = await signIn(host, connectTimeout);
      sockets.add(how.stream);
      how.stream.once('close', () => sockets.delete(how.stream));
      Object.assign(client.connectionSettings, how);
      // As Knex has it: whoever lists the settings does not see it.
      if (password) Object.defineProperty(client.connectionSettings, 'password', { value: known, configurable: true });
      const connection = await connect();
      hostOf.set(connection, host);
      try {
        await prepare(connection, location);
        // Whatever was to be done goes on at another host, while there is one.
        watch(connection, (reason) => hosts.leave(host, reason));
        return connection;
      } catch (error) {
        cut(connection);
        throw error;
      }
    });
  client.destroyRawConnection = async (connection) => leaveServer(connection);
  return {
    knex,
    get reached() {
      return hosts.reached;
    },
    async close() {
      await Promise.race([knex.destroy(), sleep(partingMs, undefined, { ref: false })]);
      for (const socket of sockets) socket.unref();
    },
  };
}

function settingsOf({ user, password, database }: Pick<MysqlLocation, 'user' | 'password' | 'database'>) {
  return { ...sessionTypes, user, ...(password === undefined ? {} : { password }), database, charset: 'utf8mb4' };
}

async function prepare(connection: Connection, location: MysqlLocation): Promise<void> {
  const ask: Ask = (sql) => askInTime(connection, sql, connectTimeoutOf(location));
  // In one turn at most servers. A MariaDB that was built without clusters does not know the variable.
  const first = connection._isMariaDB ? waitForOthers.galera : refusedInGroup;
  const isRefused = await ask(`${session}, ${first}`).then(
    () => false,
    (error: unknown) => refusals.has(systemCode(error) ?? '') || Promise.reject(error),
  );
  if (isRefused) await prepareIn(await clusterOf(ask), ask, location);
  // A node of Galera that lost its cluster lets everybody in, and refuses even this.
  else if (connection._isMariaDB && location.hosts.length > 1) await ask('DO 1');
}

const refusals = new Set(['ER_UNKNOWN_SYSTEM_VARIABLE', 'ER_SUBQUERY_NO_1_ROW']);

async function prepareIn(cluster: Cluster | undefined, ask: Ask, location: MysqlLocation): Promise<void> {
  if (cluster === 'multi-primary group') throw multiPrimary(location);
  if (!cluster) return void (await ask(session));
  await ask(`${session}, ${waitForOthers[cluster]}`).catch((error: unknown) => {
    if (systemCode(error) !== 'ER_UNKNOWN_SYSTEM_VARIABLE') throw error;
    return ask(session);
  });
}

function multiPrimary(location: MysqlLocation): AppError {
  return new AppError(
    'DATABASE_UNAVAILABLE',
    `the database ${describeLocation(location)} cannot be used: its replication group is in multi-primary mode, in which MySQL refuses foreign keys that cascade`,
    { hint: 'An administrator can change that: SELECT group_replication_switch_to_single_primary_mode()' },
  );
}
