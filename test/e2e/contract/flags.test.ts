import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CliOptions, Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { addCommand, type Credential, sampleOf } from '../../support/samples.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

/** What cli.md says of the flags of `add` and `update`. What an engine stores of them is `providers.test.ts`. */
let box: Sandbox;

const json = async (...args: string[]) => (await done(box.run(...args, '--json'))).json();
const refuse = (options: CliOptions, ...args: string[]) => refused(box.runWith(options, ...args, '--json'));

beforeAll(async () => {
  box = await workspace(sqlite);
});

function credentialOf(provider: string, column: string): Credential {
  const credential = sampleOf(provider).credentials.find((each) => each.column === column);
  if (!credential) throw new Error(`the sample of ${provider} has no ${column}`);
  return credential;
}

function fileOf(name: string, text: string | Uint8Array): string {
  const path = join(box.root, name);
  writeFileSync(path, text);
  return `file:${path}`;
}

describe('a credential comes from a source', () => {
  const { value, core } = credentialOf('github', 'accessToken');
  let id: string;
  const reveal = async () =>
    (await json('scm', 'show', id, '--reveal', '--yes', '--fields', 'credentials')).credentials.accessToken;

  beforeAll(async () => {
    id = (await addSample(box, 'github', 'sources')).id;
  });

  test.each([
    ['as it is', value],
    ['in place of a variable name', `env:${value}`],
    ['with a colon', `token:${value}`],
  ])('never from the command line: %s', async (_, given) => {
    const refusal = await refuse({}, 'scm', 'update', id, '--access-token', given);
    expect(refusal).toMatchObject({ status: 64, code: 'USAGE', field: 'accessToken' });
    expect(JSON.stringify(refusal)).not.toContain(core);
    if (!given.startsWith('env:')) {
      expect(refusal.message).toMatch(/^--access-token takes no credential itself/);
      expect(refusal.hint).toBe(
        '--access-token env:NAME, --access-token file:PATH, or --access-token - for standard input',
      );
    }
  });

  test.each([
    [`--access-token=${value}`],
    [`--acces-token=${value}`],
    ['--bogus', value],
    [value],
    ['-o', value],
    ['--type', value],
  ])('no message of the parser repeats what stands in its place: %#', async (...words) => {
    const outcomes = [
      await box.run('scm', 'update', id, ...words, '--json', '--debug'),
      await box.run('scm', ...words),
    ];
    for (const { status, stdout, stderr } of outcomes) {
      expect([status, stdout]).toEqual([64, '']);
      expect(stderr).not.toContain(core);
    }
  });

  test.each([
    ['unset', {}, 'is not set'],
    ['empty', { TOKEN: '' }, 'is empty'],
  ])('an env: variable that is %s is missing', async (_, env, reason) => {
    expect(await refuse({ env }, 'scm', 'update', id, '--access-token', 'env:TOKEN')).toMatchObject({
      status: 64,
      code: 'USAGE',
      field: 'accessToken',
      message: `--access-token: the environment variable TOKEN ${reason}`,
    });
  });

  test.each([
    ['a missing file', 'file:none', /cannot read the file none: there is no such file/],
    ['a directory', 'file:.', /cannot read the file \.: it is a directory/],
    ['no path', 'file:', /no path follows "file:"/],
    ['no variable', 'env:', /what follows "env:" is not the name/],
    ['an empty input', '-', /standard input is empty/],
  ])('%s is missing too', async (_, source, message) => {
    const refusal = await refuse({}, 'scm', 'update', id, '--access-token', source);
    expect(refusal).toMatchObject({ status: 64, field: 'accessToken', message: expect.stringMatching(message) });
  });

  test('standard input serves one flag', async () => {
    const options = { input: value };
    const refusal = await refuse(options, 'scm', 'update', id, '--access-token', '-', '--refresh-token', '-');
    expect(refusal).toMatchObject({ status: 64, message: expect.stringMatching(/standard input serves one flag/) });
  });

  test('what is too long or not text is refused', async () => {
    const long = fileOf('long', 'x'.repeat(70_000));
    const binary = fileOf('binary', new Uint8Array([0x67, 0xff, 0xfe]));
    expect(await refuse({}, 'scm', 'update', id, '--access-token', long)).toMatchObject({ status: 64 });
    expect(await refuse({}, 'scm', 'update', id, '--access-token', binary)).toMatchObject({ status: 64 });
    expect(await refuse({ input: 'x'.repeat(70_000) }, 'scm', 'update', id, '--access-token', '-')).toMatchObject({
      status: 64,
      message: '--access-token: standard input holds more than 64 KB',
    });
    expect(await reveal()).toBe(value);
  });

  test('white space around a token is trimmed, and inside it refused', async () => {
    const other = `ghp_${'Z'.repeat(36)}`;
    await done(box.runWith({ env: { TOKEN: `\t ${other}\r\n` } }, 'scm', 'update', id, '--access-token', 'env:TOKEN'));
    expect(await reveal()).toBe(other);
    const env = { TOKEN: `${value} ${value}` };
    const refusal = await refuse({ env }, 'scm', 'update', id, '--access-token', 'env:TOKEN');
    expect(refusal).toMatchObject({ status: 64, code: 'VALIDATION', field: 'accessToken' });
    expect(JSON.stringify(refusal)).not.toContain(core);
    expect(await reveal()).toBe(other);
  });

  test('an unknown shape draws a warning and is taken', async () => {
    const env = { TOKEN: 'shapeless-9f8e7d' };
    const updated = await done(box.runWith({ env }, 'scm', 'update', id, '--access-token', 'env:TOKEN', '--quiet'));
    expect(updated.stderr).toBe('warning: Access token has an unusual form; it is used as it is.\n');
    expect(await reveal()).toBe('shapeless-9f8e7d');
  });

  test.each([
    ['github', '--access-token', 'ghr_', /refreshToken/],
    ['slack', '--bot-token', 'xoxp-', /user token/],
    ['gitlab', '--access-token', 'gldt-', /deploy token/],
  ])('%s %s refuses what belongs elsewhere: %s', async (provider, flag, prefix, reason) => {
    const { args, env } = addCommand(provider, 'misplaced', flag, 'env:TOKEN');
    const refusal = await refuse({ env: { ...env, TOKEN: `${prefix}${core}` } }, ...args);
    expect(refusal).toMatchObject({ status: 64, code: 'VALIDATION', message: expect.stringMatching(reason) });
    expect(JSON.stringify(refusal)).not.toContain(core);
  });
});

