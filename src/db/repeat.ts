import { setTimeout as sleep } from 'node:timers/promises';
import { isFatal } from './errors.ts';

/** The server took the transaction back: a deadlock, a lock that was not to be had, a change elsewhere that came first. */
const takenBack = new Set([1020, 1205, 1213]);

/** The server serves no longer, or not yet: not part of its cluster, shutting down, broken off, read-only. */
const unfit = new Set([1047, 1053, 1180, 1290, 1836]);

const connectionKilled = 1927;

export function isTakenBack(error: unknown): boolean {
  return takenBack.has(errnoOf(error));
}

/** Whether another host may do what this one refused. */
export function isUnfit(error: unknown): boolean {
  return unfit.has(errnoOf(error));
}

/** Whether what failed may succeed when it is done again. */
export function mayPass(error: unknown): boolean {
  return isFatal(error) || errnoOf(error) === connectionKilled || isUnfit(error) || isTakenBack(error);
}

export interface Patience {
  /** How often something is tried at most. */
  tries: number;
  /** After the first failure; nothing is begun anew then. */
  limitMs: number;
  firstDelayMs: number;
  longestDelayMs: number;
}

/** Outlasts a node that is being shut down, and a balancer that takes some seconds to notice. */
const patience: Patience = { tries: 8, limitMs: 15_000, firstDelayMs: 100, longestDelayMs: 2_000 };

/** Repeats `attempt` while it fails in a way that `canPass`, each time after a longer and random delay. */
export async function repeat<T>(
  attempt: () => Promise<T>,
  canPass: (error: unknown) => boolean,
  { tries, limitMs, firstDelayMs, longestDelayMs }: Patience = patience,
): Promise<T> {
  let deadline = Number.POSITIVE_INFINITY;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      deadline = Math.min(deadline, Date.now() + limitMs);
      if (!canPass(error) || tried === tries || Date.now() >= deadline) throw error;
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (tried - 1));
      await sleep(delay * (0.5 + Math.random() / 2));
    }
  }
}

function errnoOf(error: unknown): number {
  const errno = error instanceof Error ? (error as { errno?: unknown }).errno : undefined;
  return typeof errno === 'number' ? errno : 0;
}
