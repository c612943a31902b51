import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Sandbox, sandbox } from '../../support/cli.ts';
import { done } from '../../support/workspace.ts';

/* A merge request that reaches for a secret which is there for something else. */

let box: Sandbox;
const thief = 'sentinel-of-the-cloud-key';
const env = { AWS_SECRET_ACCESS_KEY: thief, ACME_LINEAR: `lin_api_${'a1B2c3D4e5'.repeat(4)}` };

beforeAll(async () => {
  box = sandbox();
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
});

const manifest = (name: string) =>
  `tenant: Acme\ntickets:\n  - { name: board, type: linear, linearApiKey: "env:${name}", linearTeamId: MOB }\n`;
const run = (verb: string, name: string, ...more: string[]) =>
  box.runWith({ env, input: manifest(name) }, verb, '-f', '-', ...more);

test.each([['plan'], ['plan', '--no-credentials'], ['apply']])(
  '%s %s takes a variable with the prefix alone',
  async (verb, ...more) => {
    const refusal = await run(verb, 'AWS_SECRET_ACCESS_KEY', '--env-prefix', 'ACME_', ...more);
    expect([refusal.status, refusal.stdout]).toEqual([64, '']);
    expect(refusal.stderr).toContain('does not begin with ACME_');
    expect(refusal.stderr).not.toContain(thief);
    await done(run(verb, 'ACME_LINEAR', '--env-prefix', 'ACME_', ...more));
  },
);

test('plan says which variables apply will read', async () => {
  for (const more of [[], ['--no-credentials']]) {
    const { stdout } = await done(run('plan', 'ACME_LINEAR', ...more));
    expect(stdout).toContain('\napply reads the variable ACME_LINEAR.\n');
  }
});

test('the configuration may say it for every run; the flag goes before it', async () => {
  const path = join(box.configDir, 'config.yaml');
  const config = parse(readFileSync(path, 'utf8'));
  config.contexts[config.current].envPrefix = 'ACME_';
  writeFileSync(path, stringify(config));
  expect((await run('plan', 'AWS_SECRET_ACCESS_KEY')).status).toBe(64);
  await done(run('plan', 'ACME_LINEAR'));
  expect((await done(box.run('context', 'show', '--json'))).json()).toMatchObject({ envPrefix: 'ACME_' });
  expect((await done(box.run('context', 'show'))).stdout).toMatch(/^Variables +those that begin with ACME_$/m);
  expect((await run('plan', 'ACME_LINEAR', '--env-prefix', 'OTHER_')).status).toBe(64);
});
