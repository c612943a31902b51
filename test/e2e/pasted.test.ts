import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';
import { ec, pem, rsa } from '../support/private-keys.ts';
import { addSample, done, refused, workspace } from '../support/workspace.ts';

/* What people really paste and what CI really hands over, through every door: flag, variable, file, standard input, manifest. */

let box: Sandbox;

beforeAll(async () => {
  box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  await addSample(box, 'app-store', 'app');
});

const stored = async (category: string, name: string) =>
  (await done(box.run(category, 'show', name, '--reveal', '--yes', '--json'))).json().credentials;

const unset = ['$(ACME_TOKEN)', '***', 'undefined', 'null', '[MASKED]', '%ACME_TOKEN%', '"ghp_0123456789abcdefghij"'];

describe('what CI leaves in the place of a token', () => {
  test.each(unset)('%s replaces nothing, by any door', async (value) => {
    const before = await stored('scm', 'code');
    const manifest = `tenant: Acme\nscm: [{ name: code, type: github, accessToken: env:TOKEN }]\n`;
    for (const [args, input] of [
      [['scm', 'update', 'code', '--access-token', 'env:TOKEN'], ''],
      [['scm', 'update', 'code', '--access-token', '-'], `${value}\n`],
      [['scm', 'rotate', 'code', '--no-verify', '--access-token', 'env:TOKEN'], ''],
      [['apply', '-f', '-', '--yes'], manifest],
    ] as const) {
      const result = await runHere(box, { env: { TOKEN: value }, input }, ...args);
      expect(result.status, args.join(' ')).toBe(64);
      expect(result.stdout + result.stderr).not.toContain(value);
    }
    expect(await stored('scm', 'code')).toEqual(before);
  });
});

describe('what CI leaves in the place of a name', () => {
  test.each(['$(ACME_NAME)', '{{ acme }}', '***'])(
    '%s replaces nothing, by any door, and is no tenant',
    async (value) => {
      const shown = async () => (await done(box.run('export'))).stdout;
      const before = await shown();
      const manifest = JSON.stringify({ tenant: 'Acme', scm: [{ name: 'code', type: 'github', organization: value }] });
      for (const [args, env, input] of [
        [['scm', 'update', 'code', '--organization', value], {}, ''],
        [['apply', '-f', '-', '--yes'], {}, manifest],
        [['init', '--no-input'], { INTEGRATIONS_TENANT: value }, ''],
        [['init', '--no-input'], { INTEGRATIONS_ACCOUNT: value }, ''],
      ] as const) {
        expect((await runHere(box, { env, input }, ...args)).status, args.join(' ')).toBe(64);
      }
      expect(await shown()).toBe(before);
      expect((await done(box.run('tenant', 'list', '--json'))).stdout).not.toContain(value);
    },
  );
});

test('a key of Apple on one line, escaped, in quotation marks or in base64 is stored as it was made', async () => {
  const key = pem(ec.privateKey);
  for (const given of [
    key.replaceAll('\n', ' '),
    `"${key.replaceAll('\n', '\\\\n')}"`,
    Buffer.from(key).toString('base64'),
  ]) {
    await done(box.runWith({ env: { KEY: given } }, 'target', 'update', 'app', '--private-key', 'env:KEY'));
    expect((await stored('target', 'app')).applePrivateKey).toBe(key);
  }
});

test('the file of a service account is taken in base64, in UTF-16 and with real line breaks in its key', async () => {
  const file = JSON.stringify({
    type: 'service_account',
    client_email: 'release@acme.iam.gserviceaccount.com',
    private_key: pem(rsa.privateKey),
  });
  const shapes = [
    Buffer.from(file).toString('base64'),
    file.replaceAll('\\n', '\n'),
    Buffer.from(`\ufeff${file}`, 'utf16le'),
  ];
  await addSample(box, 'play-store', 'play');
  for (const input of shapes) {
    await done(box.runWith({ input }, 'target', 'update', 'play', '--service-account-json', '-'));
    expect((await stored('target', 'play')).googlePrivateKey).toBe(pem(rsa.privateKey));
  }
});

test('a row that plain SQL wrote without its credential or its channel is never valid', async () => {
  const { id } = await addSample(box, 'slack', 'talk');
  const table = 'tenant_communication_integrations';
  const nothing = ["slackChannels = '[]'", 'slackChannels = NULL', 'slackBotToken = NULL, slackWebhookUrl = NULL'];
  for (const change of nothing) {
    await sqlite.sql(box, `UPDATE ${table} SET ${change}, verificationStatus = 'VALID' WHERE id = '${id}'`);
    const result = await box.run('communication', 'verify', id, '--json');
    expect(result.status).toBe(3);
    expect(result.json()[0]).toMatchObject({ outcome: 'invalid', status: 'INVALID', errorCode: 'MALFORMED' });
  }
});

test('an address out of the browser is stored as what was meant, from a flag and from a manifest alike', async () => {
  await done(box.run('scm', 'update', 'code', '--repository-url', 'https://github.com/acme/mobile/pull/12/files'));
  const manifest = `tenant: Acme\nscm: [{ name: code, type: github, repositoryUrl: acme/mobile }]\n`;
  const plan = await done(box.runWith({ input: manifest }, 'plan', '-f', '-', '--json'));
  expect(plan.json()).toMatchObject([{ action: 'none' }]);
  const refusal = await refused(
    box.run('scm', 'update', 'code', '--repository-url', 'https://github.com/settings/tokens', '--json'),
  );
  expect(refusal).toMatchObject({
    status: 64,
    field: 'repositoryUrl',
    message: expect.stringContaining('copy the address'),
  });
});
