import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { mishapOf } from '../../support/provider-answers.ts';
import { page } from '../../support/provider-server.ts';
import { addThere, providerWorld, type World } from '../../support/provider-world.ts';
import { longAgo, putInto, storedById } from '../../support/stored.ts';
import { openTerminal } from '../../support/terminal.ts';
import { done, workspace } from '../../support/workspace.ts';

const unknown = { 'github user': page } as const;
const newToken = `ghp_${'another0'.repeat(4)}1234`;

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
    const { args, env } = addThere(world, 'github', 'code');
    await done(box.runWith({ env }, ...args));
  });

  beforeEach(async () => {
    world.mishaps();
    await putInto(engine, box, longAgo);
  });

  // Each in a tenant of its own: there is one integration of a type and organization in each.
  const add = async (name: string) => {
    await done(box.run('tenant', 'add', name));
    const { args, env } = addThere(world, 'github', name, '--tenant', name);
    return box.runWith({ env }, ...args, '--verify', '--json');
  };

  describe('add --verify', () => {
    it('stores what is valid with its verdict in one go', async () => {
      const result = await add('good');
      expect(result.status, result.stderr).toBe(0);
      expect(result.json()).toMatchObject({
        verificationStatus: 'VALID',
        lastVerifiedAt: expect.stringMatching(/Z$/),
        credentialExpiresAt: '2100-01-31T23:00:00Z',
      });
    });

    it('stores nothing that is refused', async () => {
      world.mishaps(mishapOf('INVALID', 'github'));
      const result = await add('refused');
      expect([result.status, result.stdout]).toEqual([3, '']);
      expect(result.error()).toMatchObject({
        code: 'VERIFICATION_FAILED',
        message: expect.stringContaining('nothing is stored'),
        details: { outcome: 'invalid', errorCode: 'INVALID' },
      });
      expect((await box.run('scm', 'show', 'refused', '--tenant', 'refused')).status).toBe(7);
    });

    it('stores what is undecided as NOT_VERIFIED', async () => {
      world.mishaps({ answers: unknown });
      const result = await add('open');
      expect(result.status).toBe(5);
      expect(result.error()).toMatchObject({ code: 'UNDECIDED', message: expect.stringContaining('NOT_VERIFIED') });
      const shown = (await done(box.run('scm', 'show', 'open', '--tenant', 'open', '--json'))).json();
      expect(shown).toMatchObject({ verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null });
    });
  });

  describe('update --verify', () => {
    const update = (...more: string[]) =>
      box.runWith({ env: { NEW: newToken } }, 'scm', 'update', 'code', ...more, '--verify', '--json');
    const stored = async () =>
      (await done(box.run('scm', 'show', 'code', '--reveal', '--yes', '--json'))).json() as Record<string, unknown>;

    it('asks about the row as it will be, and keeps the old values where that is refused', async () => {
      const before = await stored();
      world.mishaps(mishapOf('INVALID', 'github'));
      await putInto(engine, box, { ...longAgo, credentialExpiresAt: '2026-01-01T00:00:00Z' });
      const asked = world.server.requests.length;
      const result = await update('--access-token', 'env:NEW');
      expect([result.status, result.stdout]).toEqual([3, '']);
      expect(result.error().details).toMatchObject({ outcome: 'invalid', errorCode: 'INVALID' });
      expect(world.server.requests[asked]?.headers['authorization']).toBe(`Bearer ${newToken}`);
      expect(await stored()).toEqual({ ...before, credentialExpiresAt: '2026-01-01T00:00:00Z' });
    });

    it('stores what is undecided as NOT_VERIFIED', async () => {
      world.mishaps({ answers: unknown });
      const result = await update('--access-token', 'env:NEW');
      expect(result.status).toBe(5);
      expect(await stored()).toMatchObject({
        verificationStatus: 'NOT_VERIFIED',
        lastVerifiedAt: null,
        credentials: { accessToken: newToken },
      });
    });

    it('leaves the status alone where nothing changed that a check reads', async () => {
      world.mishaps({ answers: unknown });
      const result = await update('--expires-at', '2031-01-01');
      expect(result.status).toBe(5);
      expect(result.error().message).toContain('it is stored as VALID');
      expect(await stored()).toMatchObject({ verificationStatus: 'VALID', lastVerifiedAt: longAgo.lastVerifiedAt });
    });

    it('stores what is valid with its verdict', async () => {
      const result = await update('--access-token', 'env:NEW');
      expect(result.status, result.stderr).toBe(0);
      expect(result.json()).toMatchObject({
        verificationStatus: 'VALID',
        lastVerifiedAt: expect.not.stringContaining('2026-01-02'),
        credentialExpiresAt: '2100-01-31T23:00:00Z',
      });
    });

    it('changes nothing by itself: it asks what to change, where somebody can answer', async () => {
      const result = await update();
      expect(result.status).toBe(64);
      const terminal = openTerminal(['scm', 'update', 'code', '--verify'], { env: box.env, cwd: box.root });
      await terminal.waitFor('Name', 20_000);
      terminal.key('ctrl-c');
      expect(await terminal.exit).toBe(130);
    });
  });

  describe('expiring', () => {
    const day = 86_400_000;
    const inDays = (days: number) => `${new Date(Date.now() + days * day).toISOString().slice(0, 19)}Z`;
    const expiring = async (...more: string[]) => (await done(box.run('expiring', ...more, '--json'))).json();

    beforeAll(async () => {
      world.mishaps();
      await done(box.run('tenant', 'add', 'Other'));
      for (const [provider, name, ...more] of [
        ['jira', 'board'],
        ['teams', 'channel'],
        ['linear', 'theirs', '--tenant', 'Other'],
      ] as const) {
        const { args, env } = addThere(world, provider, name, ...more);
        await done(box.runWith({ env }, ...args));
      }
    });

    beforeEach(async () => {
      const ends: Record<string, string | null> = {
        code: inDays(20.5),
        board: inDays(-2.5),
        theirs: inDays(0.25),
        channel: inDays(40),
      };
      for (const [id, row] of Object.entries(await named())) {
        await putInto(engine, box, { ...longAgo, credentialExpiresAt: ends[row] ?? null }, id);
      }
    });

    async function named(): Promise<Record<string, string>> {
      const byId: Record<string, string> = {};
      for (const id of Object.keys(await storedById(engine, box))) {
        for (const table of ['scm', 'communication', 'ticket']) {
          const sql = `SELECT displayName FROM tenant_${table}_integrations WHERE id = ?`;
          for (const { displayName } of await engine.sql(box, sql, [id])) byId[id] = String(displayName);
        }
      }
      return byId;
    }

    it('lists what ends within a month or has ended, the first to end first', async () => {
      expect(await expiring()).toEqual([
        expect.objectContaining({ displayName: 'board', category: 'ticket', type: 'jira', daysLeft: -3 }),
        expect.objectContaining({ displayName: 'code', category: 'scm', type: 'github', daysLeft: 20 }),
      ]);
    });

    it('of a duration, and of every tenant', async () => {
      const names = async (...more: string[]) =>
        (await expiring(...more)).map(({ displayName }: { displayName: string }) => displayName);
      expect(await names('--within', '41d')).toEqual(['board', 'code', 'channel']);
      expect(await names('--within', '12h', '--all-tenants')).toEqual(['board', 'theirs']);
      expect((await box.run('expiring', '--within', 'soon')).status).toBe(64);
    });
  });
});
