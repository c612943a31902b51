import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { type Sandbox, sandbox } from './cli.ts';
import type { ServerName } from './database-server.ts';
import { startOwnMariadb } from './mariadb-server.ts';
import { startOwnMysql } from './mysql-server.ts';

export interface OwnServer {
  /** On one connection, which no setting shuts out. */
  asAdmin(sql: string, params?: unknown[]): Promise<unknown>;
  /** With an empty database of its own on this server. */
  sandbox(): Promise<Sandbox>;
}

/** A server whose settings a test may change; it goes with the file that asked for it. */
export async function ownServer(name: ServerName, ...options: string[]): Promise<OwnServer> {
  const directory = mkdtempSync(join(inject('runDirectory'), `${name}-`));
  const { stop, how: _, ...server } = await (name === 'mysql' ? startOwnMysql : startOwnMariadb)(directory, options);
  atEnd(stop);
  const { hostname, port, username } = new URL(server.admin.url);
  const { password } = server.admin;
  const admin = await createConnection({ host: hostname, port: Number(port), user: username, password });
  atEnd(() => admin.destroy());
  return {
    asAdmin: async (sql, params) => (await admin.query(sql, params))[0],
    async sandbox() {
      const { user, prefix, admin: at } = server;
      const url = new URL(`${prefix}own`, at.url);
      url.username = user.name;
      // It goes with the server, which may be in no state to drop it.
      await admin.query(`CREATE DATABASE ${prefix}own`);
      return sandbox({ INTEGRATIONS_DATABASE_URL: url.href, INTEGRATIONS_DATABASE_PASSWORD: user.password });
    },
  };
}
