import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';

/** The file that the system runs for a command: at its path, or the first of that name in PATH; undefined where there is none. */
export function executableOf(command: string, env: Environment): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (command.includes('/')) return isExecutable(command) ? command : undefined;
  const folders = (env['PATH'] ?? '/bin:/usr/bin').split(':');
  return folders.map((folder) => join(folder || '.', command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether the system knows no way to run a file: a text without `#!`. execvp(3), by which Node starts programs, would give it to
 * `sh`. What cannot be read is left to the system.
 */
export function hasNoHeader(file: string): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const start = Buffer.alloc(256);
    const begins = start.subarray(0, readSync(descriptor, start));
    return !begins.includes(0) && begins.toString('latin1', 0, 2) !== '#!';
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
