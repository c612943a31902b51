import { spawnSync } from 'node:child_process';
import fs, {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { draftOf } from '../../../src/files/draft.ts';
import { type LockedFile, withFileLock } from '../../../src/files/file-lock.ts';
import { ownIdentity } from '../../../src/files/process-identity.ts';

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

const holder = (identity: string) => `${identity}-beef ${hostname()}`;

/** A process of this machine that has ended. */
function ended(): string {
  const pid = Number(spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout);
  return ownIdentity().replace(/^\d+/, String(pid));
}

/** The process that is here now, as an earlier one of the same id. */
const predecessor = () => ownIdentity().replace(/\d+$/, '4');
const elsewhere = () => ownIdentity().replace(/-.*-/, '-01234567-');

function makeOld(file: string): void {
  const old = Date.now() / 1000 - 61;
  utimesSync(file, old, old);
}

/** What is locked by this process, in a process that waits for it. */
async function whileLocked(work: (file: LockedFile) => unknown): Promise<void> {
  await withFileLock(path(), async (file) => void (await work(file)));
}

test('names who holds it, and goes with the change', async () => {
  await whileLocked(() =>
    expect(readFileSync(lock(), 'utf8')).toMatch(new RegExp(`^${ownIdentity()}-[0-9a-f]{4} ${hostname()}$`)),
  );
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

test.each([
  ['a process that was killed', ended],
  ['an earlier process of the same id', predecessor],
])('of %s is taken over at once, its draft with it', async (_, identity) => {
  writeFileSync(lock(), holder(identity()));
  writeFileSync(draftOf(path(), `${identity()}-beef`), 'half');
  await whileLocked(() => undefined);
  expect(waits()).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('of a killed process is taken over by one of many, the others wait for that one', async () => {
  writeFileSync(lock(), holder(ended()));
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
  ['another machine, where that process may run', () => holder(elsewhere())],
  ['an earlier version of this program', () => `${process.pid} ${hostname()}`],
  ['nobody that is known', () => ''],
])('of %s is waited for, and taken over when it is a minute old', async (_, content) => {
  const held = content();
  writeFileSync(lock(), held);
  let locked = false;
  const locking = withFileLock(path(), async () => {
    locked = true;
  });
  await vi.waitUntil(() => waits() >= 5, { timeout: 20_000 });
  expect([locked, readFileSync(lock(), 'utf8')]).toEqual([false, held]);
  makeOld(lock());
  await locking;
  expect(locked).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

test('of a process that lives is never taken over, however old it is: it may have been stopped', async () => {
  await whileLocked(async () => {
    makeOld(lock());
    const held = readFileSync(lock(), 'utf8');
    const waiting = vi.spyOn(Date, 'now');
    const locking = withFileLock(path(), async () => undefined);
    const told = expect(locking).rejects.toMatchObject({
      code: 'CONFLICT',
      hint: `Try again when the process ${process.pid} has ended.`,
    });
    await vi.waitUntil(() => waits() >= 5, { timeout: 20_000 });
    expect(readFileSync(lock(), 'utf8')).toBe(held);
    waiting.mockReturnValue(Number.MAX_SAFE_INTEGER);
    await told;
    waiting.mockRestore();
    expect(readFileSync(lock(), 'utf8')).toBe(held);
  });
});

describe('who lost the lock replaces nothing', () => {
  const anothers = 'what another wrote';

  /** Another process takes the lock over, and is done with it or not. */
  function takeOver({ isDone }: { isDone: boolean }): void {
    const [writer = ''] = readFileSync(lock(), 'utf8').split(' ');
    rmSync(draftOf(path(), writer));
    rmSync(lock());
    writeFileSync(path(), anothers);
    if (!isDone) writeFileSync(lock(), holder(elsewhere()));
  }

  test.each([{ isDone: true }, { isDone: false }])('before it begins to write: %o', async (how) => {
    await expect(
      whileLocked((file) => {
        takeOver(how);
        file.replace('mine');
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('took over the lock') });
    expect(readFileSync(path(), 'utf8')).toBe(anothers);
    expect(readdirSync(folder)).toEqual(how.isDone ? ['config.yaml'] : ['config.yaml', 'config.yaml.lock']);
  });

  test.each(['writeFileSync', 'fsyncSync', 'renameSync'] as const)('before its %s', async (step) => {
    const original = fs[step];
    await expect(
      whileLocked((file) => {
        const last: unknown = (...given: Parameters<typeof original>) => {
          Object.assign(fs, { [step]: original });
          syncBuiltinESMExports();
          takeOver({ isDone: false });
          return (original as (...given: unknown[]) => unknown)(...given);
        };
        Object.assign(fs, { [step]: last });
        syncBuiltinESMExports();
        file.replace('mine');
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readFileSync(path(), 'utf8')).toBe(anothers);
    expect(readdirSync(folder)).toEqual(['config.yaml', 'config.yaml.lock']);
  });
});

test('what is written is the whole file, its owner alone can read it, and a link to it stays one', async () => {
  const real = join(folder, 'elsewhere.yaml');
  writeFileSync(real, 'before', { mode: 0o644 });
  symlinkSync(real, path());
  await whileLocked((file) => file.replace('after'));
  expect([readFileSync(real, 'utf8'), statSync(real).mode & 0o777]).toEqual(['after', 0o600]);
  expect(lstatSync(path()).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['config.yaml', 'elsewhere.yaml']);
});

test('what a full disk leaves is the file as it was, and neither lock nor draft', async () => {
  writeFileSync(path(), 'before');
  const { fsyncSync } = fs;
  fs.fsyncSync = () => {
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  syncBuiltinESMExports();
  try {
    await expect(whileLocked((file) => file.replace('after'))).rejects.toMatchObject({
      message: `cannot write ${path()}: the disk is full`,
    });
  } finally {
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
  }
  expect([readFileSync(path(), 'utf8'), readdirSync(folder)]).toEqual(['before', ['config.yaml']]);
});
