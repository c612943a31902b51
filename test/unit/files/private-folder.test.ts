import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { abandonedFolders, makePrivateFolder, removeAbandonedFolders } from '../../../src/files/private-folder.ts';
import { ownIdentity } from '../../../src/files/process-identity.ts';
import { atEnd } from '../../support/at-end.ts';

/** A place as a session of a desktop has it. */
function session(): { XDG_RUNTIME_DIR: string } {
  const place = mkdtempSync(join(tmpdir(), 'session-'));
  chmodSync(place, 0o700);
  atEnd(() => rmSync(place, { recursive: true, force: true }));
  return { XDG_RUNTIME_DIR: place };
}

const placeOf = (env: { XDG_RUNTIME_DIR: string }) => readdirSync(env.XDG_RUNTIME_DIR);

test('folder and files are their owner’s alone, and go', () => {
  const env = session();
  const folder = makePrivateFolder(env, ({ write }) => write('key.json', '{}'));
  const file = join(folder.path, 'key.json');
  expect([folder.path, file].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['700', '600']);
  expect(readFileSync(file, 'utf8')).toBe('{}');
  expect(placeOf(env)).toEqual([basename(folder.path)]);
  expect(() => folder.write('key.json', '')).toThrow(/EEXIST/);
  const listeners = process.listenerCount('exit');
  folder.remove();
  expect(placeOf(env)).toEqual([]);
  expect(process.listenerCount('exit')).toBe(listeners - 1);
});

test('no place that others can get at is taken', () => {
  const env = session();
  chmodSync(env.XDG_RUNTIME_DIR, 0o750);
  const folder = makePrivateFolder(env, () => undefined);
  atEnd(() => folder.remove());
  expect(placeOf(env)).toEqual([]);
  expect(folder.path).toMatch(/^\/(dev\/shm|tmp)\//);
});

test('where there is no room it is made elsewhere, and nothing stays', () => {
  const env = session();
  const tried: string[] = [];
  const folder = makePrivateFolder(env, ({ path, write }) => {
    write('key.json', '{}');
    tried.push(path);
    if (tried.length === 1) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  });
  atEnd(() => folder.remove());
  expect(tried).toEqual([expect.stringContaining(env.XDG_RUNTIME_DIR), folder.path]);
  expect(placeOf(env)).toEqual([]);
  const none = () => {
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  expect(() => makePrivateFolder(env, none)).toThrow(/no place for a private folder \(.*: the disk is full; /);
});

test('what a process left that has ended is removed, and nothing else', () => {
  const env = session();
  const [pid, ...rest] = ownIdentity().split('-');
  const made = (name: string) => {
    const path = join(env.XDG_RUNTIME_DIR, name);
    mkdirSync(path);
    return path;
  };
  const abandoned = made(`integrations-private-${pid}-${rest[0]}-1-abcdef`);
  const others = [
    made(`integrations-private-${ownIdentity()}-abcdef`),
    made(`integrations-private-${pid}-00000000-1-of-another-machine`),
    made('integrations-private-of-nobody'),
  ];
  const elsewhere = made('elsewhere');
  const link = join(env.XDG_RUNTIME_DIR, `integrations-private-${pid}-${rest[0]}-2-linked`);
  symlinkSync(elsewhere, link);
  expect(abandonedFolders(env)).toEqual([abandoned]);
  removeAbandonedFolders(env);
  expect(existsSync(abandoned)).toBe(false);
  expect([...others, elsewhere, link].every((path) => existsSync(path))).toBe(true);
});
