import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { productBin, type Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { checkout, run } from '../../support/programs.ts';
import { done, workspace } from '../../support/workspace.ts';

/** The jobs of the README as their services would read them. */
const [github, gitlab] = [
  ...readFileSync(join(checkout, 'README.md'), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm),
].map(([, text = '']) => parse(text));

const manifest = [
  'tenant: Acme',
  'scm:',
  '  - name: mobile',
  '    type: github',
  '    organization: acme',
  '    repositoryUrl: https://github.com/acme/mobile',
  '    accessToken: env:ACME_GITHUB_TOKEN',
].join('\n');

const packageAddress = 'https://packages.acme.test/tenant-integrations-0.2.0.tgz';

/** Runs the lines of a job as its service does, in a checkout with the manifest; npm installs what was built. */
async function job(box: Sandbox, lines: readonly string[], env: Record<string, string>): Promise<string> {
  const bin = join(box.root, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of [
    ['integrations', `exec "${process.execPath}" "${productBin}" "$@"`],
    ['npm', `test "$*" = "install --global ${packageAddress}"`],
  ]) {
    writeFileSync(join(bin, name ?? ''), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name ?? ''), 0o755);
  }
  writeFileSync(join(box.root, 'integrations.yaml'), manifest);
  const all = {
    ...box.env,
    CI: 'true',
    INTEGRATIONS_PACKAGE: packageAddress,
    PATH: `${bin}:${process.env['PATH']}`,
    ...env,
  };
  // GitHub's `shell: bash`.
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', lines.join('\n')], {
    cwd: box.root,
    env: all as NodeJS.ProcessEnv,
  });
}

const token = { ACME_GITHUB_TOKEN: `ghp_${'a'.repeat(36)}` };

test.each([
  ['GitHub', () => stepsOf(github.jobs)],
  ['GitLab', () => ({ plan: gitlab.plan.script, apply: gitlab.apply.script })],
])('%s: plans without any credential, and applies', async (_, jobs) => {
  const box = await workspace(sqlite);
  const { plan, apply } = jobs();
  expect([plan, apply].map((lines) => lines.some((line: string) => line.includes('integrations ')))).toEqual([
    true,
    true,
  ]);
  const summary = join(box.root, 'summary');
  const planned = await job(box, plan, { INTEGRATIONS_KEYRING: 'none', GITHUB_STEP_SUMMARY: summary });
  expect(planned).toContain('1 to create');
  expect((await done(box.run('scm', 'list', '--json'))).json()).toEqual([]);
  // No provider answers here, so what is applied is stored and stays undecided.
  const dead = { INTEGRATIONS_GITHUB_API_URL: 'http://127.0.0.1:9' };
  await expect(job(box, apply, { ...token, ...dead, INTEGRATIONS_ACCOUNT: 'ops@acme.test' })).rejects.toThrow(
    /failed: 5/,
  );
  expect((await done(box.run('scm', 'list', '--json'))).json()).toHaveLength(1);
  expect(await job(box, apply, { ...token, ...dead, INTEGRATIONS_ACCOUNT: 'ops@acme.test' })).toContain(
    'No differences',
  );
});

test('the credentials stand beside apply alone', () => {
  const { plan, apply } = github.jobs;
  expect(JSON.stringify(plan)).not.toMatch(/KEYRING|secrets\.(?!INTEGRATIONS_READ_PASSWORD)/);
  expect(Object.keys(apply.env)).toContain('INTEGRATIONS_KEYRING');
  expect([plan.if, apply.if]).toEqual(["github.event_name == 'pull_request'", "github.event_name == 'push'"]);
  expect(gitlab.plan.rules[0].if).toContain('merge_request_event');
  expect(gitlab.apply.rules[0].if).toContain('CI_DEFAULT_BRANCH');
});

interface Step {
  run?: string;
}

function stepsOf({ plan, apply }: Record<'plan' | 'apply', { steps: Step[] }>) {
  const lines = ({ steps }: { steps: Step[] }) => steps.flatMap((step) => step.run ?? []);
  return { plan: lines(plan), apply: lines(apply) };
}
