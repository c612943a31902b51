import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { historyColumns } from '../../src/db/stores/history-list.ts';
import type { Sandbox } from '../support/cli.ts';
import { type Engine, forEachEngine } from '../support/engines.ts';
import { credentialFlags, sampleOf } from '../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../support/workspace.ts';

interface Told {
  id: string;
  occurredAt: string;
  action: string;
  command: string;
  category: string;
  integrationId: string | null;
  displayName: string;
  fields: unknown[];
  tenantName: string | null;
  accountName: string | null;
}

async function told(box: Sandbox, ...args: string[]): Promise<Told[]> {
  return (await done(box.run('history', ...args, '--json'))).json();
}

const deeds = (rows: readonly Told[]) =>
  rows.map(({ command, action, displayName }) => `${command}: ${action} ${displayName}`);

/** What fails when nothing can be written into the history any more. */
async function withoutHistory(engine: Engine, box: Sandbox, work: () => Promise<void>): Promise<void> {
  await engine.sql(box, 'ALTER TABLE tenant_integration_history RENAME TO elsewhere');
  try {
    await work();
  } finally {
    await engine.sql(box, 'ALTER TABLE elsewhere RENAME TO tenant_integration_history');
  }
}

forEachEngine((engine) => {
  describe('what a day leaves behind', () => {
    let box: Sandbox;
    let ids: Record<'code' | 'app' | 'release' | 'theirs', string>;
    const github = credentialFlags(sampleOf('github'));

    beforeAll(async () => {
      box = await workspace(engine);
      await done(box.run('tenant', 'add', 'Bmce'));
      await done(box.run('account', 'add', 'zoe@acme.test'));
      const [code, app] = [await addSample(box, 'github', 'code'), await addSample(box, 'app-store', 'app')];
      const release = await addSample(box, 'github-actions', 'release');
      const theirs = await addSample(box, 'jira', 'code', '--tenant', 'Bmce');
      ids = { code: code.id, app: app.id, release: release.id, theirs: theirs.id };
      const zoe = ['--account', 'zoe@acme.test'];
      await done(box.run('scm', 'update', 'code', '--name', 'mobile', '--default-branch', 'next', ...zoe));
      await done(box.run('scm', 'disable', 'mobile', ...zoe));
      // Neither changes anything.
      await done(box.run('scm', 'disable', 'mobile'));
      await done(box.run('scm', 'update', 'mobile', '--default-branch', 'next'));
      await done(box.run('scm', 'remove', 'mobile', '--cascade', '--dry-run'));
      await done(box.runWith({ env: github.env }, 'scm', 'rotate', 'mobile', ...github.flags, '--no-verify'));
      await done(box.run('scm', 'show', 'mobile', '--reveal', '--yes'));
      await done(box.run('scm', 'show', 'mobile'));
      await done(box.run('scm', 'remove', 'mobile', '--cascade', '--yes'));
    });

    test('one row for each change and each reading, newest first', async () => {
      const rows = await told(box);
      expect(deeds(rows)).toEqual([
        'scm remove: remove mobile',
        'scm remove: remove release',
        'scm show: reveal mobile',
        'scm rotate: rotate mobile',
        'scm disable: disable mobile',
        'scm update: update code',
        'pipeline add: create release',
        'target add: create app',
        'scm add: create code',
        'init: create Acme',
      ]);
      const sorted = rows.map(({ occurredAt }) => occurredAt).toSorted();
      expect(rows.map(({ occurredAt }) => occurredAt).toReversed()).toEqual(sorted);
      expect(rows[5]).toMatchObject({
        id: expect.stringMatching(/^history_/),
        category: 'scm',
        integrationId: ids.code,
        fields: [
          { name: 'displayName', before: 'code', after: 'mobile' },
          { name: 'defaultBranch', before: 'trunk', after: 'next' },
        ],
        tenantName: 'Acme',
        accountName: 'zoe@acme.test',
        osUser: userInfo().username,
      });
      expect(rows[3]?.fields).toEqual([
        { name: 'accessToken', changed: true },
        { name: 'refreshToken', changed: true },
      ]);
      expect(rows[2]?.fields).toEqual([{ name: 'accessToken' }, { name: 'refreshToken' }]);
    });

    test('of an integration that is gone: by id, a part of it, and every name that it had', async () => {
      const all = await told(box, ids.code);
      expect(all).toHaveLength(6);
      for (const ref of ['code', 'mobile', ` ${ids.code} `, ids.code.slice(-12), ids.code.slice(0, -2)]) {
        expect(await told(box, ref), ref).toEqual(all);
      }
      expect(deeds(await told(box, 'app'))).toEqual(['target add: create app']);
    });

    test('a name that another bears now tells of both', async () => {
      const again = await addSample(box, 'gitlab', 'mobile');
      const both = await told(box, 'mobile');
      expect(new Set(both.map(({ integrationId }) => integrationId))).toEqual(new Set([ids.code, again.id]));
      await done(box.run('scm', 'remove', 'mobile', '--yes'));
      // One of them was called so too.
      expect(await told(box, ids.code)).toHaveLength(6);
    });

    test('another tenant is not told of, by name or by id', async () => {
      expect(deeds(await told(box, '--tenant', 'Bmce'))).toEqual([
        'ticket add: create code',
        'tenant add: create Bmce',
      ]);
      expect(await refused(box.run('history', ids.theirs, '--json'))).toMatchObject({ status: 7, code: 'NOT_FOUND' });
      expect(await refused(box.run('history', 'app', '--tenant', 'Bmce', '--json'))).toMatchObject({ status: 7 });
    });

    test('of all tenants, with what is of none', async () => {
      const rows = await told(box, '--all-tenants');
      expect(deeds(rows)).toEqual(
        expect.arrayContaining([
          'ticket add: create code',
          'account add: create zoe@acme.test',
          'scm add: create code',
        ]),
      );
      expect(deeds(await told(box, '--all-tenants', '--category', 'key'))).toEqual([
        expect.stringMatching(/^init: create [\w-]{16}$/),
      ]);
      expect(deeds(await told(box, '--all-tenants', '--category', 'account'))).toEqual([
        'account add: create zoe@acme.test',
        'init: create ops@acme.test',
      ]);
    });

    test('filters', async () => {
      expect(deeds(await told(box, '--category', 'target'))).toEqual(['target add: create app']);
      expect(deeds(await told(box, '--account', 'zoe@acme.test'))).toEqual([
        'scm disable: disable mobile',
        'scm update: update code',
      ]);
      expect(await told(box, '--account', 'nobody@acme.test')).toEqual([]);
      expect(await told(box, '--limit', '2')).toEqual((await told(box)).slice(0, 2));
      const today = new Date().toISOString().slice(0, 10);
      const all = await told(box);
      for (const since of ['1d', today, `${today}T00:00:00Z`]) expect(await told(box, '--since', since)).toEqual(all);
      expect(await told(box, '--until', today)).toEqual(all);
      expect(await told(box, '--since', '2099-01-01')).toEqual([]);
      for (const until of ['1d', '2026-01-01', '2026-01-01T23:59:59Z'])
        expect(await told(box, '--until', until)).toEqual([]);
    });

    test.each([
      [['--since', 'yesterday'], 'since'],
      [['--until', '2026-02-30'], 'until'],
      [['--since', '2026-01-01T25:00:00Z'], 'since'],
      [['--limit', '0'], 'limit'],
      [['--category', 'nothing'], 'category'],
      [['mobile', '--all-tenants'], 'all-tenants'],
    ])('%j is refused', async (args, field) => {
      expect(await refused(box.run('history', ...args, '--json'))).toMatchObject({ status: 64, field });
    });

    test('in every format', async () => {
      const rows = await told(box);
      const print = async (format: string) => (await done(box.run('history', '-o', format))).stdout;
      expect(
        (await print('jsonl'))
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual(rows);
      expect((await print('name')).trimEnd().split('\n')).toEqual(rows.map(({ id }) => id));
      const csv = (await print('csv')).split('\n');
      expect(csv[0]).toBe(historyColumns.join(','));
      expect(csv).toHaveLength(rows.length + 2);
      expect(await print('yaml')).toContain(`- id: ${rows[0]?.id}\n`);
      const table = await print('table');
      expect(table).toMatch(/^WHEN +WHO +ACTION +CATEGORY +NAME +FIELDS\n/);
      expect(table).toMatch(
        / zoe@acme\.test +update +scm +code +displayName: code -> mobile, defaultBranch: trunk -> next\n/,
      );
      expect(table).toMatch(/ ops@acme\.test +create +scm +code +.*, accessToken set, refreshToken set\n/);
      expect(table).toMatch(/ ops@acme\.test +rotate +scm +mobile +accessToken changed, refreshToken changed\n/);
      const kept = await done(box.run('history', '--fields', 'action,displayName', '--limit', '1', '--json'));
      expect(Object.keys(kept.json()[0])).toEqual(['action', 'displayName']);
    });

    test('no credential stands in it, plain or sealed', async () => {
      const stored = JSON.stringify(await engine.sql(box, 'SELECT * FROM tenant_integration_history'));
      const out = (await done(box.run('history', '--all-tenants', '-o', 'csv'))).stdout;
      for (const { core } of sampleOf('github').credentials) {
        expect(stored).not.toContain(core);
        expect(out).not.toContain(core);
      }
      expect(stored).not.toContain('eyJ');
      expect(out).not.toContain('eyJ');
    });
  });

  test('a tenant that is gone is still told of, by name and by id, with all that went with it', async () => {
    const box = await workspace(engine);
    const { id } = (await done(box.run('tenant', 'add', 'Doomed', '--json'))).json();
    await addSample(box, 'github', 'code', '--tenant', 'Doomed');
    await addSample(box, 'app-store', 'app', '--tenant', 'Doomed');
    await addSample(box, 'github-actions', 'release', '--tenant', 'Doomed');
    await done(box.run('tenant', 'remove', 'Doomed', '--yes'));
    for (const ref of ['Doomed', id]) {
      expect(deeds((await told(box, '--tenant', ref)).slice(0, 4))).toEqual([
        'tenant remove: remove Doomed',
        expect.stringMatching(/^tenant remove: remove (code|app)$/),
        expect.stringMatching(/^tenant remove: remove (code|app)$/),
        'tenant remove: remove release',
      ]);
      expect(await told(box, 'release', '--tenant', ref)).toHaveLength(2);
    }
    expect(await refused(box.run('history', '--tenant', 'Never', '--json'))).toMatchObject({ status: 7 });
  });

  test('without an account, the user of the operating system is told', async () => {
    const box = await engine.sandbox();
    await done(box.run('init', '--tenant', 'Acme', '--key-store', 'file', '--no-input'));
    const [row] = (await done(box.run('history', '--json'))).json();
    expect(row).toMatchObject({ accountId: null, accountName: null, osUser: userInfo().username });
    expect((await done(box.run('history'))).stdout).toContain(` ${userInfo().username}@`);
  });

  test('an account that is not there changes nothing and reads nothing', async () => {
    const box = await workspace(engine);
    await addSample(box, 'github', 'code');
    const nobody = ['--account', 'nobody@acme.test', '--json'];
    for (const args of [
      ['scm', 'disable', 'code'],
      ['scm', 'show', 'code', '--reveal', '--yes'],
    ]) {
      expect(await refused(box.run(...args, ...nobody))).toMatchObject({ status: 7, code: 'NOT_FOUND' });
    }
    expect(await told(box)).toHaveLength(2);
  });

  describe('what cannot be told', () => {
    let box: Sandbox;
    const ring = () => readFileSync(join(box.configDir, 'keyring.json'), 'utf8');

    beforeAll(async () => {
      box = await workspace(engine);
      await addSample(box, 'github', 'code');
    });

    test('is not given out, and not done', async () => {
      const [shown] = [await done(box.run('scm', 'show', 'code', '--json'))];
      const before = ring();
      const copy = join(box.root, 'copy.json');
      await withoutHistory(engine, box, async () => {
        await eachOf(
          [
            ['scm', 'show', 'code', '--reveal', '--yes'],
            ['key', 'export', '--yes'],
            ['key', 'export', '--file', copy],
            ['key', 'add'],
            ['scm', 'disable', 'code'],
            ['scm', 'remove', 'code', '--yes'],
            ['tenant', 'add', 'Other'],
            ['tenant', 'remove', 'Acme', '--yes'],
          ],
          async (args) => {
            const error = await refused(box.run(...args, '--json'));
            expect(error, args.join(' ')).toMatchObject({ status: 4, code: 'SCHEMA_OUTDATED' });
          },
        );
      });
      expect(existsSync(copy)).toBe(false);
      expect(ring()).toBe(before);
      expect((await done(box.run('scm', 'show', 'code', '--json'))).json()).toEqual(shown?.json());
      expect((await done(box.run('tenant', 'list', '--json'))).json()).toHaveLength(1);
      expect(await told(box)).toHaveLength(2);
    });
  });

  test('the keys: made, activated, brought, given out', async () => {
    const box = await workspace(engine);
    const first = JSON.parse(readFileSync(join(box.configDir, 'keyring.json'), 'utf8')).keys[0].kid;
    const second = (await done(box.run('key', 'add', '--json')))
      .json()
      .map(({ kid }: { kid: string }) => kid)
      .find((kid: string) => kid !== first);
    await done(box.run('key', 'activate', second));
    // It is active already.
    await done(box.run('key', 'activate', second));
    const k = Buffer.alloc(32, 7).toString('base64url');
    const brought = JSON.stringify({ keys: [{ kty: 'oct', kid: 'brought', k }] });
    for (const _ of [1, 2]) await done(box.runWith({ env: { BROUGHT: brought } }, 'key', 'import', 'env:BROUGHT'));
    expect((await box.run('key', 'activate', 'no-such-key')).status).not.toBe(0);
    await done(box.run('key', 'export', '--file', join(box.root, 'copy.json')));
    const rows = await told(box, '--all-tenants', '--category', 'key');
    expect(deeds(rows).slice(3)).toEqual([
      'key import: import brought',
      `key activate: activate ${second}`,
      `key add: create ${second}`,
      `init: create ${first}`,
    ]);
    expect(deeds(rows).slice(0, 3).toSorted()).toEqual(
      [first, second, 'brought'].map((kid) => `key export: export ${kid}`).toSorted(),
    );
  });
});
