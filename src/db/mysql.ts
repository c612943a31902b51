import createKnex, { type Knex } from 'knex';
import type { MysqlLocation } from './location.ts';
import { silent } from './log.ts';

interface Connection {
  query(sql: string, done: (error: unknown) => void): void;
}

const connectTimeoutMs = 10_000;

// UTC, because DEFAULT CURRENT_TIMESTAMP follows the session's zone; strict, because without it MySQL cuts a sealed
// value that is too long and says nothing.
const session =
  "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION time_zone = '+00:00', " +
  "SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'";

// Times and JSON as text from both servers: MySQL's own JSON type would arrive parsed, MariaDB's does not. A host's
// id may be a number that is larger than ours can be.
const sessionTypes: object = { timezone: 'Z', dateStrings: true, jsonStrings: true, supportBigNumbers: true };

/** Connects to the first host that answers. */
export async function openMysql(location: MysqlLocation): Promise<Knex> {
  const [first, ...others] = location.hosts.map((host) => () => poolOf(location, host));
  let attempt = first;
  for (const next of others) {
    const knex = attempt?.();
    try {
      await knex?.raw('SELECT 1');
      if (knex) return knex;
    } catch {
      await knex?.destroy();
      attempt = next;
    }
  }
  if (!attempt) throw new Error('a database location has no host');
  return attempt();
}

function poolOf(location: MysqlLocation, { host, port }: MysqlLocation['hosts'][number]): Knex {
  const { mode, ca } = location.tls;
  return createKnex({
    client: 'mysql2',
    log: silent,
    compileSqlOnError: false,
    acquireConnectionTimeout: connectTimeoutMs + 5_000,
    connection: {
      ...sessionTypes,
      host,
      port,
      user: location.user,
      ...(location.password === undefined ? {} : { password: location.password }),
      database: location.database,
      charset: 'utf8mb4',
      connectTimeout: connectTimeoutMs,
      ...(mode === 'off' ? {} : { ssl: tlsOptions(mode === 'verify', ca) }),
    },
    pool: {
      min: 0,
      max: 4,
      afterCreate(connection: Connection, done: (error: unknown, connection: Connection) => void) {
        connection.query(session, (error) => done(error, connection));
      },
    },
  });
}

/** mysql2 checks the host's name only when it is told to; Knex's types do not know that option. */
function tlsOptions(verify: boolean, ca: string | undefined): object {
  return { rejectUnauthorized: verify, verifyIdentity: verify, ...(ca === undefined ? {} : { ca }) };
}
