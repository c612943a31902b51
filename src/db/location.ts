import { join, resolve } from 'node:path';
import { type AppError, usage } from '../core/error.ts';
import type { Directories } from '../files/directories.ts';
import { typedPath } from '../files/typed-path.ts';
import { readOptions, type Tls } from './location-options.ts';

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
  /** Of this machine, in place of the port. */
  socketPath?: string;
}

export function embeddedLocation(directories: Directories): SqliteLocation {
  return { engine: 'sqlite', path: join(directories.data, 'integrations.db'), embedded: true };
}

/**
 * Reads `sqlite:/path/file.db`, `mysql://user@host:3306,other:3306/name?ssl=verify&ssl-ca=PATH` or
 * `mysql://user@localhost/name?socket=PATH`.
 * @param origin where the address stands, for messages; the address is never quoted, it may hold a password
 * @throws AppError USAGE
 */
export function readLocation(address: string, origin: string): Location {
  if (address.startsWith('sqlite:')) {
    const path = typedPath(address.slice('sqlite:'.length).replace(/^\/{2,}(?=[/~])/, ''));
    if (path === '' || path.includes('\0')) throw malformed(origin, 'names no file');
    if (path.startsWith('//')) throw malformed(origin, 'names a host, which a file does not have');
    return { engine: 'sqlite', path: resolve(path), embedded: false };
  }
  const parts = /^(?:mysql|mariadb):\/\/(?:([^@/]*)@)?([^/?#]*)\/([^/?#]+)(?:\?([^#]*))?$/.exec(address);
  if (!parts) throw malformed(origin, 'is neither mysql://user@host:3306/name nor sqlite:/path/file.db');
  const [, login = '', hosts = '', database = '', query = ''] = parts;
  const [user = '', ...rest] = login.split(':');
  if (user === '') throw malformed(origin, 'names no user: mysql://user@host:3306/name');
  const list = hosts === '' ? [] : hosts.split(',').map((host) => readHost(host, origin));
  const { tls, socketPath } = readOptions(query, {
    isLocal: list.every(({ host }) => isLoopback(host)),
    malformed: (reason, hint) => malformed(origin, reason, hint),
  });
  if (list.length === 0 && socketPath === undefined)
    throw malformed(origin, 'names no host: mysql://user@host:3306/name');
  return {
    engine: 'mysql',
    hosts: socketPath === undefined ? list : [socketOf(socketPath, list, origin)],
    user: decode(user, origin),
    password: rest.length > 0 ? decode(rest.join(':'), origin) : undefined,
    database: decode(database, origin),
    tls,
  };
}

/** The same place, signed in to with another password; a file has none. */
export function withPassword(location: Location, password: string | undefined): Location {
  return location.engine === 'mysql' ? { ...location, password } : location;
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

export function describeHost({ host, port, socketPath }: Host): string {
  return `${host.includes(':') ? `[${host}]` : host}:${socketPath ?? port}`;
}

function readHost(text: string, origin: string): Host {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]@\s]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? 3306);
  if (!match?.[1] || port < 1 || port > 65_535) throw malformed(origin, 'has a host that is not "host" or "host:port"');
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

/** A socket is on this machine, whatever it is called. */
function socketOf(socketPath: string, [named, ...others]: readonly Host[], origin: string): Host {
  if (others.length > 0 || (named && !isLoopback(named.host))) {
    throw malformed(origin, 'names a socket and a host that is not this one');
  }
  return { host: 'localhost', port: 3306, ...named, socketPath };
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

function malformed(
  origin: string,
  reason: string,
  hint = 'mysql://user@host:3306/name, or sqlite:/path/file.db',
): AppError {
  return usage(`${origin} ${reason}`, { hint });
}
