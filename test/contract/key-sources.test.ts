import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { createKeyRing, newRingKey, writeKeyRing } from '../../src/crypto/key-ring.ts';
import { environmentSource, openKeyStore } from '../../src/crypto/key-sources/index.ts';
import { type Environment, type Sandbox, sandbox } from '../support/cli.ts';
import { freshKeyring } from '../support/keyring.ts';
import { checkout, run } from '../support/programs.ts';

const ringOf = (kid: string) => writeKeyRing(createKeyRing([{ kid, key: randomBytes(32) }]));

/** A machine after `init` with its keys in a file. */
async function ready(env: Environment = {}): Promise<Sandbox> {
  const box = sandbox(env);
  const result = await box.run('init', '--key-store', 'file', '--tenant', 'Acme', '--account', 'ops@acme.test');
  expect(result).toMatchObject({ status: 0 });
  return box;
}

const keyFile = (box: Sandbox) => join(box.configDir, 'keyring.json');

async function kids(box: Sandbox, env: Environment = {}): Promise<string[]> {
  const result = await box.runWith({ env }, 'key', 'list', '-o', 'name');
  expect(result).toMatchObject({ status: 0 });
  return result.stdout.trim().split('\n');
}

async function refusal(box: Sandbox, env: Environment, ...args: string[]) {
  const result = await box.runWith({ env }, ...(args.length > 0 ? args : ['key', 'list']), '--json');
  expect(result).toMatchObject({ status: 4, stdout: '' });
  return { ...result.error(), all: result.stderr };
}

describe('the first source that is set answers', () => {
  test('the environment before the file it names before the program before the store', async () => {
    const box = await ready();
    const path = join(box.root, 'ring.json');
    writeFileSync(path, ringOf('from-file'));
    const [stored] = await kids(box);
    const program = { INTEGRATIONS_KEYRING_COMMAND: `printf %s '${ringOf('from-program')}'` };
    expect(await kids(box, program)).toEqual(['from-program']);
    const file = { INTEGRATIONS_KEYRING_FILE: path, ...program };
    expect(await kids(box, file)).toEqual(['from-file']);
    expect(await kids(box, { ...file, INTEGRATIONS_KEYRING: ringOf('from-env') })).toEqual(['from-env']);
    expect(await kids(box, { ...file, INTEGRATIONS_KEYRING: '' })).toEqual(['from-file']);
    const unset = { INTEGRATIONS_KEYRING: '', INTEGRATIONS_KEYRING_FILE: '', INTEGRATIONS_KEYRING_COMMAND: '' };
    expect(await kids(box, unset)).toEqual([stored]);
  });

  test('one that is set and malformed is an error, never a reason to try the next', async () => {
    const box = await ready();
    const path = join(box.root, 'ring.json');
    writeFileSync(path, '{"keys": []}');
    for (const env of [
      { INTEGRATIONS_KEYRING: 'changeit', INTEGRATIONS_KEYRING_FILE: path },
      { INTEGRATIONS_KEYRING: '   ' },
      { INTEGRATIONS_KEYRING_FILE: path },
      { INTEGRATIONS_KEYRING_FILE: join(box.root, 'missing.json') },
      { INTEGRATIONS_KEYRING_FILE: box.root },
      { INTEGRATIONS_KEYRING_COMMAND: 'printf changeit' },
      { INTEGRATIONS_KEYRING_COMMAND: `sh -c 'echo changeit; echo changeit >&2; exit 1'` },
      { INTEGRATIONS_KEYRING_COMMAND: '/nowhere/changeit' },
      { INTEGRATIONS_KEYRING_COMMAND: `'changeit` },
    ]) {
      const [name = ''] = Object.keys(env);
      const error = await refusal(box, env);
      expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', message: expect.stringContaining(name) });
      expect(error.all).not.toContain('changeit');
    }
  });

  test('a ring that took the place of its path is not repeated', async () => {
    const box = await ready();
    const key = randomBytes(32);
    for (const text of [key.toString('base64'), key.toString('base64url'), ringOf('x').trim()]) {
      const error = await refusal(box, { INTEGRATIONS_KEYRING_FILE: text }, 'key', 'list', '--debug');
      expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', hint: expect.stringContaining('INTEGRATIONS_KEYRING.') });
      expect(error.all).not.toContain(text.slice(0, 30));
    }
  });

  test('the ring of the environment is not ours to change', async () => {
    const box = await ready();
    const before = readFileSync(keyFile(box), 'utf8');
    for (const env of [
      { INTEGRATIONS_KEYRING: ringOf('x') },
      { INTEGRATIONS_KEYRING_COMMAND: `printf %s '${ringOf('x')}'` },
    ]) {
      const result = await box.runWith({ env }, 'key', 'add', '--json');
      expect([result.status, result.error().code]).toEqual([6, 'CONFLICT']);
    }
    expect(readFileSync(keyFile(box), 'utf8')).toBe(before);
  });

  test('environmentSource leaves what is unset to the store', () => {
    expect(environmentSource({})).toBeUndefined();
    expect(environmentSource({ INTEGRATIONS_KEYRING: '', INTEGRATIONS_KEYRING_FILE: '' })).toBeUndefined();
  });
});

