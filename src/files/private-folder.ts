import { closeSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import { exposureOf } from './exposure.ts';
import { openNewFile } from './private-file.ts';
import { hasEnded, identityOf, ownIdentity } from './process-identity.ts';
import { systemCode, systemReason } from './system-error.ts';

/** A folder of this process for what only its user may read, in memory where the system has a place for that. */
export interface PrivateFolder {
  readonly path: string;
  /** @throws what the operating system refuses */
  write(name: string, content: string): void;
  /** Removes it with all that is in it; it goes with the process in any case, however that ends but by SIGKILL. */
  remove(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'integrations-private-';

/**
 * Makes a folder, and fills it: elsewhere where there is no room.
 * @param fill may be called again, for another folder
 * @throws AppError INTERNAL where it can be made nowhere
 */
export function makePrivateFolder(env: Environment, fill: (folder: PrivateFolder) => void): PrivateFolder {
  const refusals: string[] = [];
  for (const place of placesOf(env)) {
    let folder: PrivateFolder | undefined;
    try {
      // Made with mode 0700.
      folder = privateFolder(mkdtempSync(join(place, `${prefix}${ownIdentity()}-`)));
      fill(folder);
      return folder;
    } catch (error) {
      folder?.remove();
      if (systemCode(error) === undefined) throw error;
      refusals.push(`${place}: ${systemReason(error)}`);
    }
  }
  throw new AppError('INTERNAL', `there is no place for a private folder (${refusals.join('; ')})`, {
    hint: 'Set TMPDIR to a folder that is yours alone, with some room.',
  });
}

function privateFolder(path: string): PrivateFolder {
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  // Of a process that ends on its way, whatever ends it.
  process.once('exit', remove);
  return {
    path,
    write(name, content) {
      const file = openNewFile(join(path, name));
      try {
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
    },
    remove() {
      remove();
      process.off('exit', remove);
    },
  };
}

/** Folders of this user's whose process is gone: it was killed before it could remove them. */
export function abandonedFolders(env: Environment): string[] {
  return [...new Set(placesOf(env))].flatMap((place) =>
    namesIn(place)
      .filter((name) => name.startsWith(prefix) && isAbandoned(name.slice(prefix.length)))
      .map((name) => join(place, name))
      .filter(isOwnFolder),
  );
}

/** Removes those, as far as that can be done. */
export function removeAbandonedFolders(env: Environment): void {
  for (const path of abandonedFolders(env)) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Doctor names what stays.
    }
  }
}

function isAbandoned(name: string): boolean {
  const identity = identityOf(name);
  return identity !== undefined && hasEnded(identity) === true;
}

/** The best place first; none where others could put something in the place of the folder. */
function placesOf(env: Environment): string[] {
  const session = env['XDG_RUNTIME_DIR'];
  const places = [
    ...(session && isOwnAlone(session) ? [session] : []),
    ...(process.platform === 'linux' ? ['/dev/shm'] : []),
    tmpdir(),
  ];
  return places.filter((place) => {
    const stats = statSync(place, { throwIfNoEntry: false });
    return stats?.isDirectory() && !exposureOf(place, stats);
  });
}

function isOwnAlone(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
}

/** What a link leads to is not ours to remove. */
function isOwnFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return Boolean(stats?.isDirectory()) && stats?.uid === process.getuid?.();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
