import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { examine } from '../../support/doctor.ts';
import { forEachEngine } from '../../support/engines.ts';
import { addThere, providerWorld, type World } from '../../support/provider-world.ts';
import { done, workspace } from '../../support/workspace.ts';

/** Somebody who can set a variable, in a CI job or a profile, leads what is meant for a hosted API elsewhere. */
forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;
  /** Not loopback by its name, and yet this machine. */
  let elsewhere: Record<string, string>;

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
    await done(box.run('tenant', 'add', 'Other'));
    for (const tenant of ['Acme', 'Other']) {
      const { args, env } = addThere(world, 'github', 'code', '--tenant', tenant);
      await done(box.runWith({ env }, ...args));
    }
    const url = String(world.env['INTEGRATIONS_GITHUB_API_URL']);
    elsewhere = { INTEGRATIONS_GITHUB_API_URL: url.replace('127.0.0.1', '0.0.0.0') };
  });
  beforeEach(() => engine.sql(box, "DELETE FROM tenant_integration_history WHERE action = 'divert'"));

  const origin = () => new URL(elsewhere['INTEGRATIONS_GITHUB_API_URL'] ?? '').origin;
  const line = () =>
    `warning: INTEGRATIONS_GITHUB_API_URL is set: what is meant for https://api.github.com goes to ${origin()}.`;
  const diverted = async () =>
    (await done(box.run('history', '--all-tenants', '--category', 'tenant', '--json')))
      .json()
      .filter(({ action }: { action: string }) => action === 'divert');

  it('every run that uses one says so once, and the history tells', async () => {
    const { stderr } = await box.runWith({ env: elsewhere }, 'verify', '--all-tenants', '--allow-http', '--json');
    expect(stderr.split('\n').filter((each) => each.includes('API_URL'))).toEqual([line()]);
    const fields = [{ name: 'INTEGRATIONS_GITHUB_API_URL', before: 'https://api.github.com', after: origin() }];
    const told = await diverted();
    expect(told.map(({ tenantName }: { tenantName: string }) => tenantName).sort()).toEqual(['Acme', 'Other']);
    expect(told).toMatchObject([{ fields }, { fields }]);
  });

  it('a run that asks nobody, or stays on this machine, does not', async () => {
    expect((await done(box.runWith({ env: elsewhere }, 'scm', 'list'))).stderr).not.toContain('API_URL');
    const { stderr } = await done(box.run('scm', 'verify', 'code', '--json'));
    expect(stderr).not.toContain('API_URL');
    expect(await diverted()).toEqual([]);
  });

  it('what cannot be noted is not sent', async () => {
    const forbid = {
      sqlite: `CREATE TRIGGER no_history BEFORE INSERT ON tenant_integration_history BEGIN SELECT RAISE(ABORT, 'no'); END`,
      server: `CREATE TRIGGER no_history BEFORE INSERT ON tenant_integration_history FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'`,
    };
    await engine.sql(box, forbid[engine.name === 'sqlite' ? 'sqlite' : 'server']);
    const before = world.server.requests.length;
    try {
      const run = box.runWith({ env: elsewhere }, 'scm', 'verify', 'code', '--allow-http', '--json');
      const { status, stdout } = await run;
      expect([status, JSON.parse(stdout)[0].checks[0].detail]).toEqual([
        5,
        'nothing was sent: the history cannot tell that INTEGRATIONS_GITHUB_API_URL leads elsewhere',
      ]);
    } finally {
      await engine.sql(box, 'DROP TRIGGER no_history');
    }
    expect(world.server.requests.length).toBe(before);
  });

  describe('doctor', () => {
    it('finds one, and that certificates are not to be checked', async () => {
      const env = { ...elsewhere, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const { items } = await examine(box, { env });
      expect(items.filter(({ id }) => id === 'variables')).toMatchObject([
        { severity: 'warning', finding: expect.stringContaining(`https://api.github.com goes to ${origin()}`) },
        { severity: 'warning', finding: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED is 0') },
      ]);
    });

    it('finds none on this machine', async () => {
      const { items } = await examine(box);
      expect(items.find(({ id }) => id === 'variables')?.severity).toBe('ok');
    });
  });
});
