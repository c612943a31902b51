import { closeSync, linkSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/error.ts';
import { type Draft, draftOf, isOld, realPath, startDraft } from './draft.ts';
import { openNewFile, refuseExposedFolder } from './private-file.ts';
import { hasEnded, identityOf, pidOf } from './process-identity.ts';
import { systemCode, systemReason } from './system-error.ts';

const patienceMs = 10_000;

/** A file that no other command changes meanwhile. */
export interface LockedFile {
  /** Replaces it, whole or not at all. @throws AppError CONFLICT where the lock was taken over meanwhile */
  replace(text: string): void;
  /** For what stands elsewhere and is changed under the same lock. @throws AppError CONFLICT as well */
  confirm(): void;
}

/**
 * Runs `change` while no other process changes the same file; for reading, changing and writing it back. The lock of a
 * process that has ended is taken over, and so is one that nothing is known of once it is old. Whoever takes it over
 * removes the draft first, so that its former holder, should it go on, replaces nothing any more.
 * @throws AppError USAGE where others can change what lies in its folder
 */
export async function withFileLock<T>(path: string, change: (file: LockedFile) => Promise<T>): Promise<T> {
  const real = realPath(path);
  refuseExposedFolder(real);
  const lock = `${real}.lock`;
  const draft = await lockWhenFree(real, lock);
  const release = () => {
    draft.discard();
    if (holderOf(lock) === draft.writer) rmSync(lock, { force: true });
  };
  // Ctrl-C ends the process without coming back here.
  process.once('exit', release);
  const confirm = () => {
    if (holderOf(lock) !== draft.writer) throw takenOver(path);
  };
  try {
    return await change({
      confirm,
      replace(text) {
        confirm();
        try {
          draft.replace(text);
        } catch (error) {
          if (systemCode(error) === 'ENOENT') throw takenOver(path, error);
          throw new AppError('INTERNAL', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
        }
      },
    });
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Waits for the lock, and takes it. @returns the draft of its holder */
async function lockWhenFree(path: string, lock: string): Promise<Draft> {
  for (const deadline = Date.now() + patienceMs; ; ) {
    const draft = tryLock(path, lock);
    if (draft) return draft;
    const holder = holderOf(lock);
    if (holder !== undefined && isAbandoned(lock, holder)) takeAway(path, lock, holder);
    else if (Date.now() > deadline) throw busy(path, lock, holder);
    else await sleep(25);
  }
}

/** The lock appears with what it says: empty, as after a kill in between, it would tell nobody whose it is. */
function tryLock(path: string, lock: string): Draft | undefined {
  let draft: Draft | undefined;
  let isLocked = false;
  try {
    draft = startDraft(path);
    isLocked = makeLock(lock, draft.writer);
    return isLocked ? draft : undefined;
  } catch (error) {
    throw new AppError('INTERNAL', `cannot write ${lock}: ${systemReason(error)}`, { cause: error });
  } finally {
    if (!isLocked) draft?.discard();
  }
}

/** @returns whether there was none */
function makeLock(lock: string, holder: string): boolean {
  const own = draftOf(lock, holder);
  try {
    const file = openNewFile(own);
    try {
      // The name is for people.
      writeSync(file, `${holder} ${hostname()}`);
    } finally {
      closeSync(file);
    }
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Who holds it, as it says; undefined where there is none. */
function holderOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8').split(' ')[0];
  } catch {
    return undefined;
  }
}

/** Whether nobody will release it: its process has ended, or nothing is known of it and it is older than any change takes. */
function isAbandoned(lock: string, holder: string): boolean {
  const identity = identityOf(holder);
  return (identity === undefined ? undefined : hasEnded(identity)) ?? isOld(lock);
}

/** Of several that see an abandoned lock, one removes it; what another has locked meanwhile is put back. */
function takeAway(path: string, lock: string, holder: string): void {
  if (identityOf(holder) !== undefined) rmSync(draftOf(path, holder), { force: true });
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (holderOf(aside) !== holder) linkSync(aside, lock);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function busy(path: string, lock: string, holder: string | undefined): AppError {
  const identity = holder === undefined ? undefined : identityOf(holder);
  const isHere = identity !== undefined && hasEnded(identity) === false;
  return new AppError('CONFLICT', `another command is changing ${path}`, {
    hint: isHere
      ? `Try again when the process ${pidOf(identity)} has ended.`
      : `Try again; if none is running, remove ${lock}`,
  });
}

function takenOver(path: string, cause?: unknown): AppError {
  return new AppError('CONFLICT', `another command took over the lock of ${path}, which stays as that one left it`, {
    hint: 'This one was stopped for too long. Run it again.',
    cause,
  });
}
