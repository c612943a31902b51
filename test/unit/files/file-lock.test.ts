import { spawnSync } from 'node:child_process';
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withFileLock } from '../../../src/files/file-lock.ts';

let folder: string;
const path = () => join(folder, 'config.yaml');
const lock = () => `${path()}.lock`;

beforeEach(() => {
  vi.mocked(sleep).mockClear();
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** How often it was waited since the test began. */
vi.mock('node:timers/promises', async (load) => {
  const timers = await load<typeof import('node:timers/promises')>();
  return { ...timers, setTimeout: vi.fn(timers.setTimeout) };
});
const waits = () => vi.mocked(sleep).mock.calls.length;

const endedPid = () => Number(spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout);

test('names who holds it, and goes with the change', async () => {
  await withFileLock(path(), async () => expect(readFileSync(lock(), 'utf8')).toBe(`${process.pid} ${hostname()}`));
  expect(readdirSync(folder)).toEqual([]);
  await expect(withFileLock(path(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('is not there before it says who holds it: a kill in between leaves none that nobody could take over', async () => {
  const { writeSync } = fs;
  const seen: boolean[] = [];
  fs.writeSync = ((...given: Parameters<typeof writeSync>) => {
    seen.push(existsSync(lock()));
    return writeSync(...given);
  }) as typeof writeSync;
  syncBuiltinESMExports();
  try {
    await withFileLock(path(), async () => undefined);
  } finally {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
  }
  expect(seen).toEqual([false]);
});

test('of a process that was killed is taken over at once', async () => {
  writeFileSync(lock(), `${endedPid()} ${hostname()}`);
  await withFileLock(path(), async () => undefined);
  expect(waits()).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('of a killed process is taken over by one of many, the others wait for that one', async () => {
  writeFileSync(lock(), `${endedPid()} ${hostname()}`);
  let inside = 0;
  let most = 0;
  const change = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(path(), change)));
  expect([most, readdirSync(folder)]).toEqual([1, []]);
});

test.each([
  ['a process that runs', () => `${process.pid} ${hostname()}`],
  ['another machine, where that process may run', () => `${endedPid()} elsewhere`],
  ['nobody that is known', () => ''],
])('of %s is waited for, and taken over when it is a minute old', async (_, content) => {
  const held = content();
  writeFileSync(lock(), held);
  let locked = false;
  const locking = withFileLock(path(), async () => {
    locked = true;
  });
  await vi.waitUntil(() => waits() >= 5);
  expect([locked, readFileSync(lock(), 'utf8')]).toEqual([false, held]);
  const old = Date.now() / 1000 - 61;
  utimesSync(lock(), old, old);
  await locking;
  expect(locked).toBe(true);
  expect(existsSync(lock())).toBe(false);
});