describe('the file keyring.json', () => {
  const mode = (path: string) => statSync(path).mode & 0o777;

  test('is made for its owner alone, and so is its folder', async () => {
    const box = await ready();
    expect([mode(keyFile(box)), mode(box.configDir)]).toEqual([0o600, 0o700]);
    await box.run('key', 'add');
    expect(mode(keyFile(box))).toBe(0o600);
    expect(readdirSync(box.configDir).sort()).toEqual(['config.yaml', 'keyring.json']);
  });

  test.each(['644', '640', '604', '660', '601'])('is refused when others can reach it: %s', async (open) => {
    const box = await ready();
    chmodSync(keyFile(box), Number.parseInt(open, 8));
    const error = await refusal(box, {});
    expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', hint: `chmod 600 ${keyFile(box)}` });
    expect((await refusal(box, {}, 'key', 'add')).code).toBe('KEY_UNAVAILABLE');
  });

  test('that is malformed stays as it is', async () => {
    const box = await ready();
    writeFileSync(keyFile(box), '{"keys": [{"kty": "oct"}]}');
    for (const args of [['key', 'list'], ['key', 'add'], ['init']]) {
      expect(await refusal(box, {}, ...args)).toMatchObject({ code: 'KEY_UNAVAILABLE' });
    }
    expect(readFileSync(keyFile(box), 'utf8')).toBe('{"keys": [{"kty": "oct"}]}');
  });

  test('that is missing is said to be, with what to do', async () => {
    const box = await ready();
    rmSync(keyFile(box));
    const error = await refusal(box, {}, 'key', 'export', '--yes');
    expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', hint: expect.stringContaining('integrations init') });
    expect(await refusal(box, {}, 'key', 'add')).toMatchObject({ code: 'KEY_UNAVAILABLE' });
  });
});

describe('changing a ring', () => {
  test('commands at once lose no key', async () => {
    const box = await ready();
    const before = await kids(box);
    const results = await Promise.all(Array.from({ length: 8 }, () => box.start({}, 'key', 'add').result));
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 0));
    const after = await kids(box);
    expect(after).toHaveLength(9);
    expect(after[0]).toBe(before[0]);
  });

  test('a change that fails leaves the ring as it was, and no lock', async () => {
    const box = sandbox();
    const directories = { config: box.configDir, data: box.dataDir };
    const store = openKeyStore('file', directories);
    await store.change(() => createKeyRing([newRingKey()]));
    const before = readFileSync(keyFile(box), 'utf8');
    const failing = store.change(() => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(readFileSync(keyFile(box), 'utf8')).toBe(before);
    expect(readdirSync(box.configDir)).toEqual(['keyring.json']);
  });

  test('the lock of a command that was killed long ago is taken over', async () => {
    const box = await ready();
    writeFileSync(`${keyFile(box)}.lock`, '');
    utimesSync(`${keyFile(box)}.lock`, new Date(0), new Date(0));
    expect(await box.run('key', 'add')).toMatchObject({ status: 0 });
    expect(await kids(box)).toHaveLength(2);
  });

  test('a key that only opens becomes the one that seals', async () => {
    const box = await ready();
    const [first] = await kids(box);
    await box.run('key', 'add');
    const [, second = ''] = await kids(box);
    await box.run('key', 'activate', second);
    expect(await kids(box)).toEqual([second, first]);
  });

  test('another key under an id that is taken is not brought in silently', async () => {
    const box = await ready();
    const own = ringOf('one');
    writeFileSync(keyFile(box), own, { mode: 0o600 });
    writeFileSync(join(box.root, 'other.json'), ringOf('one'));
    const result = await box.run('key', 'import', 'file:other.json', '--json');
    expect([result.status, result.error().code]).toEqual([6, 'CONFLICT']);
    expect(readFileSync(keyFile(box), 'utf8')).toBe(own);
  });
});

