import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { endsWithin } from '../../support/bounds.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { workspace } from '../../support/workspace.ts';

/* Somebody who can write the manifest and what lies beside it, and sees what the job prints. */

const canary = 'canary-of-the-job-0123456789';
const env = { CLOUD_SECRET: canary };
let box: Sandbox;
let folder: string;

beforeAll(async () => {
  box = await workspace(sqlite);
  folder = join(box.root, 'proposed');
  mkdirSync(folder);
  writeFileSync(join(box.root, 'outside'), canary);
  const links = { link: '../outside', up: '..', zero: '/dev/zero', environ: '/proc/self/environ', ring: box.configDir };
  for (const [name, to] of Object.entries(links)) symlinkSync(to, join(folder, name));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
});

/**
 * Plans as the README's job does, with credentials, which ends as expected, and without them, where it may refuse.
 * It never shows what is not its own.
 */
async function plan(name: string, expected = 64): Promise<string> {
  let printed = '';
  for (const more of [[], ['--no-credentials']]) {
    const args = ['plan', '-f', join(folder, name), '--env-prefix', 'ACME_', '--debug', ...more];
    const { status, stdout, stderr } = await endsWithin(60_000, runHere(box, { env }, ...args));
    expect([more, status]).toEqual([more, more.length > 0 && stderr.indexOf('error:') < 0 ? 0 : expected]);
    printed += stdout + stderr;
  }
  expect(printed).not.toContain(canary);
  // What a job's service would obey.
  expect(printed).not.toMatch(/^::/m);
  return printed;
}

test.each([
  ...['file:link', 'file:up/outside', 'file:../outside', 'file:/etc/passwd', 'file:zero', 'file:environ', 'file:pipe'],
  ...['file:ring/keyring.json', 'env:CLOUD_SECRET', 'env:INTEGRATIONS_KEYRING', 'value:x'],
])('a credential from %s', async (source) => {
  const item = { name: 'board', type: 'linear', linearTeamId: 'MOB', linearApiKey: source };
  writeFileSync(join(folder, 'm.yaml'), JSON.stringify({ tenant: 'Acme', tickets: [item] }));
  expect(await plan('m.yaml')).toContain('m.yaml:1:');
});

test.each(['link', 'environ', 'zero', 'pipe', 'up', 'ring/keyring.json'])('a manifest that is %s', async (name) => {
  expect(await plan(name)).toContain('error: ');
});

const nine = (of: string) => Array.from({ length: 9 }, () => of).join(',');
const laughs = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index) => {
  return `x-${name}: &${name} [${nine(`*${'abcdefgh'[index]}`)}]`;
});

test.each([
  ['a thousand million laughs', `x-a: &a [${nine('x')}]\n${laughs.join('\n')}\nscm: *i`],
  [
    'a thousand million laughs in a field',
    `x-a: &a [${nine('x')}]\n${laughs.join('\n')}\ntickets: [{name: x, type: linear, linearTeamId: *i}]`,
  ],
  ['depth', `scm: ${'['.repeat(100_000)}`],
  ['a merge of itself', 'x-a: &a\n  <<: *a\nscm: []'],
  ['a prototype', '__proto__: {scm: []}'],
  ['what a terminal obeys', 'tickets: [{name: "\\e]0;owned\\a", type: linear, linearTeamId: MOB}]'],
  ['a line of its own', 'tickets: [{name: "x\\n::set-env name=PATH::/tmp", type: linear, linearTeamId: MOB}]'],
])('a manifest with %s', async (_, text) => {
  writeFileSync(join(folder, 'm.yaml'), `tenant: Acme\n${text}\n`);
  expect(await plan('m.yaml')).toContain('error: ');
});

test('a manifest with a thousand million laughs that nothing uses says nothing', async () => {
  writeFileSync(join(folder, 'm.yaml'), `tenant: Acme\nx-a: &a [${nine('x')}]\n${laughs.join('\n')}\n`);
  expect(await plan('m.yaml', 0)).not.toContain('error: ');
});
