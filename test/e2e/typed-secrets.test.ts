import { beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { addSample, done } from '../support/workspace.ts';

/* A token that was pasted where something else belongs is nowhere repeated, and its owner is told to revoke it. */

let box: Sandbox;
beforeAll(async () => {
  box = sandbox();
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  await addSample(box, 'github', 'code');
});

const places: readonly (readonly string[])[] = [
  ['X'],
  ['scm', 'X'],
  ['help', 'X'],
  ['scm', 'add', 'X'],
  ['scm', 'add', 'github', 'X'],
  ['scm', 'show', 'X'],
  ['scm', 'show', 'code', 'X'],
  ['scm', 'update', 'X', '--disabled'],
  ['scm', 'update', 'code', '--expires-at', 'X'],
  ['scm', 'update', 'code', '--access-token', 'X'],
  ['scm', 'update', 'code', '--access-token=X'],
  ['scm', 'update', 'code', '--access-token', 'env:X'],
  ['scm', 'update', 'code', '--access-token', 'file:X'],
  ['scm', 'rotate', 'X', '--access-token', 'env:A'],
  ['scm', 'remove', 'X', '--yes'],
  ['scm', 'verify', 'X'],
  ['scm', 'enable', 'X'],
  ['scm', 'list', '--type', 'X'],
  ['scm', 'list', '--limit', 'X'],
  ['scm', 'list', '--fields', 'X'],
  ['scm', 'list', '--X'],
  ['scm', 'list', '-o', 'X'],
  ['scm', 'list', '--tenant', 'X'],
  ['scm', 'list', '--tenant=X'],
  ['scm', 'add', 'github', '--account', 'X'],
  ['scm', 'list', '--context', 'X'],
  ['pipeline', 'link', 'X', '--scm', 'code'],
  ['tenant', 'use', 'X'],
  ['tenant', 'show', 'X'],
  ['account', 'use', 'X'],
  ['account', 'add', 'X'],
  ['context', 'use', 'X'],
  ['context', 'add', 'new', '--database-url', 'X'],
  ['key', 'activate', 'X'],
  ['key', 'remove', 'X'],
  ['key', 'import', 'X'],
  ['provider', 'show', 'X'],
  ['history', 'X'],
  ['history', '--since', 'X'],
  ['expiring', '--within', 'X'],
  ['completion', 'X'],
  ['plan', '-f', 'X'],
  ['apply', '-f', '-', '--plan', 'X'],
];

const secrets = {
  'a token': 'glpat-Zq7_kW9-vJd3BxR5mN2t',
  'a UUID': '7f3c1e52-9b64-4d8a-a1c7-2e5f80d94b36',
  'a token of some length': 'ghp_Zq7XkW9vJd3BxR5mN2tY8sLc4HfP6aGeUoI',
};

describe.each(Object.entries(secrets))('%s', (_, secret) => {
  test.each(places.map((place) => [place.join(' '), place] as const))('%s', async (_, place) => {
    const args = place.map((word) => word.replace('X', secret));
    for (const more of [[], ['--json'], ['--debug']]) {
      const { status, stdout, stderr } = await box.run(...args, ...more, '--no-input');
      expect(status).not.toBe(0);
      // Neither whole nor the greater part of it.
      for (const part of [secret, secret.slice(0, 14), secret.slice(-14)]) expect(stdout + stderr).not.toContain(part);
      if (stderr.includes('(not repeated)')) expect(stderr).toContain('revoke it');
    }
  });
});

test('it is said to be revoked', async () => {
  const { stderr } = await box.run('scm', 'show', secrets['a token']);
  expect(stderr).toBe(
    'error: no scm integration named "(not repeated)" in tenant "Acme"\n' +
      "hint:  integrations scm list If that was a credential, revoke it: it stands in the shell's history.\n",
  );
});

test('what only looks long is repeated: names, paths and ids of ours', async () => {
  for (const ref of ['no-such-integration', 'scm_01jqz3k8x5v9r2m7w4n6p0t1ye']) {
    expect((await box.run('scm', 'show', ref)).stderr).toContain(`"${ref}"`);
  }
  const path = '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/plan.yaml';
  expect((await box.run('plan', '-f', path)).stderr).toContain(path);
});
