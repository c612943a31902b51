import { countRefusal } from '../db/stores/access-refusals.ts';
import type { Deps } from './deps.ts';

/** Whoever was refused more often in one minute is told to wait for the next. */
export const mostRefusalsPerMinute = 20;

export interface Refusals {
  /**
   * Counts that a caller from an address was refused.
   * @returns the seconds to wait where that happened too often; undefined otherwise
   */
  add(deps: Pick<Deps, 'database'>, address: string): Promise<number | undefined>;
}

const minuteMs = 60_000;

/**
 * How often callers were refused, here and at all other servers on the same database. It is no lock: a token cannot be
 * guessed, so that whoever has one is let in, though others behind the same address try in vain.
 */
export function createRefusals(): Refusals {
  let current = 0;
  /** Of this server in this minute. */
  let counts = new Map<string, number>();

  return {
    async add(deps, address) {
      const now = new Date();
      const minute = Math.floor(now.getTime() / minuteMs);
      if (minute !== current) counts = new Map();
      current = minute;
      const own = counts;
      const count = (own.get(address) ?? 0) + 1;
      own.set(address, count);
      // Once it is too often, the database need not hear of each.
      const known = count > mostRefusalsPerMinute ? count : Math.max(count, await stored(deps, address, now));
      own.set(address, Math.max(known, own.get(address) ?? 0));
      if (known <= mostRefusalsPerMinute) return undefined;
      return Math.ceil(((minute + 1) * minuteMs - now.getTime()) / 1000);
    },
  };
}

/** Of a database that may only be read, or is gone, nothing is known: each server counts by itself. */
async function stored(deps: Pick<Deps, 'database'>, address: string, now: Date): Promise<number> {
  try {
    const database = await deps.database();
    return await database.transaction((queries) => countRefusal(queries, address, now));
  } catch {
    return 0;
  }
}
