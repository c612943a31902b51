import { realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { shellWord } from '../core/text.ts';

/** What lets others than us and root change a file or a folder. */
export interface Exposure {
  /** A sentence without its full stop. */
  fault: string;
  /** A command. */
  remedy: string;
}

/** Of a file and of the folders that it is looked up in; nothing of what is no file, and of systems without modes. */
export function exposureAt(path: string): Exposure | undefined {
  const stats = statSync(path);
  // What comes through a pipe was written by whoever made the pipe.
  if (!stats.isFile()) return undefined;
  const folders = new Set([dirname(path), dirname(realpathSync(path))]);
  return exposureOf(path, stats) ?? [...folders].map((each) => exposureOf(each, statSync(each))).find(Boolean);
}

/** Whether anybody may have put this there: its folder is open to all, and it belongs neither to us nor to root. */
export function mayBePlanted(path: string): boolean {
  const user = process.getuid?.();
  if (user === undefined || [user, 0].includes(statSync(path).uid)) return false;
  const folders = [dirname(path), dirname(realpathSync(path))];
  return folders.some((each) => (statSync(each).mode & 0o002) !== 0);
}

/** Of a file or a folder by itself. */
export function exposureOf(path: string, stats: Stats): Exposure | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  if (stats.uid !== user && stats.uid !== 0) {
    return {
      fault: `${path} belongs to another user (${stats.uid}), who can change it`,
      remedy: `chown ${user} ${shellWord(path)}`,
    };
  }
  // In a folder with the sticky bit nobody can replace what is another's.
  const isSticky = stats.isDirectory() && (stats.mode & 0o1000) !== 0;
  if ((stats.mode & 0o022) === 0 || isSticky) return undefined;
  return { fault: `${path} can be changed by others`, remedy: `chmod go-w ${shellWord(path)}` };
}

/** Whether others can read a file. */
export function isReadableByOthers(path: string): boolean {
  const stats = statSync(path);
  return process.getuid !== undefined && stats.isFile() && (stats.mode & 0o044) !== 0;
}