describe("the operating system's keychain", () => {
  const service = inject('secretService');
  const hint = expect.stringContaining('--key-store file');

  async function inKeychain(env: Environment) {
    const box = sandbox(env);
    const result = await box.run('init', '--key-store', 'keychain', '--tenant', 'Acme', '--account', 'a@b.test');
    return { box, result };
  }

  /** A machine whose context keeps its keys in the keychain, which is another one now. */
  async function withKeychain(env: Environment): Promise<Sandbox> {
    const box = await ready(env);
    const config = join(box.configDir, 'config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('keyStore: file', 'keyStore: keychain'));
    return box;
  }

  test('keeps the ring, through init, list, add and activate, and no file does', async () => {
    const env = await freshKeyring();
    const { box, result } = await inKeychain(env);
    expect(result).toMatchObject({ status: 0 });
    const [first = ''] = await kids(box);
    expect(await box.run('key', 'add')).toMatchObject({ status: 0 });
    const [active, second = ''] = await kids(box);
    expect(active).toBe(first);
    expect(await box.run('key', 'activate', second)).toMatchObject({ status: 0 });
    expect(await kids(box)).toEqual([second, first]);
    expect(readdirSync(box.configDir)).toEqual(['config.yaml']);
    expect(JSON.parse(await stored(env)).keys.map(({ kid }: { kid: string }) => kid)).toEqual([second, first]);

    const secret = { ...env, TOKEN: 'ghp_0123456789abcdefghij0123456789abcdef' };
    const flags = ['--name', 'm', '--organization', 'acme', '--repository-url', 'https://github.com/acme/m'];
    const added = await box.runWith({ env: secret }, 'scm', 'add', 'github', ...flags, '--access-token', 'env:TOKEN');
    expect(added).toMatchObject({ status: 0 });
    const shown = await box.run('scm', 'show', 'm', '--reveal', '--yes', '--json');
    expect(shown.json().credentials.accessToken).toBe(secret.TOKEN);
  });

  test('commands at once lose no key there either', async () => {
    const { box } = await inKeychain(await freshKeyring());
    await Promise.all(Array.from({ length: 4 }, () => box.start({}, 'key', 'add').result));
    expect(await kids(box)).toHaveLength(5);
  });

  test('is the default where it answers, and the file where it does not', async () => {
    const env = await freshKeyring();
    const there = sandbox(env);
    await there.run('init', '--tenant', 'Acme', '--account', 'a@b.test');
    expect(readdirSync(there.configDir)).toEqual(['config.yaml']);
    expect(await stored(env)).toContain('"keys"');

    const nowhere = sandbox(service.absent);
    const result = await nowhere.run('init', '--tenant', 'Acme', '--account', 'a@b.test');
    expect(result).toMatchObject({ status: 0, stderr: expect.stringContaining('The keys go into a file') });
    expect(readdirSync(nowhere.configDir).sort()).toEqual(['config.yaml', 'keyring.json']);
  });

  test('that is not there: a refusal that says what to do instead', async () => {
    const box = await withKeychain(service.absent);
    expect(await refusal(box, {})).toMatchObject({ code: 'KEY_UNAVAILABLE', hint });
    expect(await refusal(box, {}, 'key', 'add')).toMatchObject({ code: 'KEY_UNAVAILABLE', hint });
    expect(await refusal(box, { DBUS_SESSION_BUS_ADDRESS: undefined })).toMatchObject({
      code: 'KEY_UNAVAILABLE',
      hint,
    });
  });

  test('that never answers is given up after five seconds, and the command ends', async () => {
    const box = await withKeychain(service.silent);
    const start = Date.now();
    expect(await refusal(box, {})).toMatchObject({
      code: 'KEY_UNAVAILABLE',
      message: expect.stringContaining('5 seconds'),
      hint,
    });
    // That it ends at all is held by every command's own end, after which it could not have answered.
    expect(Date.now() - start).toBeGreaterThan(4_500);
  });

  test('that holds something else is malformed, not overwritten', async () => {
    const env = await freshKeyring();
    const box = await withKeychain(env);
    await store(env, 'not a ring');
    expect(await refusal(box, {})).toMatchObject({
      code: 'KEY_UNAVAILABLE',
      message: expect.stringMatching(/keychain/),
    });
    expect(await refusal(box, {}, 'key', 'add')).toMatchObject({ code: 'KEY_UNAVAILABLE' });
    expect(await stored(env)).toBe('not a ring');
  });

  test('a command that is interrupted while it waits leaves no lock', async () => {
    const box = await withKeychain(service.silent);
    const { child, result } = box.start({}, 'key', 'add');
    await expect.poll(() => readdirSync(box.configDir)).toContain('keyring.json.lock');
    child.kill('SIGINT');
    expect(await result).toMatchObject({ status: 130 });
    expect(readdirSync(box.configDir)).not.toContain('keyring.json.lock');
  });

  test.each([
    ['is not installed', undefined],
    ['does not load', 'throw new Error("libsecret-1.so.0: cannot open shared object file")'],
  ])('without keytar (it %s): a refusal that names it, and everything else works', async (_, source) => {
    const box = await withKeychain(await freshKeyring());
    const bin = productWithKeytar(box, source);
    const result = await box.runWith({ bin }, 'key', 'list', '--json');
    expect(result).toMatchObject({ status: 4 });
    expect(result.error()).toMatchObject({ code: 'KEY_UNAVAILABLE', message: expect.stringContaining('keytar'), hint });
    expect(await box.runWith({ bin }, 'scm', 'list')).toMatchObject({ status: 0 });
    const given = await box.runWith(
      { bin, env: { INTEGRATIONS_KEYRING: ringOf('given') } },
      'key',
      'list',
      '-o',
      'name',
    );
    expect(given).toMatchObject({ status: 0, stdout: 'given\n' });
  });
});

/** What the keychain holds, past the product. */
function stored(env: Environment): Promise<string> {
  return keytar(env, `k.getPassword('integrations', 'keyring').then((text) => process.stdout.write(String(text)))`);
}

function store(env: Environment, text: string): Promise<string> {
  return keytar(env, `k.setPassword('integrations', 'keyring', ${JSON.stringify(text)})`);
}

function keytar(env: Environment, action: string): Promise<string> {
  const bare = { PATH: process.env['PATH'], ...env };
  return run(process.execPath, ['-e', `const k = require('keytar'); ${action}`], { env: bare });
}

/** The product in a tree whose keytar is this source, or none. */
function productWithKeytar(box: Sandbox, source: string | undefined): string {
  const tree = join(box.root, 'tree');
  const modules = join(tree, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const part of ['bin', 'dist']) cpSync(join(checkout, part), join(tree, part), { recursive: true });
  for (const name of readdirSync(join(checkout, 'node_modules'))) {
    if (name !== 'keytar') symlinkSync(join(checkout, 'node_modules', name), join(modules, name));
  }
  if (source !== undefined) {
    mkdirSync(join(modules, 'keytar'));
    writeFileSync(join(modules, 'keytar', 'index.js'), source);
  }
  return join(tree, 'bin', 'integrations.cjs');
}