describe('a private key', () => {
  const { value: pem, core } = credentialOf('app-store', 'applePrivateKey');
  const { value: otherKind } = credentialOf('play-store', 'googlePrivateKey');
  let id: string;

  beforeAll(async () => {
    id = (await addSample(box, 'app-store', 'keys')).id;
  });

  test.each([
    ['PEM', pem],
    ['PEM with literal \\n', pem.replaceAll('\n', '\\n')],
    ['base64 of PEM', Buffer.from(pem).toString('base64')],
  ])('is taken as %s, and stored as canonical PEM', async (_, given) => {
    const env = { KEY: given };
    await done(box.runWith({ env }, 'target', 'update', id, '--private-key', 'env:KEY'));
    const shown = await json('target', 'show', id, '--reveal', '--yes');
    expect(shown.credentials.applePrivateKey).toBe(pem);
  });

  test.each([
    ['of another kind', otherKind, /is of the kind rsa/],
    ['that is cut off', pem.slice(0, -60), /cut off|no private key|not a private key|damaged/],
    ['that is none', 'hello', /is not a private key/],
  ])('%s is refused', async (_, given, reason) => {
    const refusal = await refuse({ input: given }, 'target', 'update', id, '--private-key', '-');
    expect(refusal).toMatchObject({ status: 64, code: 'VALIDATION', field: 'applePrivateKey' });
    expect(refusal.message).toMatch(reason);
    expect(JSON.stringify(refusal)).not.toContain(core);
  });
});

