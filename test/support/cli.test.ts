import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isHereFree } from './built.ts';
import { sandbox } from './cli.ts';
import { done } from './workspace.ts';

/** Stands in for the product: tells what it was given. */
const echo = `
  const input = require('node:fs').readFileSync(0, 'utf8');
  console.log(JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd(), input }));
  console.error('warning: x\\n' + JSON.stringify({ error: { code: 'USAGE', message: 'no' } }));
  process.exitCode = 64;`;

test('a command meets the sandbox, what the test adds, and nothing of the developer', async () => {
  const box = sandbox({ ONE: '1', TWO: '2' });
  const bin = join(box.root, 'echo.cjs');
  writeFileSync(bin, echo);
  const result = await box.runWith({ bin, env: { TWO: undefined, THREE: '3' }, input: 'typed' }, 'scm', '--json');

  const { PATH, ...env } = result.json().env;
  expect(PATH).toBe(process.env['PATH']);
  expect(env).toEqual({
    HOME: box.home,
    INTEGRATIONS_CONFIG_DIR: box.configDir,
    INTEGRATIONS_DATA_DIR: box.dataDir,
    ONE: '1',
    THREE: '3',
  });
  expect(result.json()).toMatchObject({ args: ['scm', '--json'], cwd: box.root, input: 'typed' });
  expect([result.status, result.error().code]).toEqual([64, 'USAGE']);
});

test('a command that hangs is killed, and output that is not JSON is shown', async () => {
  const box = sandbox();
  const bin = join(box.root, 'hang.cjs');
  writeFileSync(bin, `console.log('so far'); setInterval(() => {}, 1000);`);
  const result = await box.runWith({ bin, timeout: 500 });
  expect([result.status, result.signal]).toEqual([null, 'SIGKILL']);
  expect(() => result.json()).toThrow(/not JSON \(exit SIGKILL\).*so far/s);
});

test('a command answers here what it answers as a process, and nothing of its sandbox stays', async () => {
  const box = sandbox({ INTEGRATIONS_OUTPUT: 'json' });
  writeFileSync(join(box.root, 'empty.yaml'), '');
  const before = { env: { ...process.env }, cwd: process.cwd() };
  for (const args of [
    ['--version'],
    ['provider', 'list'],
    ['plan', '-f', 'empty.yaml'],
    ['plan', '-f', '-'],
    ['bogus'],
  ]) {
    const [here, alone] = [await box.run(...args), await box.start({}, ...args).result];
    expect([args, here.status, here.stdout, here.stderr]).toEqual([args, alone.status, alone.stdout, alone.stderr]);
  }
  expect({ env: { ...process.env }, cwd: process.cwd() }).toEqual(before);
});

test('a command that comes while another one runs here is a process', async () => {
  const box = sandbox();
  const first = done(box.run('provider', 'list'));
  expect(isHereFree()).toBe(false);
  const second = done(box.run('provider', 'list'));
  expect((await second).stdout).toBe((await first).stdout);
  expect(isHereFree()).toBe(true);
});
