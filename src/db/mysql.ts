import createKnex, { type Knex } from 'knex';
import { systemCode } from '../files/system-error.ts';
import { createHosts } from './hosts.ts';
import type { Host, MysqlLocation } from './location.ts';
import { silent } from './log.ts';

/** A pool whose connections go to the host that serves, each time one is made. */
export interface Mysql {
  knex: Knex;
  /** Whether there was a connection at any time. */
  readonly reached: boolean;
  /** Ends a connection, and turns away from its host while there is another. */
  leave(connection: Connection, reason: unknown): void;
}

/** A connection of the driver. */
export interface Connection {
  query(sql: string, done: (error: unknown) => void): void;
  destroy(): void;
}

/** What is replaced in Knex's client: it connects to one host. */
interface Client {
  readonly connectionSettings: object;
  acquireRawConnection(): Promise<Connection>;
}

/** Shorter where another host may be quicker. */
function connectTimeoutOf({ hosts }: MysqlLocation): number {
  return hosts.length > 1 ? 4_000 : 10_000;
}

// UTC, because DEFAULT CURRENT_TIMESTAMP follows the session's zone; strict, because without it MySQL cuts a sealed
// value that is too long and says nothing. The rest is as a server may have it otherwise, so that a statement outside
// a transaction would not be stored, a read cut short, or a reference not looked at.
const session =
  "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION time_zone = '+00:00', " +
  "SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO', " +
  "SESSION autocommit = 1, SESSION completion_type = 'NO_CHAIN', SESSION foreign_key_checks = 1, " +
  'SESSION unique_checks = 1, SESSION sql_select_limit = 18446744073709551615, SESSION sql_safe_updates = 0';

// A node of a cluster answers no read before it has what was stored at the others.
const clusterSession = `${session}, SESSION wsrep_sync_wait = 1`;

// Times and JSON as text from both servers: MySQL's own JSON type would arrive parsed, MariaDB's does not. A host's
// id may be a number that is larger than ours can be.
const sessionTypes: object = { timezone: 'Z', dateStrings: true, jsonStrings: true, supportBigNumbers: true };

/** @param warn is told of each host that another one replaces */
export function openMysql(location: MysqlLocation, warn: (text: string) => void): Mysql {
  const { mode, ca } = location.tls;
  const connectTimeout = connectTimeoutOf(location);
  const knex = createKnex({
    client: 'mysql2',
    log: silent,
    compileSqlOnError: false,
    acquireConnectionTimeout: location.hosts.length * connectTimeout + 5_000,
    connection: {
      ...sessionTypes,
      ...location.hosts[0],
      user: location.user,
      ...(location.password === undefined ? {} : { password: location.password }),
      database: location.database,
      charset: 'utf8mb4',
      connectTimeout,
      ...(mode === 'off' ? {} : { ssl: tlsOptions(mode === 'verify', ca) }),
    },
    pool: { min: 0, max: 4 },
  });
  const hosts = createHosts(location.hosts, warn);
  const hostOf = new WeakMap<Connection, Host>();
  const client: Client = knex.client;
  const connect = client.acquireRawConnection.bind(client);
  client.acquireRawConnection = () =>
    hosts.connect(async (host) => {
      Object.assign(client.connectionSettings, host);
      const connection = await connect();
      hostOf.set(connection, host);
      try {
        await prepare(connection, { timeout: connectTimeout, mustServe: location.hosts.length > 1 });
        return connection;
      } catch (error) {
        connection.destroy();
        throw error;
      }
    });
  return {
    knex,
    get reached() {
      return hosts.reached;
    },
    leave(connection, reason) {
      connection.destroy();
      const host = hostOf.get(connection);
      if (host) hosts.leave(host, reason);
    },
  };
}

async function prepare(
  connection: Connection,
  { timeout, mustServe }: { timeout: number; mustServe: boolean },
): Promise<void> {
  const send = (sql: string) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(timedOut), timeout);
      connection.query(sql, (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
    });
  await send(clusterSession).catch((error: unknown) => {
    // A server that knows of no cluster.
    if (systemCode(error) !== 'ER_UNKNOWN_SYSTEM_VARIABLE') throw error;
    return send(session);
  });
  // A node that lost its cluster lets everybody in, and refuses even this.
  if (mustServe) await send('DO 1');
}

const timedOut = Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT', fatal: true });

/** mysql2 checks the host's name only when it is told to; Knex's types do not know that option. */
function tlsOptions(verify: boolean, ca: string | undefined): object {
  return { rejectUnauthorized: verify, verifyIdentity: verify, ...(ca === undefined ? {} : { ca }) };
}