describe('a service account file', () => {
  const { value: key } = credentialOf('play-store', 'googlePrivateKey');
  const email = 'robot@acme.iam.gserviceaccount.com';
  const account = { type: 'service_account', client_email: email, private_key: key };
  const add = ['target', 'add', 'play-store', '--name', 'play', '--package-name', 'com.acme.app'];
  const [inTenant, at] = [
    ['tenant', 'add', 'Play'],
    ['--tenant', 'Play'],
  ];

  test('fills e-mail and key', async () => {
    await done(box.run(...inTenant));
    const source = fileOf('account.json', JSON.stringify(account));
    const added = await json(...add, '--service-account-json', source, ...at);
    expect(added).toMatchObject({ googleServiceAccountEmail: email, credentials: { googlePrivateKey: true } });
    const shown = await json('target', 'show', 'play', '--reveal', '--yes', ...at);
    expect(shown.credentials).toEqual({ googlePrivateKey: key });
  });

  test.each([
    ['not JSON', JSON.stringify(account).slice(1)],
    ['of another type', JSON.stringify({ ...account, type: 'authorized_user' })],
    ['without a key', JSON.stringify({ ...account, private_key: undefined })],
  ])('%s is refused', async (_, text) => {
    const refusal = await refuse({ input: text }, ...add, '--service-account-json', '-', ...at);
    expect(refusal).toMatchObject({ status: 64, code: 'VALIDATION', field: 'serviceAccountJson' });
    expect(refusal.message).not.toContain('gserviceaccount');
  });
});

test('all values that do not fit are told at once: by flag to people, by column to scripts', async () => {
  const args = [
    'ticket',
    'add',
    'jira',
    '--name',
    'x',
    '--url',
    'ftp://x',
    '--email',
    'nobody',
    '--project-key',
    'MOB',
  ];
  const env = { TOKEN: sampleOf('jira').credentials[0]?.value };
  const given = [...args, '--api-token', 'env:TOKEN'];
  expect(await refuse({ env }, ...given)).toMatchObject({
    status: 64,
    field: 'jiraUrl',
    message: expect.stringMatching(/^jiraUrl is not a web address.*; jiraEmail must be an e-mail address/),
  });
  const { stderr } = await box.runWith({ env }, ...given);
  expect(stderr).toMatch(
    /^error: 2 values do not fit\n--url is not a web address, .*\n--email must be an e-mail address, .*\n$/,
  );
  const one = await box.run('ticket', 'add', 'jira', '--url', 'ftp://x');
  expect(one.stderr).toMatch(/^error: --url is not a web address, /);
});

describe("'' clears what is optional", () => {
  test('a field and a credential; a needed one is refused and nothing changes', async () => {
    const before = await addSample(box, 'bitbucket', 'cleared');
    const cleared = await json('scm', 'update', 'cleared', '--refresh-token', '', '--default-branch', '');
    expect(cleared).toMatchObject({ defaultBranch: null, credentials: { accessToken: true, refreshToken: false } });
    for (const [flag, column] of [
      ['--organization', 'organization'],
      ['--name', 'displayName'],
      ['--access-token', 'accessToken'],
    ] as const) {
      expect(await refuse({}, 'scm', 'update', 'cleared', flag, '')).toMatchObject({
        status: 64,
        code: 'VALIDATION',
        field: column,
        message: `${column} is needed`,
      });
    }
    expect(await json('scm', 'show', before.id)).toEqual(cleared);
  });

  test('one of two credentials may go, not both', async () => {
    await addSample(box, 'slack', 'either');
    const kept = await json('comm', 'update', 'either', '--bot-token', '', '--channel', '');
    expect(kept).toMatchObject({ slackChannels: null, credentials: { slackBotToken: false, slackWebhookUrl: true } });
    expect(await refuse({}, 'comm', 'update', 'either', '--webhook-url', '')).toMatchObject({
      status: 64,
      message: 'slackWebhookUrl or slackBotToken is needed',
    });
  });

  test('JSON, booleans and lists', async () => {
    await addSample(box, 'jira', 'board');
    const [template, list] = [await json('ticket', 'update', 'board', '--epic-template', ''), 'notifyOnEvents'];
    expect(template.epicTemplate).toBe(null);
    expect((await json('ticket', 'update', 'board', '--no-auto-create-epics')).autoCreateEpics).toBe(false);
    await addSample(box, 'email', 'mail');
    expect((await json('comm', 'update', 'mail', '--notify-on', ''))[list]).toBe(null);
    expect(await refuse({}, 'comm', 'update', 'mail', '--recipient', '')).toMatchObject({ status: 64 });
  });
});

