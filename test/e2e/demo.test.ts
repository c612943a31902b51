import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { checkout } from '../support/programs.ts';
import { openTerminal } from '../support/terminal.ts';

const demo = join(checkout, 'bin', 'demo.mjs');

/** A sandbox, and where the demonstration may write. */
function place(): { box: Sandbox; scratch: string } {
  const box = sandbox();
  const scratch = join(box.root, 'scratch');
  mkdirSync(scratch);
  return { box, scratch };
}

test('the demonstration shows each command and its answer, and leaves nothing behind', {
  timeout: 60_000,
}, async () => {
  const { box, scratch } = place();
  // What the user set for their own commands does not lead these elsewhere.
  const env = { TMPDIR: scratch, INTEGRATIONS_TENANT: 'Other', INTEGRATIONS_OUTPUT: 'csv', CI: 'true' };
  const { status, stdout, stderr } = await box.runWith({ bin: demo, env, timeout: 55_000 });

  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.match(/^\$ (integrations )?\S+( add \S+| rotate)?/gm)).toEqual([
    '$ integrations init',
    '$ integrations scm add github',
    '$ cat',
    '$ integrations plan',
    '$ integrations apply',
    '$ integrations status',
    '$ integrations verify',
    '$ integrations scm rotate',
    '$ integrations verify',
    '$ integrations plan',
    '$ integrations history',
  ]);
  for (const expected of [
    '3 to create',
    'release: nothing known stops it',
    'GitHub does not accept the token',
    'No differences',
  ]) {
    expect(stdout).toContain(expected);
  }
  expect(stdout.trimEnd()).toMatch(/&& integrations setup$/);
  expect(stdout).not.toMatch(/warning|ghp_|xoxb|BEGIN/);
  for (const line of stdout.split('\n').filter((each) => /^(\$|#| {4}-)/.test(each))) {
    expect(line.length).toBeLessThanOrEqual(80);
  }
  expect(readdirSync(scratch)).toEqual([]);
  expect([box.configDir, box.dataDir].filter(existsSync)).toEqual([]);
});

test('on a terminal it waits for its reader, and Ctrl-C ends it there and in a command', async () => {
  for (const isInCommand of [false, true]) {
    const { box, scratch } = place();
    const env = { ...box.env, TMPDIR: scratch };
    const terminal = openTerminal([], { bin: demo, env, cwd: box.root, cols: 80, rows: 24 });
    await terminal.waitFor('Enter goes on', 20_000);
    expect(readdirSync(scratch)).toHaveLength(1);
    if (isInCommand) {
      terminal.key('enter');
      await terminal.waitFor('--verify');
    }
    terminal.key('ctrl-c');
    expect(await terminal.exit).toBe(130);
    expect(terminal.transcript).not.toMatch(/error|ended with/i);
    expect(readdirSync(scratch)).toEqual([]);
  }
});

test('it fails with the first command that fails', async () => {
  const box = sandbox();
  for (const name of ['demo.mjs', 'demo-providers.mjs']) {
    copyFileSync(join(checkout, 'bin', name), join(box.root, name));
  }
  writeFileSync(join(box.root, 'integrations.cjs'), `process.exitCode = process.argv[2] === 'plan' ? 6 : 0;`);
  const { status, stdout } = await box.runWith({ bin: join(box.root, 'demo.mjs') });
  expect(status).toBe(6);
  expect(stdout).toMatch(/The command above ended with 6/);
  expect(stdout).not.toContain('integrations apply');
});

test('it tells how it is called, and runs nothing then', async () => {
  const { box, scratch } = place();
  const called = (...args: string[]) => box.runWith({ bin: demo, env: { TMPDIR: scratch } }, ...args);
  expect(await called('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: node bin\/demo/) });
  expect(await called('--nothing')).toMatchObject({ status: 64, stderr: expect.stringMatching(/^Usage:/), stdout: '' });
});

test('its providers answer for others until Ctrl-C, which leaves nothing behind', async () => {
  const { box, scratch } = place();
  const env = { ...box.env, TMPDIR: scratch };
  const terminal = openTerminal(['--stand-ins'], { bin: demo, env, cwd: box.root, cols: 200, rows: 24 });
  await terminal.waitFor('SLACK_BOT_TOKEN', 20_000);
  const [, url = ''] = /INTEGRATIONS_GITHUB_API_URL='([^']+)'/.exec(terminal.transcript) ?? [];
  expect(await (await fetch(`${url}/user`)).json()).toMatchObject({ login: 'octocat' });
  terminal.key('ctrl-c');
  expect(await terminal.exit).toBe(130);
  expect(readdirSync(scratch)).toEqual([]);
});
