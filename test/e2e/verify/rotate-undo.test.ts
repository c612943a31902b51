import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { CliResult, Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { page } from '../../support/provider-server.ts';
import { addThere, providerWorld, type World } from '../../support/provider-world.ts';
import { sampleOf } from '../../support/samples.ts';
import { done, workspace } from '../../support/workspace.ts';

const oldToken = sampleOf('github').credentials[0]?.value ?? '';
const newToken = `ghp_${'rotated0'.repeat(4)}1234`;

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
    for (const [provider, name] of [
      ['github', 'code'],
      ['play-store', 'app'],
      ['jira', 'board'],
    ] as const) {
      const { args, env } = addThere(world, provider, name);
      await done(box.runWith({ env }, ...args));
    }
  });

  beforeEach(async () => {
    world.mishaps();
    await done(box.runWith({ env: { OLD: oldToken } }, ...code('--access-token', 'env:OLD', '--no-verify')));
    await done(box.run(...code('--forget')));
    await done(box.runWith({ env: { NEW: newToken } }, ...code('--access-token', 'env:NEW')));
  });

  const code = (...flags: string[]) => ['scm', 'rotate', 'code', ...flags, '--json'];
  const undo = (...more: string[]): Promise<CliResult> => box.run(...code('--undo', ...more));
  const reveal = async (category: string, name: string) =>
    (await done(box.run(category, 'show', name, '--reveal', '--yes', '--json'))).json();
  const token = async () => (await reveal('scm', 'code')).credentials.accessToken;
  const kept = () => engine.sql(box, 'SELECT id FROM tenant_previous_credentials');

  it('asks the provider about the previous ones, and puts them back; again, and the new ones are back', async () => {
    const before = world.server.requests.length;
    const undone = await undo();
    expect([undone.status, undone.stderr]).toEqual([
      0,
      'Put back the previous credentials of the scm integration "code".\n',
    ]);
    expect(undone.json()).toMatchObject({ verificationStatus: 'VALID', credentials: { accessToken: true } });
    const sent = world.server.requests.slice(before).map(({ headers }) => headers['authorization']);
    expect(new Set(sent)).toEqual(new Set([`Bearer ${oldToken}`]));
    expect(await token()).toBe(oldToken);
    await done(undo());
    expect(await token()).toBe(newToken);
  });

  it('leaves the present ones where the provider refuses the previous ones, or is down', async () => {
    world.mishaps({ answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } });
    const refused = await undo();
    expect([refused.status, refused.stdout]).toEqual([3, '']);
    expect(refused.error()).toMatchObject({
      code: 'VERIFICATION_FAILED',
      message: expect.stringContaining('the old credentials stay'),
    });
    world.mishaps({ answers: { 'github user': page } });
    expect((await undo()).status).toBe(5);
    expect(await token()).toBe(newToken);

    await done(undo('--no-verify'));
    expect(await reveal('scm', 'code')).toMatchObject({
      credentials: { accessToken: oldToken },
      verificationStatus: 'NOT_VERIFIED',
      lastVerifiedAt: null,
    });
  });

  it('forgets what was kept; what is not there cannot be put back', async () => {
    expect(await kept()).toHaveLength(1);
    const forgotten = await done(box.run(...code('--forget')));
    expect(forgotten.stderr).toBe('Forgot the previous credentials of the scm integration "code".\n');
    expect(await kept()).toEqual([]);
    const again = await done(box.run(...code('--forget')));
    expect(again.stderr).toBe('No previous credentials of the scm integration "code" were kept.\n');
    const none = await undo();
    expect([none.status, none.error().code]).toEqual([7, 'NOT_FOUND']);
    expect(await token()).toBe(newToken);
  });

  it('keeps what the last rotation replaced: the same credentials once more replace nothing', async () => {
    await done(box.runWith({ env: { NEW: newToken } }, ...code('--access-token', 'env:NEW')));
    await done(undo());
    expect(await token()).toBe(oldToken);
  });

  it('keeps nothing where what is replaced does not open, and says so', async () => {
    await engine.sql(box, "UPDATE tenant_scm_integrations SET accessToken = 'no sealed value'");
    const rotated = await box.runWith({ env: { NEW: oldToken } }, ...code('--access-token', 'env:NEW'));
    expect(rotated.status).toBe(0);
    expect(rotated.stderr).toContain('warning: What is replaced does not open, so --undo will not bring it back.');
    expect(await kept()).toEqual([]);
  });

  it('says which value does not open where what is kept was altered', async () => {
    await engine.sql(box, "UPDATE tenant_previous_credentials SET credentials = 'no sealed value'");
    const result = await undo('--no-verify');
    expect(result.status).toBe(4);
    expect(result.error()).toMatchObject({
      code: 'DECRYPTION_FAILED',
      message: expect.stringMatching(/^the previous credentials of scm_\w+ does not open: /),
      hint: expect.stringContaining('--forget'),
    });
    expect(await token()).toBe(newToken);
  });

  it('takes no credentials with it', async () => {
    const both = await box.runWith({ env: { NEW: newToken } }, ...code('--undo', '--access-token', 'env:NEW'));
    expect([both.status, both.error().message]).toEqual([64, '--undo and --access-token do not go together']);
    expect((await undo('--forget')).error().message).toBe('--undo and --forget do not go together');
  });

  it('puts back the end that was noted with the credential, and the e-mail that came with a key', async () => {
    const jira = sampleOf('jira').credentials[0]?.value ?? '';
    const board = (...flags: string[]) =>
      done(
        box.runWith({ env: { NEW: `${jira.slice(0, -9)}0` } }, 'ticket', 'rotate', 'board', ...flags, '--no-verify'),
      );
    await done(box.run('ticket', 'update', 'board', '--expires-at', '2030-01-01'));
    await board('--api-token', 'env:NEW', '--expires-at', '2031-01-01');
    await board('--undo');
    expect(await reveal('ticket', 'board')).toMatchObject({
      credentials: { jiraApiToken: jira },
      credentialExpiresAt: expect.stringMatching(/^2030-01-01/),
    });

    const before = await reveal('target', 'app');
    const email = 'other@acme.iam.gserviceaccount.com';
    const account = { type: 'service_account', client_email: email, private_key: before.credentials.googlePrivateKey };
    const env = { ACCOUNT: JSON.stringify(account) };
    const app = ['target', 'rotate', 'app', '--no-verify'];
    await done(box.runWith({ env }, ...app, '--service-account-json', 'env:ACCOUNT'));
    expect(await reveal('target', 'app')).toMatchObject({ googleServiceAccountEmail: email });
    await done(box.run(...app, '--undo'));
    const { googleServiceAccountEmail, credentials } = before;
    expect(await reveal('target', 'app')).toMatchObject({ googleServiceAccountEmail, credentials });
  });
});
