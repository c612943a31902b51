import { closeSync, constants, openSync } from 'node:fs';
import { systemHint, systemReason } from '../files/system-error.ts';
import type { Refused } from './server-errors.ts';

const checkFile = 'Check the path, and who may use the file and its directory.';
const checkSystem = "Check the system's log: the disk may be failing, or a network drive may be gone.";
const localDisk = 'Try again. A file on a network drive is better moved to a local disk.';
const restore = 'Put a backup in its place; copies from before each migration are next to it.';
const tryAgain = 'Try again when it has finished.';

/** By SQLite's names; one that is not here stands under the first two words of it. */
const refusals: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  SQLITE_CANTOPEN: ['the file cannot be opened', checkFile],
  SQLITE_READONLY: ['the file is read-only', 'Check the modes of the file and its directory.'],
  SQLITE_READONLY_DBMOVED: ['the file was moved or removed meanwhile', 'Try again.'],
  SQLITE_PERM: ['permission denied', checkFile],
  SQLITE_AUTH: ['permission denied', checkFile],
  SQLITE_FULL: ['the disk is full', 'Free some space, then run it again.'],
  SQLITE_NOMEM: ['there is too little memory', 'End other programs, then run it again.'],
  SQLITE_IOERR_NOMEM: ['there is too little memory', 'End other programs, then run it again.'],
  SQLITE_BUSY: ['another command is using it', tryAgain],
  SQLITE_LOCKED: ['another command is using it', tryAgain],
  SQLITE_PROTOCOL: ['its locks do not work as they should', localDisk],
  SQLITE_IOERR: ['the file cannot be read or written', checkSystem],
  SQLITE_IOERR_LOCK: ['the file cannot be locked', localDisk],
  SQLITE_IOERR_UNLOCK: ['the file cannot be locked', localDisk],
  SQLITE_IOERR_RDLOCK: ['the file cannot be locked', localDisk],
  SQLITE_IOERR_CHECKRESERVEDLOCK: ['the file cannot be locked', localDisk],
  SQLITE_IOERR_SHMOPEN: ['its -shm file cannot be used', localDisk],
  SQLITE_IOERR_SHMSIZE: ['its -shm file cannot be used', localDisk],
  SQLITE_IOERR_SHMLOCK: ['its -shm file cannot be used', localDisk],
  SQLITE_IOERR_SHMMAP: ['its -shm file cannot be used', localDisk],
  SQLITE_IOERR_CORRUPTFS: ['the file is damaged', restore],
  SQLITE_IOERR_DATA: ['the file is damaged', restore],
  SQLITE_CORRUPT: ['the file is damaged', restore],
  SQLITE_NOTADB: ['the file is not a SQLite database', 'Check the path; where it is right, put a backup in its place.'],
  SQLITE_FORMAT: ['the file is not a SQLite database', 'Check the path; where it is right, put a backup in its place.'],
  SQLITE_NOLFS: ['the file is larger than this system can handle', 'Move it to another file system.'],
  SQLITE_SCHEMA: ['another command changed the tables at the same time', 'Try again.'],
};

/** What only a statement of ours can earn, wrong as it was written; and a rule of ours that nobody foresaw. */
const ours = /^SQLITE_(ERROR|MISUSE|RANGE|MISMATCH|CONSTRAINT|INTERNAL|TOOBIG|ABORT)(_|$)/;

/**
 * Why SQLite refused; undefined where the statement was at fault.
 * @param path of the file, of which the system itself may say more
 */
export function refusedBySqlite(code: string, path?: string): Refused | undefined {
  if (ours.test(code)) return undefined;
  const fault = code.startsWith('SQLITE_CANTOPEN') && path !== undefined ? openingFault(path) : undefined;
  if (fault) return { reason: systemReason(fault), hint: systemHint(fault) ?? checkFile };
  const [reason, hint] = refusals[code] ?? refusals[code.split('_').slice(0, 2).join('_')] ?? [];
  return reason === undefined || hint === undefined
    ? { reason: `SQLite refused (${code})`, hint: checkSystem }
    : { reason, hint };
}

/** SQLite does not tell what the system told it. */
function openingFault(path: string): unknown {
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
    return undefined;
  } catch (error) {
    return error;
  }
}
