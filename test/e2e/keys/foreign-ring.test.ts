import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

const newRing = (): Environment => ({ INTEGRATIONS_KEYRING: randomBytes(32).toString('base64') });

/** A database that was restored where the ring is another one, or was lost. */
forEachEngine((engine) => {
  let box: Sandbox;
  const added = addCommand('linear', 'board', '--json');
  const token = { TOKEN: `ghp_${'a1'.repeat(18)}` };
  const manifest = JSON.stringify({
    tenant: 'Acme',
    tickets: [{ name: 'board', type: 'linear', linearApiKey: `value:lin_api_${'a'.repeat(40)}`, linearTeamId: 'MOB' }],
  });
  const sealing = [
    ['init', '--no-input', '--json'],
    added.args,
    ['scm', 'update', 'code', '--access-token', 'env:TOKEN', '--json'],
    ['scm', 'rotate', 'code', '--access-token', 'env:TOKEN', '--no-verify', '--json'],
    ['key', 'rotate', '--json'],
    ['key', 'rotate', '--dry-run', '--json'],
    ['apply', '-f', '-', '--json'],
  ];
  const rows = () => engine.sql(box, 'SELECT id, accessToken FROM tenant_scm_integrations');
  const tickets = () => engine.sql(box, 'SELECT id FROM tenant_ticket_integrations');

  beforeAll(async () => {
    box = await workspace(engine);
    await addSample(box, 'github', 'code');
  });

  test('nothing is sealed under it, and the missing key is named', async () => {
    const before = await rows();
    const [own] = (await done(box.run('key', 'list', '--json'))).json();
    const env = { ...added.env, ...token, ...newRing() };
    for (const refusal of await eachOf(sealing, (args) => refused(box.runWith({ env, input: manifest }, ...args)))) {
      expect(refusal).toMatchObject({
        status: 4,
        code: 'KEY_UNAVAILABLE',
        message: `the database holds credentials sealed under keys that are not at hand: ${own.kid}`,
        hint: 'integrations key import',
        details: { keys: [own.kid] },
      });
    }
    expect(await rows()).toEqual(before);
    expect(await tickets()).toEqual([]);
  });

  test('what seals nothing works', async () => {
    const env = newRing();
    await done(box.runWith({ env }, 'scm', 'list'));
    await done(box.runWith({ env }, 'scm', 'disable', 'code'));
    await done(box.runWith({ env }, 'scm', 'update', 'code', '--default-branch', 'next', '--json'));
    await done(box.runWith({ env, input: JSON.stringify({ tenant: 'Acme', scm: [] }) }, 'plan', '-f', '-'));
  });

  test('a ring kept in a file is not replaced either: key rotate makes no key', async () => {
    const other = await engine.sandbox();
    const at = { ...box.env, INTEGRATIONS_CONFIG_DIR: other.configDir };
    const ring = JSON.stringify({ keys: [{ kty: 'oct', kid: 'other', k: randomBytes(32).toString('base64url') }] });
    await done(other.runWith({ env: at, input: ring }, 'key', 'import', '-'));
    expect((await refused(other.runWith({ env: at }, 'key', 'rotate', '--json'))).code).toBe('KEY_UNAVAILABLE');
    const listed = (await done(other.runWith({ env: at }, 'key', 'list', '--json'))).json();
    expect(listed.filter(({ available }: { available: boolean }) => available)).toHaveLength(1);
  });

  test('with the missing key beside it in the ring, it seals', async () => {
    const exported = (await done(box.run('key', 'export', '--yes'))).stdout;
    const fresh = { kty: 'oct', kid: 'fresh', k: randomBytes(32).toString('base64url') };
    const ring = JSON.stringify({ keys: [fresh, ...JSON.parse(exported).keys] });
    await done(box.runWith({ env: { ...added.env, INTEGRATIONS_KEYRING: ring } }, ...added.args));
    expect(await tickets()).toHaveLength(1);
  });

  test('where nothing is stored, any ring will do', async () => {
    const fresh = await workspace(engine);
    await done(fresh.runWith({ env: { ...added.env, ...newRing() } }, ...added.args));
  });
});
