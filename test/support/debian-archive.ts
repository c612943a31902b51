import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram, run } from './programs.ts';
import { removeAtEnd } from './supervised.ts';

/*
 * Servers newer than the machine's own release of Debian has them, from its unstable suite: only downloaded and unpacked,
 * with the libraries that they load, into a folder from which they run. No package is installed, and apt's own lists,
 * cache and sources stay as they are. Root is not needed.
 */

const servers = {
  mysql: {
    package: 'mysql-server-core',
    /** What the program loads, and nothing of what only a whole system would want. */
    unpacked: /^(mysql-server-core|lib|zlib1g)/,
    program: 'usr/sbin/mysqld',
    options: [
      'lc-messages-dir=usr/share/mysql',
      'character-sets-dir=usr/share/mysql/charsets',
      'plugin-dir=usr/lib/mysql/plugin',
    ],
    libraries: ['usr/lib/mysql/private'],
  },
  mariadb: {
    package: 'mariadb-server-core',
    unpacked: /^(mariadb-server-core|lib|zlib1g)/,
    program: 'usr/sbin/mariadbd',
    options: ['lc-messages-dir=usr/share/mariadb', 'character-sets-dir=usr/share/mariadb/charsets'],
    libraries: [],
  },
};

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The program that runs the server, from the cache of this user, where a first call puts it; `variable` can name another. */
export async function fetchServer(name: keyof typeof servers, variable: string): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'integrations-test');
  const place = join(cache, servers[name].package);
  const program = join(place, 'server');
  if (existsSync(program)) return program;

  if (!findProgram('apt-get') || !findProgram('dpkg-deb') || !existsSync(keyring)) {
    throw new Error(
      `The tests need the server of Debian's package ${servers[name].package}, which they fetch where there are apt-get, ` +
        `dpkg-deb and ${keyring}. Elsewhere name one in ${variable}, with an administrator's account: ` +
        'mysql://root:PASSWORD@127.0.0.1:3306/',
    );
  }
  const unfinished = `${place}.${randomBytes(4).toString('hex')}`;
  mkdirSync(unfinished, { recursive: true });
  const remover = removeAtEnd(unfinished);
  try {
    await unpackServer(servers[name], unfinished);
    placeAtOnce(unfinished, place);
  } finally {
    await remover.stop();
  }
  return program;
}

/** Of two that fetch at the same time the first one's is kept. */
function placeAtOnce(unfinished: string, place: string): void {
  try {
    renameSync(unfinished, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

async function unpackServer(server: (typeof servers)[keyof typeof servers], folder: string): Promise<void> {
  const root = join(folder, 'root');
  mkdirSync(root);
  for (const file of await download(server.package, join(folder, 'apt'))) {
    if (server.unpacked.test(file.slice(file.lastIndexOf('/') + 1))) await run('dpkg-deb', ['-x', file, root]);
  }
  rmSync(join(folder, 'apt'), { recursive: true });
  for (const unused of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/lintian', 'etc']) {
    rmSync(join(root, unused), { recursive: true, force: true });
  }
  writeFileSync(join(folder, 'server'), wrapper(server, root), { mode: 0o755 });
}

/** The packages that the server needs on a system with nothing installed. */
async function download(name: string, folder: string): Promise<string[]> {
  const [lists, cache] = [join(folder, 'lists'), join(folder, 'cache')];
  for (const made of [join(lists, 'partial'), join(cache, 'archives/partial')]) mkdirSync(made, { recursive: true });
  const [status, sources] = [join(folder, 'status'), join(folder, 'sources.list')];
  writeFileSync(status, '');
  writeFileSync(sources, `deb [signed-by=${keyring}] ${await findMirror()} sid main\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${lists}`,
    `Dir::State::status=${status}`,
    `Dir::Cache=${cache}`,
    `APT::Sandbox::User=${(await run('id', ['-un'])).trim()}`,
    'APT::Install-Recommends=false',
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false',
    'Debug::NoLocking=true',
  ].flatMap((option) => ['-o', option]);
  await run('apt-get', [...options, '-q', '-y', 'update']);
  await run('apt-get', [...options, '-q', '-y', 'install', '--download-only', name]);
  const archives = join(cache, 'archives');
  return readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(archives, file));
}

/** The first one that the machine's own apt uses for Debian itself (not for its security updates), whether or not it has ever been asked. */
async function findMirror(): Promise<string> {
  const uris = await run('apt-get', ['-o', 'Debug::NoLocking=true', 'update', '--print-uris']);
  const mirror = /^'(\S+\/debian)\/dists\//m.exec(uris)?.[1];
  if (!mirror) throw new Error("apt's sources name no mirror of Debian to fetch a server from.");
  return mirror;
}

/** Runs it by its own loader with its own libraries, wherever the folder is by then. */
function wrapper(server: (typeof servers)[keyof typeof servers], root: string): string {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const libc = files.find((file) => file.endsWith('/libc.so.6'));
  const loader = files.find(
    (file) => libc && dirname(file) === dirname(libc) && /\/ld-linux[^/]*\.so\.\d+$/.test(file),
  );
  if (!libc || !loader || !files.includes(server.program)) {
    throw new Error(`${server.package} holds no server that can run.`);
  }
  const libraries = [dirname(libc), ...server.libraries].map((path) => `$root/${path}`).join(':');
  const options = server.options.map((option) => `--${option.replace('=', '="$root"/')}`);
  return [
    '#!/bin/sh',
    'root=$(dirname "$(readlink -f "$0")")/root',
    `exec "$root/${loader}" --library-path "${libraries}" "$root/${server.program}" --no-defaults \\`,
    `  --basedir="$root/usr" ${options.join(' ')} "$@"`,
    '',
  ].join('\n');
}
