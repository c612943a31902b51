import { closeSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/error.ts';
import { openNewFile } from './private-file.ts';
import { systemCode, systemReason } from './system-error.ts';

const patienceMs = 10_000;
/** When a lock is taken over although nothing is known of who holds it. */
const staleMs = 60_000;

/** Runs `change` while no other process changes the same file; for reading, changing and writing it back. */
export async function withFileLock<T>(path: string, change: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const deadline = Date.now() + patienceMs;
  while (!tryLock(lock)) {
    if (isAbandoned(lock)) removeAbandoned(lock);
    else if (Date.now() > deadline) {
      throw new AppError('CONFLICT', `another command is changing ${path}`, {
        hint: `Try again; if none is running, remove ${lock}`,
      });
    } else await sleep(25);
  }
  const release = () => rmSync(lock, { force: true });
  // Ctrl-C ends the process without coming back here.
  process.once('exit', release);
  try {
    return await change();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** The lock appears with what it says: empty, as after a kill in between, it would tell nobody whose it is. */
function tryLock(lock: string): boolean {
  const own = `${lock}.${process.pid}`;
  try {
    rmSync(own, { force: true });
    const file = openNewFile(own);
    try {
      writeSync(file, `${process.pid} ${hostname()}`);
    } finally {
      closeSync(file);
    }
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw new AppError('INTERNAL', `cannot write ${lock}: ${systemReason(error)}`, { cause: error });
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whether nobody will release it: its process on this machine has ended, or it is older than any change takes. */
function isAbandoned(lock: string): boolean {
  try {
    const [pid, host] = readFileSync(lock, 'utf8').split(' ');
    if (host === hostname() && isGone(Number(pid))) return true;
    return Date.now() - statSync(lock).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

/** Of several that see an abandoned lock, one removes it; what another has locked meanwhile is put back. */
function removeAbandoned(lock: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (!isAbandoned(aside)) linkSync(aside, lock);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
