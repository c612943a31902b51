import { describe, expect, test } from 'vitest';
import type { Group } from '../support/clusters/group-replication.ts';
import { addCommand } from '../support/samples.ts';
import { done, eachOf, refused } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';

/** What the members of a replication group refuse, and what becomes of the commands that meet it. */
export function members(cluster: Cluster<Group>): void {
  const board = addCommand('linear', 'board');
  const names = async () => {
    const rows = await cluster.select(cluster.nodes[1], 'displayName FROM tenant_ticket_integrations ORDER BY id');
    return rows.map(({ displayName }) => displayName);
  };

  test('a secondary is left for the primary by every command', async () => {
    const [primary, ...secondaries] = cluster.nodes;
    const at = () => cluster.at(...secondaries, primary).env;
    const run = async (args: string[], more = {}) => {
      const { stderr } = await done(cluster.box.runWith({ env: { ...at(), ...more } }, ...args, '--no-input'));
      for (const { address } of secondaries) {
        const warning = `warning: The database host ${address} cannot be used: the server is read-only.`;
        expect(stderr, args.join(' ')).toContain(warning);
      }
    };
    await cluster.renew();
    await run(['db', 'migrate']);
    await run(['db', 'rollback', '--yes']);
    await cluster.renew();
    await run(['init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file']);
    for (const [provider, name] of [
      ['github', 'code'],
      ['app-store', 'app'],
      ['github-actions', 'build'],
    ] as const) {
      const { args, env: credentials } = addCommand(provider, name);
      await run(args, credentials);
    }
    await run(['scm', 'update', 'code', '--default-branch', 'next']);
    await run(['scm', 'rotate', 'code', '--access-token', 'env:TOKEN', '--no-verify'], {
      TOKEN: `ghp_${'a1'.repeat(18)}`,
    });
    await run(['scm', 'disable', 'code']);
    await run(['scm', 'enable', 'code']);
    await run(['scm', 'show', 'code', '--reveal', '--yes']);
    await run(['tenant', 'add', 'Another']);
    await run(['account', 'add', 'other@acme.test']);
    await run(['key', 'rotate']);
    await run(['pipeline', 'remove', 'build', '--yes']);
    await run(['account', 'remove', 'other@acme.test', '--yes']);
    await run(['tenant', 'remove', 'Another', '--yes']);
  });

  describe('another primary is chosen', () => {
    test('while four write: nothing is lost, nothing is doubled', async () => {
      const [first, second, third] = cluster.nodes;
      const next = [second, third, first, second];
      const wanted = Array.from({ length: 32 }, (_, index) => `board ${index}`);
      let switching: Promise<void> = Promise.resolve();
      await eachOf(
        wanted,
        (name, index) => {
          const node = next[Math.floor(index / 8)];
          if (node && index % 8 === 4) switching = switching.then(() => cluster.servers.switchTo(node));
          const { args, env } = addCommand('linear', name);
          return done(cluster.box.runWith({ env, timeout: 90_000 }, ...args));
        },
        4,
      );
      await switching;
      expect((await names()).sort()).toEqual([...wanted].sort());
    });

    test.each([
      ['its transaction begins', /BEGIN/],
      ['it has written', /insert into `tenant_ticket/],
      ['it is committed', /COMMIT/],
    ])('when %s: it is stored once', async (_, at) => {
      const [, second] = cluster.nodes;
      let switching: Promise<void> | undefined;
      const { env } = await cluster.strike(at, () => {
        switching = cluster.servers.switchTo(second);
      });
      await done(cluster.box.runWith({ env: { ...env, ...board.env } }, ...board.args));
      await switching;
      expect(await names()).toEqual(['board']);
    });

    test('while two migrate: all is applied once', async () => {
      const [first, second, third] = cluster.nodes;
      await cluster.renew();
      let switching: Promise<void> | undefined;
      const { env } = await cluster.strike(/create table .*tenant_target/i, () => {
        switching = cluster.servers.switchTo(second);
      });
      const migrate = (over: object) => done(cluster.box.runWith({ ...over, timeout: 90_000 }, 'db', 'migrate'));
      await Promise.all([migrate({ env }), migrate(cluster.at(second, third, first))]);
      await switching;
      const applied = await cluster.select(third, 'name FROM integrations_migrations');
      expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length);
      const status = (await done(cluster.box.run('db', 'status', '--json'))).json();
      expect(status).toMatchObject({ upToDate: true });
      expect(applied).toHaveLength(status.migrations.applied.length);
      const checks: { id: string; severity: string }[] = (await cluster.box.run('doctor', '--json')).json();
      expect(checks.filter(({ id, severity }) => id.startsWith('schema') && severity === 'error')).toEqual([]);
    });
  });

  test('a member in offline mode is passed over, and left', async () => {
    const [first, second, third] = cluster.nodes;
    await third.query('SET GLOBAL offline_mode = ON');
    try {
      const warning = (address: string) =>
        `warning: The database host ${address} cannot be used: the server is in offline mode.`;
      const passed = await done(
        cluster.box.runWith({ env: { ...cluster.at(third, first).env, ...board.env } }, ...board.args),
      );
      expect(passed.stderr).toContain(warning(third.address));

      const { address, env } = await cluster.strike(/insert into `tenant_ticket/, async () => {
        await first.query('SET GLOBAL offline_mode = ON');
        await cluster.servers.switchTo(second);
      });
      const other = addCommand('linear', 'other');
      const left = await done(cluster.box.runWith({ env: { ...env, ...other.env }, timeout: 90_000 }, ...other.args));
      expect(left.stderr).toContain(`The database host ${address} cannot be used: `);
      expect(await names()).toEqual(['board', 'other']);
    } finally {
      for (const node of [first, third]) await node.query('SET GLOBAL offline_mode = OFF');
    }
  });

  test('a primary that hangs at COMMIT is given up: it is stored once, by the next one', async () => {
    const [first] = cluster.nodes;
    let thaw: (() => void) | undefined;
    const { address, env } = await cluster.strike(/COMMIT/, () => {
      thaw = first.freeze();
    });
    const added = await done(cluster.box.runWith({ env: { ...env, ...board.env }, timeout: 110_000 }, ...board.args));
    expect(added.stderr).toContain(`The database host ${address} cannot be used: it did not answer in time.`);
    expect(await names()).toEqual(['board']);
    thaw?.();
    await cluster.servers.mend();
    expect(await names()).toEqual(['board']);
  });

  test('a group that has lost its majority: exit 4, and nobody knows', async () => {
    const [first, second, third] = cluster.nodes;
    const thaw: (() => void)[] = [];
    const { env } = await cluster.strike(/COMMIT/, () => {
      thaw.push(second.freeze(), third.freeze());
    });
    const adding = refused(
      cluster.box.runWith({ env: { ...env, ...board.env }, timeout: 100_000 }, ...board.args, '--json'),
    );
    try {
      expect(await adding).toMatchObject({
        status: 4,
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringMatching(/it is not known whether it stored the change$/),
      });
      const reading = await refused(cluster.box.runWith(cluster.at(first), 'ticket', 'list', '--json'));
      expect(reading).toMatchObject({ status: 4, message: expect.stringMatching(/the group has lost its majority$/) });
    } finally {
      for (const each of thaw) each();
    }
    await cluster.servers.mend();
    expect((await names()).length).toBeLessThan(2);
  });
}
