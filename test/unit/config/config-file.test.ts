import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeConfig, readConfig } from '../../../src/config/config-file.ts';

let directories: { config: string; data: string };
const file = () => join(directories.config, 'config.yaml');

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'config-'));
  directories = { config: join(root, 'config'), data: join(root, 'data') };
});
afterEach(() => rmSync(join(directories.config, '..'), { recursive: true }));

function write(text: string): void {
  mkdirSync(directories.config, { recursive: true });
  writeFileSync(file(), text, { mode: 0o600 });
}

describe('reading', () => {
  test.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['a comment', '# nothing yet\n'],
  ])('%s is an empty context', async (_, text) => {
    if (text !== undefined) write(text);
    expect(await readConfig(directories)).toEqual({ current: 'default', contexts: {} });
  });

  test('every setting', async () => {
    write(`current: work
contexts:
  work: { databaseUrl: sqlite:/x.db, keyStore: keychain, tenant: Acme, account: a@b.test, output: json }
  '1.5': { tenant: '007' }
`);
    expect(await readConfig(directories)).toEqual({
      current: 'work',
      contexts: {
        work: {
          databaseUrl: 'sqlite:/x.db',
          keyStore: 'keychain',
          tenant: 'Acme',
          account: 'a@b.test',
          output: 'json',
        },
        '1.5': { tenant: '007' },
      },
    });
  });

  test.each([
    ['no YAML', 'current: [sentinel', /is not YAML$/],
    ['a tab', 'contexts:\n\tsentinel: {}', /is not YAML$/],
    ['a key twice', 'current: a\ncurrent: sentinel', /is not YAML$/],
    ['an alias', 'current: &a sentinel\ncontexts: { x: { tenant: *a } }', /is not YAML$/],
    ['a list', '- sentinel', /does not hold "current" and "contexts"$/],
    ['text', 'sentinel', /does not hold "current" and "contexts"$/],
    ['a member too many', 'sentinel: 1', /neither "current" nor "contexts"$/],
    ['a current that is a number', 'current: 7', /"current" is not a name$/],
    ['contexts that are a list', 'contexts: [sentinel]', /"contexts" does not hold names with settings$/],
    ['a context that is text', 'contexts: { work: sentinel }', /context "work" does not hold settings$/],
    [
      'a setting that is not known',
      'contexts: { work: { sentinel: x } }',
      /context "work" has a setting that is not known$/,
    ],
    ['a setting that is a number', 'contexts: { work: { tenant: 7 } }', /context "work": tenant is not text$/],
    [
      'a key store that is not known',
      'contexts: { work: { keyStore: sentinel } }',
      /keyStore is neither keychain nor file$/,
    ],
  ])('%s is refused with the file and the reason, and nothing of the file', async (_, text, reason) => {
    write(text);
    const error = await readConfig(directories).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'USAGE', exitStatus: 64, message: expect.stringMatching(reason) });
    expect(error).toMatchObject({ message: expect.stringContaining(file()), hint: expect.stringContaining('Correct') });
    expect(String((error as Error).message)).not.toContain('sentinel');
  });
});

describe('changing', () => {
  test('keeps the rest, for its owner alone', async () => {
    write('current: work\ncontexts:\n  work: { tenant: Acme }\n  home: { output: json }\n');
    await changeConfig(directories, (config) => {
      config.contexts['work'] = { ...config.contexts['work'], account: 'ops@acme.test' };
    });
    expect(await readConfig(directories)).toEqual({
      current: 'work',
      contexts: { work: { tenant: 'Acme', account: 'ops@acme.test' }, home: { output: 'json' } },
    });
    expect([statSync(file()).mode & 0o777, readdirSync(directories.config)]).toEqual([0o600, ['config.yaml']]);
  });

  test('makes the folder for its owner alone', async () => {
    await changeConfig(directories, (config) => {
      config.current = 'x';
    });
    expect(statSync(directories.config).mode & 0o777).toBe(0o700);
  });

  test('any name and any text comes back as it was', async () => {
    const contexts = { 'Zoë 日本語: #1': { tenant: 'yes', account: '- x\n"y"', output: '007' }, null: { tenant: '~' } };
    await changeConfig(directories, (config) => {
      config.contexts = contexts;
    });
    expect((await readConfig(directories)).contexts).toEqual(contexts);
  });

  test('many at once lose nothing', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `context-${index}`);
    const add = (name: string) => changeConfig(directories, ({ contexts }) => Object.assign(contexts, { [name]: {} }));
    await Promise.all(names.map(add));
    expect(Object.keys((await readConfig(directories)).contexts).sort()).toEqual(names.sort());
  });

  test('a broken file stays as it is', async () => {
    write('current: [');
    await expect(changeConfig(directories, () => undefined)).rejects.toMatchObject({ code: 'USAGE' });
    expect([readFileSync(file(), 'utf8'), readdirSync(directories.config)]).toEqual(['current: [', ['config.yaml']]);
  });
});

test.each([0o620, 0o602, 0o666])('a file that others can change is refused: %o', async (mode) => {
  write('current: x');
  chmodSync(file(), mode);
  await expect(readConfig(directories)).rejects.toMatchObject({
    code: 'USAGE',
    message: `${file()} can be changed by others`,
    hint: `chmod 600 ${file()}`,
  });
});

test.each([0o644, 0o640, 0o755])('a file that others can only read holds no secret, and is taken: %o', async (mode) => {
  write('current: x');
  chmodSync(file(), mode);
  expect((await readConfig(directories)).current).toBe('x');
});
