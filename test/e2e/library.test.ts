import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';
import { npm, scratchFolder } from '../support/package.ts';
import { checkout, run } from '../support/programs.ts';

const token = `ghp_${'release'.repeat(6)}`;

/** What the package is installed beside: what npm would bring with it, and the types of Node. */
const beside = ['better-sqlite3', 'bindings', 'file-uri-to-path', '@types/node', 'undici-types'];

let folder: string;
let box: Sandbox;

beforeAll(async () => {
  // What the run has built, without building it again.
  const packed = scratchFolder('packed');
  await npm(['pack', '--ignore-scripts', '--pack-destination', packed]);
  const [tarball = ''] = readdirSync(packed);
  folder = scratchFolder('host');
  const installed = join(folder, 'node_modules', 'tenant-integrations');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(packed, tarball), '-C', installed, '--strip-components', '1']);
  for (const name of beside) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(checkout, 'node_modules', name), place);
  }
  cpSync(join(checkout, 'test', 'support', 'host-project'), folder, { recursive: true });
  box = await sqlite.sandbox();
  const { status, stderr } = await runHere(
    box,
    {},
    'init',
    '--tenant',
    'Acme',
    '--account',
    'ops@acme.test',
    '--key-store',
    'file',
    '--no-input',
  );
  expect([status, stderr.includes('error')]).toEqual([0, false]);
});

const node = async (...args: string[]) => {
  const env = {
    PATH: process.env['PATH'],
    DATABASE: box.env['INTEGRATIONS_DATABASE_URL'],
    KEYS: join(box.configDir, 'keyring.json'),
    TOKEN: token,
  };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
};

async function compile(options: object, ...files: string[]): Promise<void> {
  const common = {
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  const compilerOptions = { ...common, target: 'es2022', lib: ['es2022'], types: ['node'], outDir: 'out', ...options };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '--project', folder]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
}

const tsc = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');

describe('a host', () => {
  test('in TypeScript compiles and releases, as an ES module and as CommonJS', async () => {
    await compile({ module: 'nodenext' }, 'release.mts', 'release.cts');
    expect(await node('out/release.mjs')).toBe(
      'ios-release: GITHUB acme/mobile, com.acme.app, token of 46 characters\n',
    );
    expect(await node('out/release.cjs')).toBe('1 pipeline, then NOT_FOUND\n');
  });

  test('in TypeScript compiles for a bundler', async () => {
    await compile({ module: 'esnext', moduleResolution: 'bundler', noEmit: true }, 'release.mts');
  });

  test('in JavaScript imports or requires it, and both are one', async () => {
    expect(await node('one.mjs')).toBe('one class, no signal heard, nothing of the environment touched\n');
    expect(await node('required.cjs')).toBe('IntegrationsError USAGE\n');
  });
});