describe('repeatable flags', () => {
  beforeAll(async () => {
    await done(box.run('tenant', 'add', 'Lists'));
    await addSample(box, 'gitlab', 'code', ...at);
    await addSample(box, 'app-store', 'app', ...at);
    await addSample(box, 'jenkins', 'build', ...at);
    await addSample(box, 'slack', 'chat', ...at);
  });

  const at = ['--tenant', 'Lists'];
  const update = async (...flags: string[]) =>
    (await json('pipeline', 'update', 'build', ...flags, ...at)).environmentVariables;

  test('replace the whole list', async () => {
    const changed = await json(
      'comm',
      'update',
      'chat',
      '--channel',
      '#b',
      '--channel',
      '#a',
      '--channel',
      '#b',
      ...at,
    );
    expect(changed.slackChannels).toEqual(['#b', '#a']);
  });

  test('--env K=V adds or replaces one, --env K= removes one', async () => {
    expect(await update('--env', 'LANE=beta', '--env', 'ONE=1')).toEqual({ LANE: 'beta', NOTE: 'a=b', ONE: '1' });
    expect(await update('--env', 'NOTE=', '--env', 'GONE=')).toEqual({ LANE: 'beta', ONE: '1' });
    expect(await update('--env', '')).toBe(null);
    expect(await update('--env', 'ONE=')).toBe(null);
    for (const entry of ['NOVALUE', '=x', 'BAD NAME=x']) {
      expect(await refuse({}, 'pipeline', 'update', 'build', '--env', entry, ...at)).toMatchObject({
        status: 64,
        field: 'environmentVariables',
      });
    }
  });

  test('a name like a credential draws a warning, and the value is stored as it is', async () => {
    const updated = await done(box.run('pipeline', 'update', 'build', '--env', 'DEPLOY_TOKEN=public', ...at, '--json'));
    expect(updated.json().environmentVariables).toEqual({ DEPLOY_TOKEN: 'public' });
    expect(updated.stderr).toMatch(/^warning: The value of DEPLOY_TOKEN is stored unencrypted/);
    const [row] = await sqlite.sql(box, 'SELECT environmentVariables FROM tenant_pipeline_integrations');
    expect(row).toEqual({ environmentVariables: '{"DEPLOY_TOKEN":"public"}' });
  });
});

