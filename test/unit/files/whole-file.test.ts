import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { draftOf } from '../../../src/files/draft.ts';
import { hasEnded, ownIdentity } from '../../../src/files/process-identity.ts';
import { writeNewFile, writePrivateFile } from '../../../src/files/whole-file.ts';

let folder: string;
const path = () => join(folder, 'reviewed.plan');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whole-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a file', () => writeFileSync(path(), 'before')],
  ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), path())],
])('a new file replaces no %s', (_, make) => {
  make();
  expect(() => writeNewFile(path(), 'after', 'out')).toThrow(`${path()} exists already`);
  expect(readdirSync(folder)).toEqual(['reviewed.plan']);
});

test('what processes left that were killed goes with the next writing, what others write stays', () => {
  const [dead, alive] = ['1-01234567-1', ownIdentity()];
  const drafts = [`${ownIdentity().replace(/\d+$/, '4')}-beef`, `${dead}-beef`, `${dead}-cafe`, `${alive}-beef`];
  const [earlier, old, fresh, living] = drafts.map((writer) => draftOf(path(), writer)) as [string, ...string[]];
  const strangers = [join(folder, 'reviewed.plan.new'), join(folder, 'reviewed.plan.mine.new'), `${path()}.bak`];
  const longAgo = Date.now() / 1000 - 61;
  for (const each of [earlier, old, fresh, living, ...strangers] as string[]) writeFileSync(each, 'half');
  for (const each of [old, living, ...strangers] as string[]) utimesSync(each, longAgo, longAgo);
  for (const write of [() => writeNewFile(path(), 'a', 'out'), () => writePrivateFile(path(), 'b')]) {
    write();
    const left = [fresh, living, path(), ...strangers] as string[];
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual(left.sort());
  }
  expect(readFileSync(path(), 'utf8')).toBe('b');
});

test('a process is told from the others, as long as it lives', async () => {
  expect(hasEnded(ownIdentity())).toBe(false);
  expect(hasEnded(ownIdentity().replace(/\d+$/, '4'))).toBe(true);
  expect(hasEnded('1-01234567-1')).toBeUndefined();
  const child: ChildProcess = spawn('sleep', ['60']);
  const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ');
  const identity = ownIdentity()
    .replace(/^\d+/, String(child.pid))
    .replace(/\d+$/, stat()[21] ?? '');
  expect(hasEnded(identity)).toBe(false);
  child.kill('SIGSTOP');
  expect(hasEnded(identity)).toBe(false);
  const end = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await end;
  expect(hasEnded(identity)).toBe(true);
});
