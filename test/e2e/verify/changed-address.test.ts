import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../../src/providers/index.ts';
import type { Sandbox } from '../../support/cli.ts';
import { examine } from '../../support/doctor.ts';
import { forEachEngine } from '../../support/engines.ts';
import { providerServer } from '../../support/provider-server.ts';
import { type Ids, populated, providerWorld, type World } from '../../support/provider-world.ts';
import { done } from '../../support/workspace.ts';

/** Somebody who can write the database and has no key. */
forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;
  let ids: Ids;

  beforeAll(async () => {
    world = await providerWorld();
    ({ box, ids } = await populated(engine, world));
  });
  beforeEach(() => world.mishaps());

  /** Does what the thief does, and puts back what was there. */
  async function changed<T>(table: string, id: string, column: string, to: string, work: () => Promise<T>): Promise<T> {
    const [row] = await engine.sql(box, `SELECT ${column} AS was FROM ${table} WHERE id = ?`, [id]);
    const set = (value: unknown) => engine.sql(box, `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [value, id]);
    await set(to);
    try {
      return await work();
    } finally {
      await set(row?.['was']);
    }
  }

  /** Where a provider's row, or the SCM that it asks with, names its address. */
  const addressed = providers.flatMap(({ name, category, fields, scm }) => {
    const own = fields.filter(({ kind }) => kind === 'url').map((field) => [category.table, name, field.name] as const);
    const used = scm === 'github' ? 'code' : `${scm} code`;
    return [...own, ...(scm ? [['tenant_scm_integrations', used, 'repositoryUrl'] as const] : [])].map(
      ([table, row, column]) => ({ name, category: category.name, table, row, column }),
    );
  });

  it.each(addressed)(
    '$name: $column is changed, and nothing is sent',
    async ({ name, category, table, row, column }) => {
      const thief = await providerServer();
      await changed(table, ids[row] ?? '', column, `${thief.url}/acme/mobile`, async () => {
        const tenant = category === 'pipeline' ? 'Pipes' : 'Acme';
        const { stdout } = await box.run(category, 'verify', ids[name] ?? '', '--tenant', tenant, '--json');
        expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'undecided' }]);
        expect(stdout).toContain(`its credential is not meant for ${thief.url}; somebody changed the address`);
      });
      expect(thief.requests).toEqual([]);
    },
  );

  describe('jira', () => {
    const there = () => ({ table: 'tenant_ticket_integrations', id: ids['jira'] ?? '', column: 'jiraUrl' });
    const away = <T>(work: (thief: { url: string }) => Promise<T>) =>
      providerServer().then((thief) =>
        changed(there().table, there().id, there().column, `${thief.url}/jira`, () => work(thief)).then((result) => {
          expect(thief.requests).toEqual([]);
          return result;
        }),
      );

    it('doctor lists such a row, and what mends it', async () => {
      expect((await examine(box)).items.find(({ id }) => id === 'credentials')?.severity).toBe('ok');
      const { items } = await away(async () => examine(box));
      const found = items.filter(({ id, severity }) => id === 'credentials' && severity === 'error');
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({
        finding: expect.stringMatching(
          /^jiraApiToken of ticket_\w+ is meant for http:\S+, but its row leads to http:\S+: somebody changed the address$/,
        ),
        remedy: expect.stringContaining(`integrations ticket rotate ${there().id} --tenant `),
        rows: [{ id: there().id, category: 'ticket', column: 'jiraApiToken' }],
      });
    });

    it('a key rotation keeps where it may go', async () => {
      await done(box.run('key', 'rotate'));
      const verified = () => box.run('ticket', 'verify', there().id, '--json');
      expect((await done(verified())).json()).toMatchObject([{ outcome: 'valid' }]);
      await away(async () => {
        await done(box.run('key', 'rotate'));
        expect((await verified()).json()).toMatchObject([{ outcome: 'undecided' }]);
      });
    });

    it('what a rotation replaced is not put back for another address', async () => {
      const env = { NEW: `ATATT3xFfGF0${'new'.repeat(20)}=A1B2C3D4` };
      const rotate = (...more: string[]) => box.runWith({ env }, 'ticket', 'rotate', there().id, ...more, '--json');
      await done(rotate('--api-token', 'env:NEW', '--no-verify'));
      await away(async () => {
        for (const flags of [['--undo'], ['--undo', '--no-verify']]) {
          const { status, stderr } = await rotate(...flags);
          expect([status, stderr]).toEqual([
            6,
            expect.stringContaining('the previous jiraApiToken is meant for another'),
          ]);
        }
      });
      await done(rotate('--undo', '--no-verify'));
      expect((await done(box.run('ticket', 'verify', there().id, '--json'))).json()).toMatchObject([
        { outcome: 'valid' },
      ]);
    });
  });
});
