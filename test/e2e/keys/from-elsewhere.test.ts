import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Environment } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { checkout, run } from '../../support/programs.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

/* The ring from where companies keep it, by the README's own lines. */

const rows = readFileSync(join(checkout, 'README.md'), 'utf8').matchAll(
  /^\| ([\w ]+) \| `((?:vault|op|aws|gcloud) [^`]+)` \| `([^`]+)` \|$/gm,
);
const stores = [...rows].map(([, name = '', put = '', get = '']) => ({ name, put, get }));

const sentinel = 'sentinel-of-the-store';

/**
 * Each as the real program behaves: its own flags and no others, its own status, what is wrong on standard error, and a
 * question where it is not signed in, which nobody answers. `STORE` is the folder that it keeps things in.
 */
const programs: Readonly<Record<string, string>> = {
  vault: `
    signedIn(process.env.VAULT_TOKEN, 2, 'Error making API request. Code: 403. Errors: * permission denied');
    const [mount, path] = ['-mount=secret', 'integrations'];
    if (given('kv', 'put', mount, path, 'ring=@ring.json')) put(read('ring.json'));
    else if (given('kv', 'get', mount, '-field=ring', path)) print(get(2, 'No value found at secret/data/integrations'));
    else fail(1, 'flag provided but not defined');`,
  op: `
    signedIn(process.env.OP_SERVICE_ACCOUNT_TOKEN, 1, '[ERROR] You are not currently signed in.');
    if (given('document', 'create', 'ring.json', '--vault=Platform', '--title=integrations')) put(read('ring.json'));
    else if (given('read', 'op://Platform/integrations/ring.json')) print(get(1, '[ERROR] could not read secret') + '\\n');
    else fail(1, '[ERROR] unknown flag');`,
  aws: `
    signedIn(process.env.AWS_PROFILE, 253, 'Unable to locate credentials.');
    const [service, id] = ['secretsmanager', 'integrations/ring'];
    if (given(service, 'create-secret', '--name', id, '--secret-string', 'file://ring.json')) put(read('ring.json'));
    else if (given(service, 'get-secret-value', '--secret-id', id, '--query', 'SecretString', '--output', 'text'))
      print(get(254, 'An error occurred (ResourceNotFoundException)') + '\\n');
    else fail(252, 'aws: error: Unknown options');`,
  gcloud: `
    signedIn(process.env.CLOUDSDK_CONFIG, 1, 'ERROR: (gcloud) You do not currently have an active account selected.');
    if (given('secrets', 'create', 'integrations-ring', '--data-file=ring.json')) put(read('ring.json'));
    else if (given('secrets', 'versions', 'access', 'latest', '--secret=integrations-ring')) print(get(1, 'NOT_FOUND'));
    else fail(2, 'ERROR: unrecognized arguments');`,
};

const prelude = `#!${process.execPath}
const fs = require('node:fs');
const fail = (status, text) => { process.stderr.write(text + ' ${sentinel}\\n'); process.exit(status); };
const words = process.argv.slice(2);
const given = (...wanted) => JSON.stringify(wanted) === JSON.stringify(words);
const read = (name) => fs.readFileSync(name, 'utf8');
const file = process.env.STORE + '/ring';
const put = (text) => fs.writeFileSync(file, text);
const get = (status, text) => (fs.existsSync(file) ? read(file) : fail(status, text));
const print = (text) => process.stdout.write(text);
const signedIn = (token, status, text) => {
  if (token) return;
  process.stderr.write('Enter the password for ada@acme.test: ${sentinel}');
  fail(status, fs.readFileSync(0, 'utf8') === '' ? text : 'somebody answered');
};
if (Object.keys(process.env).some((name) => name.startsWith('INTEGRATIONS_'))) fail(99, 'it sees what is ours');
`;

const signedIn: Environment = Object.fromEntries(
  ['VAULT_TOKEN', 'OP_SERVICE_ACCOUNT_TOKEN', 'AWS_PROFILE', 'CLOUDSDK_CONFIG'].map((name) => [name, sentinel]),
);
const signedOut: Environment = Object.fromEntries(Object.keys(signedIn).map((name) => [name, undefined]));

test('the README names four', () => {
  expect(stores.map(({ name }) => name)).toEqual([
    ...['HashiCorp Vault', '1Password', 'AWS Secrets Manager', 'Google Cloud'],
  ]);
  expect(stores.map(({ get }) => get.split(' ')[0])).toEqual(Object.keys(programs));
});

test.each(stores)('$name', async ({ put, get }) => {
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'mobile');
  const folder = (name: string) => {
    mkdirSync(join(box.root, name));
    return join(box.root, name);
  };
  const [bin, work, store] = [folder('bin'), folder('work'), folder('store')];
  const program = join(bin, get.split(' ')[0] ?? '');
  writeFileSync(program, prelude + programs[get.split(' ')[0] ?? '']);
  chmodSync(program, 0o755);
  const outside = { PATH: `${bin}:${process.env['PATH']}`, STORE: store };

  await done(box.run('key', 'export', '--file', join(work, 'ring.json'), '--yes'));
  await run('sh', ['-c', put], { cwd: work, env: { ...outside, ...signedIn } as NodeJS.ProcessEnv });
  // From here on the ring is there alone.
  writeFileSync(join(box.configDir, 'keyring.json'), 'gone', { mode: 0o600 });

  const reveal = (env: Environment) => {
    const asked = { ...outside, ...signedIn, INTEGRATIONS_KEYRING_COMMAND: get, ...env };
    return box.runWith({ env: asked }, 'scm', 'show', 'mobile', '--reveal', '--yes', '--json', '--debug');
  };
  const revealed = await done(reveal({}));
  expect(revealed.json().credentials.accessToken).toMatch(/^ghp_/);
  expect(revealed.stderr).not.toContain(sentinel);

  const failing = async (env: Environment) => {
    const result = await reveal(env);
    expect(result.stdout + result.stderr).not.toContain(sentinel);
    return refused(Promise.resolve(result));
  };
  const unavailable = { status: 4, code: 'KEY_UNAVAILABLE', hint: expect.stringContaining('Run it by hand') };
  const ended = { ...unavailable, message: expect.stringMatching(/names ended with status (?!99)\d+$/) };
  expect(await failing(signedOut)).toMatchObject(ended);
  expect(await failing({ STORE: folder('empty') })).toMatchObject(ended);
  expect(await failing({ INTEGRATIONS_KEYRING_COMMAND: `${get} --bogus` })).toMatchObject(ended);
  const missing = { ...unavailable, message: expect.stringContaining('there is no such program') };
  expect(await failing({ PATH: '/nowhere' })).toMatchObject(missing);
});