describe('only what is given changes', () => {
  test('and where nothing differs, nothing is written', async () => {
    const before = await addSample(box, 'linear', 'still');
    await sqlite.sql(box, "UPDATE tenant_ticket_integrations SET updatedAt = '2020-01-01 00:00:00' WHERE id = ?", [
      before.id,
    ]);
    const same = await done(box.run('ticket', 'update', 'still', '--team-id', 'MOB', '--json'));
    expect(same.stderr).toBe('Nothing was changed: everything is already as given.\n');
    expect(same.json()).toEqual({ ...before, updatedAt: '2020-01-01T00:00:00Z' });
    const renamed = await json('ticket', 'update', 'still', '--name', 'moved');
    expect(renamed).toEqual({ ...before, displayName: 'moved', updatedAt: expect.not.stringContaining('2020') });
  });

  test('a name or a day leaves the verdict, a field that a check reads voids it', async () => {
    const { id } = await addSample(box, 'github', 'verdict', '--organization', 'verdict');
    const verdict = { verificationStatus: 'VALID', lastVerifiedAt: '2026-01-02T03:04:05Z' };
    const told = '2027-01-01T00:00:00Z';
    await sqlite.sql(
      box,
      `UPDATE tenant_scm_integrations SET verificationStatus = 'VALID', lastVerifiedAt = '2026-01-02 03:04:05',
       credentialExpiresAt = '2027-01-01 00:00:00' WHERE id = ?`,
      [id],
    );
    expect(await json('scm', 'update', id, '--name', 'renamed')).toMatchObject({
      ...verdict,
      credentialExpiresAt: told,
    });
    expect(await json('scm', 'disable', id)).toMatchObject({ ...verdict, isActive: false });
    // GitHub tells when a token ends: what it told of the old one goes with the verdict.
    expect(await json('scm', 'update', id, '--organization', 'other')).toMatchObject({
      verificationStatus: 'NOT_VERIFIED',
      lastVerifiedAt: null,
      credentialExpiresAt: null,
    });
  });

  test("another provider's flag is refused", async () => {
    const refusal = await refuse({}, 'ticket', 'add', 'linear', '--name', 'x', '--project-key', 'MOB');
    expect(refusal).toMatchObject({ status: 64, code: 'USAGE', message: 'linear has no --project-key' });
  });
});

describe('what is missing', () => {
  test.each([
    ['github', '--name, --organization, --repository-url and --access-token'],
    ['app-store', '--name, --api-key-id, --private-key and --bundle-id'],
    ['jenkins', '--name, --scm, --target, --url, --username, --api-token and --job-path'],
    ['slack', '--name and --bot-token or --webhook-url'],
    ['azure-devops', '--name, --organization, --project and --pat-token'],
  ])('%s: every flag is named at once', async (provider, flags) => {
    const { category } = sampleOf(provider);
    const refusal = await refuse({}, category, 'add', provider, '--no-input');
    expect(refusal).toMatchObject({ status: 64, code: 'USAGE', field: 'displayName', message: `missing: ${flags}` });
    expect(refusal.details).toMatchObject({
      missing: expect.arrayContaining([{ field: 'displayName', flag: '--name' }]),
    });
  });

  test('a provider: its valid values', async () => {
    const valid = 'one of jenkins, github-actions, gitlab-ci';
    expect(await refuse({}, 'pipeline', 'add')).toMatchObject({
      status: 64,
      message: `missing: the provider, ${valid}`,
    });
    expect(await refuse({}, 'pipeline', 'add', 'travis')).toMatchObject({
      status: 64,
      message: `no such provider of pipeline; it is ${valid}`,
    });
  });

  test('JSON that is not JSON, a day that is none', async () => {
    const { args, env } = addCommand('linear', 'odd');
    const cases: [string[], string, string][] = [
      [['--epic-template', '{"a":'], 'epicTemplate', 'epicTemplate is not JSON'],
      [['--epic-template', '[1]'], 'epicTemplate', 'epicTemplate must be a JSON object'],
      [['--epic-template', fileOf('bad.json', '{nope')], 'epicTemplate', 'epicTemplate is not JSON'],
      [['--expires-at', '2026-02-30'], 'credentialExpiresAt', 'credentialExpiresAt must be a day'],
      [['--expires-at', 'soon'], 'credentialExpiresAt', 'credentialExpiresAt must be a day'],
    ];
    for (const [flags, field, message] of cases) {
      const refusal = await refuse({ env }, ...args, ...flags);
      expect(refusal).toMatchObject({ status: 64, code: 'VALIDATION', field });
      expect(refusal.message).toContain(message);
      expect(refusal.message).not.toContain('nope');
    }
    const template = fileOf('epic.json', '{"summary": "R\u00e9lease"}');
    const added = await done(box.runWith({ env }, ...args, '--epic-template', template, '--json'));
    expect(added.json().epicTemplate).toEqual({ summary: 'R\u00e9lease' });
  });
});
