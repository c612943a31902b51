import { setTimeout as sleep } from 'node:timers/promises';
import { isFatal } from './errors.ts';

/** The server took the transaction back: a deadlock, a lock that was not to be had, a change elsewhere that came first. */
const takenBack = new Set([1020, 1205, 1213]);

const readOnly = new Set([1290, 1836]);

/**
 * The server serves no longer, or not yet: not part of its cluster, shutting down, broken off, read-only, offline. A
 * member of a replication group also says so by refusing a change (3098), a COMMIT (3100), or to wait for the others.
 */
const unfit = new Set([...readOnly, 1047, 1053, 1123, 1180, 3032, 3098, 3100, 3796, 3797, 3799]);

/**
 * The connection was killed, or the group refused the transaction: it is taken back here, and yet a group that has put
 * out this member may store it.
 */
const undecided = new Set([1927, 3101]);

export function isTakenBack(error: unknown): boolean {
  return takenBack.has(errnoOf(error));
}

/** Whether the server gave up waiting for a lock, of a row, a table or all of it. */
export function isLockTimeout(error: unknown): boolean {
  return errnoOf(error) === 1205;
}

/** Whether the server takes no changes, which it says for as long as nobody switches it over. */
export function isReadOnly(error: unknown): boolean {
  return readOnly.has(errnoOf(error));
}

/** Whether another host may do what this one refused. */
export function isUnfit(error: unknown): boolean {
  return unfit.has(errnoOf(error));
}

/** Whether what failed may succeed when it is done again. */
export function mayPass(error: unknown): boolean {
  return isGone(error) || isTakenBack(error);
}

/** Whether it was the server, and not what was asked of it, that failed in a way that may pass. */
export function isGone(error: unknown): boolean {
  return isFatal(error) || undecided.has(errnoOf(error)) || isUnfit(error);
}

export interface Patience {
  /** After the first failure; what is begun then is the last. */
  limitMs: number;
  firstDelayMs: number;
  longestDelayMs: number;
}

/** Outlasts a replication group, which replaces a killed primary after 20 to 25 seconds. */
export const patience: Patience = { limitMs: 30_000, firstDelayMs: 100, longestDelayMs: 2_000 };

/** Repeats `attempt` while it fails in a way that `canPass`, each time after a longer and random delay. */
export async function repeat<T>(
  attempt: () => Promise<T>,
  canPass: (error: unknown) => boolean,
  { limitMs, firstDelayMs, longestDelayMs }: Patience = patience,
): Promise<T> {
  let deadline = Number.POSITIVE_INFINITY;
  for (let longest = firstDelayMs; ; longest = Math.min(longestDelayMs, longest * 2)) {
    try {
      return await attempt();
    } catch (error) {
      deadline = Math.min(deadline, Date.now() + limitMs);
      const left = deadline - Date.now();
      if (!canPass(error) || left <= 0) throw error;
      await sleep(Math.min(left, longest * (0.5 + Math.random() / 2)));
    }
  }
}

function errnoOf(error: unknown): number {
  const errno = error instanceof Error ? (error as { errno?: unknown }).errno : undefined;
  return typeof errno === 'number' ? errno : 0;
}
