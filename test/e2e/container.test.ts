import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { contextNames, followDockerfile, type Image, readDockerfile } from '../support/dockerfile.ts';
import { scratchFolder } from '../support/package.ts';
import { freePort } from '../support/ports.ts';
import { checkout, run } from '../support/programs.ts';

const hasDocker = spawnSync('docker', ['info']).status === 0;
const native = join(checkout, 'node_modules', 'better-sqlite3');

test('nothing goes to Docker but what the build reads', () => {
  for (const name of contextNames()) expect(existsSync(join(checkout, name)), name).toBe(true);
  expect(contextNames()).not.toContain('node_modules');
});

test('the image is of two stages of one Node, and its own user is not root', () => {
  const [build, image] = readDockerfile();
  expect([build?.image, image?.image]).toEqual(['node:22-slim', 'node:22-slim']);
  expect(image?.instructions.filter(({ word }) => word === 'USER')).toEqual([{ word: 'USER', text: 'node' }]);
});

/** What npm would fetch for this Node is what the checkout has: better-sqlite3 itself looks there first. */
async function fetched(folder: string): Promise<string> {
  const { version } = JSON.parse(await run('node', ['-p', `JSON.stringify(require('${native}/package.json'))`]));
  const name = `better-sqlite3-v${version}-node-v${process.versions.modules}-${process.platform}-${process.arch}.tar.gz`;
  mkdirSync(folder);
  await run('tar', ['-C', native, '-czf', join(folder, name), 'build/Release/better_sqlite3.node']);
  return folder;
}

describe.skipIf(hasDocker)('without Docker: its steps are done here, with the Node of this machine', () => {
  test('the image serves, is healthy, and ends when it is told to', async () => {
    const folder = scratchFolder('image');
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      npm_config_prefer_offline: 'true',
      npm_config_better_sqlite3_local_prebuilds: await fetched(join(folder, 'fetched')),
    };
    const image = await followDockerfile(folder, env);
    expect(statSync(image.placed('/data')).mode & 0o777).toBe(0o700);
    expect(readdirSync(image.placed('/app')).sort()).toEqual(['bin', 'dist', 'node_modules', 'package.json']);
    await commandIn(image, 'init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file');
    await commandIn(image, 'token', 'add', '--name', 'ci', '--scope', 'read');
    expect(existsSync(image.placed('/data/integrations.db'))).toBe(true);
    expect(existsSync(image.placed('/data/config/keyring.json'))).toBe(true);

    const port = String(await freePort());
    const at = (words: readonly string[]) => words.map((word) => image.placed(word.replaceAll('8787', port)));
    const [program = '', ...args] = at([...image.entrypoint, ...image.command]);
    const own = { PATH: process.env['PATH'], ...image.env };
    const server = spawn(program, args, { cwd: image.placed('/data'), env: own, stdio: ['ignore', 'inherit', 'pipe'] });
    atEnd(() => server.kill('SIGKILL'));
    const ended = once(server, 'exit');
    let log = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const [check = '', ...checked] = at(image.healthCheck);
    while (server.exitCode === null && spawnSync(check, checked, { env: own }).status !== 0) await sleep(50);
    expect(server.exitCode, log).toBeNull();
    server.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(spawnSync(check, checked, { env: own }).status).toBe(1);
  });
});

describe.runIf(hasDocker)('with Docker', () => {
  test('it is built, and its user is not root', async () => {
    const tag = `integrations-test-${process.pid}`;
    await run('docker', ['build', '--tag', tag, checkout]);
    try {
      expect(await run('docker', ['run', '--rm', tag, '--version'])).toMatch(/^\d+\.\d+\.\d+/);
      expect((await run('docker', ['run', '--rm', '--entrypoint', 'id', tag, '-un'])).trim()).toBe('node');
    } finally {
      await run('docker', ['image', 'rm', '--force', tag]);
    }
  });
});

function commandIn(image: Image, ...words: string[]): Promise<string> {
  const [program = '', ...args] = [...image.entrypoint, ...words].map(image.placed);
  const env = { PATH: process.env['PATH'], ...image.env };
  return run(program, args, { cwd: image.placed('/data'), env });
}
