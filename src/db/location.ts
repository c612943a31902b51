import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { usage } from '../core/error.ts';
import type { Directories } from '../files/directories.ts';
import { systemReason } from '../files/system-error.ts';

/** Where the database is. */
export type Location = SqliteLocation | MysqlLocation;

export interface SqliteLocation {
  engine: 'sqlite';
  path: string;
  /** The default file: its directory is made when it is missing. */
  embedded: boolean;
}

export interface MysqlLocation {
  engine: 'mysql';
  /** Tried in this order. */
  hosts: Host[];
  user: string;
  password: string | undefined;
  database: string;
  tls: Tls;
}

export interface Host {
  host: string;
  port: number;
}

/** `verify` checks the certificate and the host's name, `require` only encrypts. */
type Tls = { mode: 'off' | 'require' | 'verify'; ca: string | undefined };

export function embeddedLocation(directories: Directories): SqliteLocation {
  return { engine: 'sqlite', path: join(directories.data, 'integrations.db'), embedded: true };
}

/**
 * Reads `sqlite:/path/file.db` or `mysql://user@host:3306,other:3306/name?ssl=verify&ssl-ca=PATH`.
 * @param origin where the address stands, for messages; the address is never quoted, it may hold a password
 * @throws AppError USAGE
 */
export function readLocation(address: string, password: string | undefined, origin: string): Location {
  if (address.startsWith('sqlite:')) {
    const path = address.slice('sqlite:'.length).replace(/^\/{2,}(?=\/)/, '');
    if (path === '' || path.includes('\0')) throw malformed(origin, 'names no file');
    if (path.startsWith('//')) throw malformed(origin, 'names a host, which a file has not');
    return { engine: 'sqlite', path: resolve(path), embedded: false };
  }
  const parts = /^(?:mysql|mariadb):\/\/(?:([^@/]*)@)?([^/?#]+)\/([^/?#]+)(?:\?([^#]*))?$/.exec(address);
  if (!parts) throw malformed(origin, 'is neither mysql://user@host:3306/name nor sqlite:/path/file.db');
  const [, login = '', hosts = '', database = '', query = ''] = parts;
  const [user = '', ...rest] = login.split(':');
  if (user === '') throw malformed(origin, 'names no user: mysql://user@host:3306/name');
  const ownPassword = rest.length > 0 ? decode(rest.join(':'), origin) : undefined;
  const list = hosts.split(',').map((host) => readHost(host, origin));
  return {
    engine: 'mysql',
    hosts: list,
    user: decode(user, origin),
    password: password ?? ownPassword,
    database: decode(database, origin),
    tls: readTls(
      new URLSearchParams(query),
      list.every(({ host }) => isLoopback(host)),
      origin,
    ),
  };
}

/** Whether an address holds a password, which may come from the environment only. */
export function hasPassword(address: string): boolean {
  return /^[a-z]+:\/\/[^@/]*:[^@/]*@/i.test(address);
}

/** The database's name on a screen: no password, no user. */
export function describeLocation(location: Location): string {
  if (location.engine === 'sqlite') return location.path;
  return `${location.hosts.map(describeHost).join(',')}/${location.database}`;
}

export function describeHost({ host, port }: Host): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function readHost(text: string, origin: string): Host {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]@\s]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? 3306);
  if (!match?.[1] || port < 1 || port > 65_535) throw malformed(origin, 'has a host that is not "host" or "host:port"');
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function readTls(query: URLSearchParams, loopback: boolean, origin: string): Tls {
  for (const name of query.keys()) {
    if (name !== 'ssl' && name !== 'ssl-ca') throw malformed(origin, 'has a parameter that is neither ssl nor ssl-ca');
  }
  const mode = query.get('ssl') ?? (loopback && !query.has('ssl-ca') ? 'off' : 'verify');
  if (mode !== 'off' && mode !== 'require' && mode !== 'verify') {
    throw malformed(origin, 'has an ssl that is not verify, require or off');
  }
  const caPath = query.get('ssl-ca');
  return { mode, ca: caPath ? readCertificate(caPath) : undefined };
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`cannot read the certificate ${path} (ssl-ca): ${systemReason(error)}`, { cause: error });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function decode(text: string, origin: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(origin, 'has a "%" that starts no valid escape');
  }
}

function malformed(origin: string, reason: string) {
  return usage(`${origin} ${reason}`, { hint: 'mysql://user@host:3306/name, or sqlite:/path/file.db' });
}
