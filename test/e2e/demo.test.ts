import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandbox } from '../support/cli.ts';
import { checkout } from '../support/programs.ts';

const demo = join(checkout, 'bin', 'demo.mjs');

test('the demonstration shows each command and its answer, and leaves nothing behind', {
  timeout: 60_000,
}, async () => {
  const box = sandbox();
  const scratch = join(box.root, 'scratch');
  mkdirSync(scratch);
  // What the user set for their own commands does not lead these elsewhere.
  const env = { TMPDIR: scratch, INTEGRATIONS_TENANT: 'Other', INTEGRATIONS_OUTPUT: 'csv', CI: 'true' };
  const { status, stdout, stderr } = await box.runWith({ bin: demo, env, timeout: 55_000 });

  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.match(/^\$ integrations (\S+( add| list| link)?( [a-z][a-z-]+)?)/gm)).toEqual([
    '$ integrations init',
    '$ integrations scm add github',
    '$ integrations target add app-store',
    '$ integrations target add play-store',
    '$ integrations pipeline add github-actions',
    '$ integrations communication add slack',
    '$ integrations ticket add jira',
    '$ integrations pipeline link release',
    '$ integrations pipeline list',
    '$ integrations target list',
    '$ integrations status',
    '$ integrations graph',
  ]);
  for (const line of [
    'Added the scm integration "mobile".',
    'Access token     set',
    'Linked the pipeline "release".',
    'Pipelines      release can run',
    '│       └── uses target android',
  ]) {
    expect(stdout.split('\n')).toContain(line);
  }
  expect(stdout).toMatch(/^release +github-actions .* mobile +android +pipeline_\w+$/m);
  expect(stdout).toContain("    --bot-token env:SLACK_BOT_TOKEN --channel '#releases' \\\n");
  expect(stdout).not.toMatch(/warning|ghp_|xoxb|ATATT|BEGIN/);
  for (const line of stdout.split('\n').filter((each) => /^(\$| {4}-)/.test(each))) {
    expect(line.length).toBeLessThanOrEqual(80);
  }
  expect(readdirSync(scratch)).toEqual([]);
  expect([box.configDir, box.dataDir].filter(existsSync)).toEqual([]);
});

test('it fails with the first command that fails', async () => {
  const box = sandbox();
  copyFileSync(demo, join(box.root, 'demo.mjs'));
  writeFileSync(join(box.root, 'integrations.cjs'), `process.exitCode = process.argv[2] === 'target' ? 6 : 0;`);
  const { status, stdout } = await box.runWith({ bin: join(box.root, 'demo.mjs') });
  expect(status).toBe(6);
  expect(stdout).toMatch(/The command above failed \(6\)/);
  expect(stdout).not.toContain('integrations pipeline');
});
