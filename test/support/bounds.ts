import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const tickMs = 50;

/**
 * What a promise settles to, which has to be soon: for what must end by itself, such as a request whose time is over.
 * The time is counted in turns of the event loop, so that a process that gets no processor comes no nearer to the end.
 */
export async function endsWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let settled = false;
  const watched = work.finally(() => {
    settled = true;
  });
  const watch = async (): Promise<never> => {
    for (let left = Math.ceil(milliseconds / tickMs); left > 0 && !settled; left -= 1) await sleep(tickMs);
    if (settled) return new Promise(() => undefined);
    throw new Error(`it had not ended after ${milliseconds} ms`);
  };
  return Promise.race([watched, watch()]);
}

/** Tells the milliseconds of processor that this process has spent since: how much work something is on any machine. */
export function processorClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}

/** A result, and the milliseconds of processor that it took. */
export async function processorTime<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const spent = processorClock();
  const result = await work();
  return { result, milliseconds: spent() };
}

/** Refuses a time that is not of between two moments; what is stored or sent has whole seconds. */
export function expectBetween(from: number, time: number, to = Date.now()): void {
  expect(time).toBeGreaterThanOrEqual(from - 1_000);
  expect(time).toBeLessThanOrEqual(to + 1_000);
}
