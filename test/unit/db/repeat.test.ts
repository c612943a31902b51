import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isGone, isTakenBack, isUnfit, mayPass, type Patience, repeat } from '../../../src/db/repeat.ts';

/** Time passes where it is waited, and nowhere else. */
vi.mock('node:timers/promises', async (load) => ({
  ...(await load<typeof import('node:timers/promises')>()),
  setTimeout: async (milliseconds: number) => {
    delays.push(milliseconds);
    now += milliseconds;
  },
}));
let now = 0;
let delays: number[] = [];
beforeEach(() => {
  [now, delays] = [1_800_000_000_000, []];
  vi.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const errno = (number: number) => Object.assign(new Error('the driver says'), { errno: number });
const lost = Object.assign(new Error('the driver says'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
const quick: Patience = { limitMs: 1_000, firstDelayMs: 1, longestDelayMs: 2 };

/** Fails with these errors, one after the other, and then answers. */
function failing(...errors: unknown[]) {
  return vi.fn(async () => {
    if (errors.length > 0) throw errors.shift();
    return 'done';
  });
}

describe('what may pass', () => {
  test.each([
    ['a deadlock, or a certification that failed', 1213],
    ['a lock that was not to be had', 1205],
    ['a row that has changed since it was read', 1020],
  ])('%s: taken back', (_, number) => {
    expect(isTakenBack(errno(number))).toBe(true);
    expect(isUnfit(errno(number))).toBe(false);
    expect(mayPass(errno(number))).toBe(true);
    expect(isGone(errno(number))).toBe(false);
  });

  test.each([
    ['a node without its cluster', 1047],
    ['a shutdown', 1053],
    ['a cluster that breaks apart', 1180],
    ['a server that became read-only', 1290],
    ['the same, as MySQL says it', 1836],
    ['a server in offline mode', 3032],
    ['a group that is given another primary', 3098],
    ['a group that has lost its majority at COMMIT', 3100],
    ['the same, where it was to wait for the others', 3797],
    ['a member that is not online', 1123],
  ])('%s: another host may do it', (_, number) => {
    expect(isUnfit(errno(number))).toBe(true);
    expect(isTakenBack(errno(number))).toBe(false);
    expect(mayPass(errno(number))).toBe(true);
  });

  test('a connection that is lost or ended, a certification that a group refused: nobody knows what became of it', () => {
    for (const error of [lost, errno(1927), errno(3101)]) {
      expect(mayPass(error)).toBe(true);
      expect(isGone(error)).toBe(true);
      expect(isTakenBack(error)).toBe(false);
      expect(isUnfit(error)).toBe(false);
    }
  });

  test.each([
    ['a duplicate', errno(1062)],
    ['a missing table', errno(1146)],
    ['a refused user', errno(1045)],
    ['an interrupted statement', errno(1317)],
    ['our own error', new Error('no')],
    ['nothing', undefined],
  ])('%s does not', (_, error) => {
    expect(mayPass(error)).toBe(false);
  });
});

describe('repeat', () => {
  test('tries until it succeeds', async () => {
    const attempt = failing(errno(1213), lost, errno(1047));
    expect(await repeat(attempt, mayPass, quick)).toBe('done');
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  test('gives up when its time is over, with what came last', async () => {
    const started = Date.now();
    const attempt = vi.fn(() => Promise.reject(Date.now() - started < 100 ? errno(1213) : lost));
    await expect(repeat(attempt, mayPass, { ...quick, limitMs: 150 })).rejects.toBe(lost);
    // The last wait is cut to what is left, and what is begun then is the last.
    expect(Date.now() - started).toBe(150);
    expect(attempt.mock.calls.length).toBeGreaterThan(75);
  });

  test('tries once where it cannot pass', async () => {
    const attempt = failing(errno(1062));
    await expect(repeat(attempt, mayPass, quick)).rejects.toMatchObject({ errno: 1062 });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('begins nothing anew when its time was over at the first failure', async () => {
    const attempt = failing(errno(1205), errno(1205));
    await expect(repeat(attempt, mayPass, { ...quick, limitMs: 0 })).rejects.toMatchObject({ errno: 1205 });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('waits longer each time, never the same, and never longer than it may', async () => {
    const patience = { limitMs: 10_000, firstDelayMs: 20, longestDelayMs: 60 };
    await repeat(failing(lost, lost, lost, lost, lost), mayPass, patience);
    const longest = [20, 40, 60, 60, 60];
    expect(delays).toHaveLength(longest.length);
    for (const [index, most] of longest.entries()) {
      expect(delays[index]).toBeGreaterThanOrEqual(most / 2);
      expect(delays[index]).toBeLessThanOrEqual(most);
    }
    expect(new Set(delays).size).toBe(longest.length);
  });
});
