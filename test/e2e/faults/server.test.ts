import { createConnection } from 'mysql2/promise';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import type { CliResult, Sandbox } from '../../support/cli.ts';
import { forEachServer } from '../../support/engines.ts';
import { proxyFor } from '../../support/proxy.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

const table = 'tenant_ticket_integrations';

/** Of a command that is as patient as it gets. */
const timeout = 90_000;

forEachServer((engine) => {
  /** The server goes away while a command is at work: exit 4, no stack trace, and nothing half-written. */
  let box: Sandbox;
  const board = addCommand('linear', 'new', '--json');
  const rows = async () => (await engine.sql(box, `SELECT * FROM ${table} ORDER BY id`)) as unknown[];

  beforeAll(async () => {
    box = await workspace(engine);
    await addSample(box, 'jira', 'old');
  });

  beforeEach(async () => {
    if ((await rows()).length > 1) await done(box.run('ticket', 'remove', 'new', '--yes'));
  });

  async function gone(running: Promise<CliResult>, reason: RegExp) {
    const result = await running;
    expect(result.stderr).not.toMatch(/^ +at /m);
    const refusal = await refused(Promise.resolve(result));
    expect(refusal).toMatchObject({ status: 4, code: 'DATABASE_UNAVAILABLE', message: expect.stringMatching(reason) });
  }

  const stages = [
    ['while it logs in', /mysql_native_password|caching_sha2_password/],
    ['before the session is set up', /SET NAMES/],
    ['before the schema is read', /integrations_migrations/],
    ['before the tenant is read', /from `tenants`/],
    ['before the transaction', /BEGIN/],
    ['before the row is written', /insert into/],
    ['before it is committed', /COMMIT/],
  ] as const;

  describe('the connection is cut each time', () => {
    test('at any stage', async () => {
      // What comes between is held by the tests below.
      const some = stages.filter(([stage]) => !/tenant|transaction/.test(stage));
      const stored = await rows();
      // All at once: each waits as long as the patience is.
      await Promise.all(
        some.map(async ([stage, before]) => {
          const proxy = await proxyFor(box, { before });
          const adding = box.runWith({ env: { ...board.env, ...proxy.env }, timeout }, ...board.args);
          await gone(adding, /the connection was (cut|lost)/);
          expect(proxy.cuts(), stage).toBeGreaterThan(0);
        }),
      );
      expect(await rows()).toEqual(stored);
    });

    test('in the middle of an answer', async () => {
      const proxy = await proxyFor(box, { afterBytes: 3000 });
      await gone(box.runWith({ env: proxy.env, timeout }, 'ticket', 'list', '--json'), /the connection was (cut|lost)/);
      expect(proxy.cuts()).toBeGreaterThan(1);
    });

    test('in the middle of a removal of several rows', async () => {
      await done(box.run('tenant', 'add', 'Doomed'));
      const at = ['--tenant', 'Doomed'];
      await addSample(box, 'github', 'code', ...at);
      await addSample(box, 'app-store', 'app', ...at);
      await addSample(box, 'github-actions', 'build', ...at);
      const { env } = await proxyFor(box, { before: /delete from `tenant_scm_integrations`/ });
      const { env: all } = await proxyFor(box, { before: /delete from `tenants`/ });
      await Promise.all([
        gone(
          box.runWith({ env, timeout }, 'scm', 'remove', 'code', '--cascade', '--yes', ...at, '--json'),
          /connection/,
        ),
        gone(box.runWith({ env: all, timeout }, 'tenant', 'remove', 'Doomed', '--yes', '--json'), /connection/),
      ]);
      expect((await done(box.run('pipeline', 'list', ...at, '--json'))).json()).toHaveLength(1);
      expect((await done(box.run('scm', 'list', ...at, '--json'))).json()).toHaveLength(1);
    });
  });

  describe.each([
    ['cut once', 'and serves'],
    ['cut, and its host is gone', 'and is gone'],
  ] as const)('the connection is %s', (_, once) => {
    test.each([...stages.slice(2), ['before the answer to COMMIT', undefined] as const])('%s', async (__, before) => {
      const stored = await rows();
      const proxy = await proxyFor(box, before ? { before, once } : { after: /COMMIT/, once });
      const env = once === 'and serves' ? proxy.env : proxy.envWithSecondHost;
      const result = await done(box.runWith({ env: { ...board.env, ...env } }, ...board.args));
      expect(proxy.cuts()).toBe(1);
      expect(await rows()).toEqual([...stored, expect.objectContaining({ id: result.json().id })]);
      const port = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '').host;
      const warning = `warning: The database host ${proxy.address} cannot be used: nothing listens there. Continuing with ${port}.\n`;
      expect(result.stderr.includes(warning)).toBe(once === 'and is gone');
    });
  });

  describe('the answer to COMMIT is lost: the change is there once, and told once', () => {
    const history = async () => {
      const [row] = await engine.sql(box, 'SELECT COUNT(*) AS n FROM tenant_integration_history');
      return Number(row?.['n']);
    };

    test.each<[what: string, ...args: string[]]>([
      ['add', ...addCommand('github', 'code').args],
      ['update', 'scm', 'update', 'code', '--default-branch', 'next'],
      ['disable', 'scm', 'disable', 'code'],
      ['enable', 'scm', 'enable', 'code'],
      ['rotate', 'scm', 'rotate', 'code', '--access-token', 'env:TOKEN', '--no-verify'],
      ['show --reveal', 'scm', 'show', 'code', '--reveal', '--yes'],
      ['remove', 'scm', 'remove', 'code', '--yes'],
      ['tenant add', 'tenant', 'add', 'Another'],
      ['tenant remove', 'tenant', 'remove', 'Another', '--yes'],
      ['account add', 'account', 'add', 'other@acme.test'],
      ['account remove', 'account', 'remove', 'other@acme.test', '--yes'],
    ])('%s', async (_, ...args) => {
      const before = await history();
      const proxy = await proxyFor(box, { after: /COMMIT/, once: 'and serves' });
      const env = { ...addCommand('github', 'code').env, ...proxy.env, TOKEN: `ghp_${'a1'.repeat(18)}` };
      await done(box.runWith({ env }, ...args, '--json'));
      expect(proxy.cuts()).toBe(1);
      expect(await history()).toBe(before + 1);
    });
  });

  test('a server that is gone at COMMIT: nobody knows, and that is said', async () => {
    const proxy = await proxyFor(box, { after: /COMMIT/, once: 'and is gone' });
    const unknown = /is gone, and it is not known whether it stored the change$/;
    await gone(box.runWith({ env: { ...board.env, ...proxy.env }, timeout }, ...board.args), unknown);
  });

  test('a server that knows of no cluster is asked for less', async () => {
    const { env } = await proxyFor(box, { rename: ['wsrep_sync_wait', 'wsrep_none_such'] });
    await done(box.runWith({ env: { ...board.env, ...env } }, ...board.args));
  });

  test('a server that says nothing is given up', async () => {
    const { env } = await proxyFor(box, { silent: true });
    // A bound on the clock: what waits for a server has to end. The command is killed then, and could not answer.
    await gone(box.runWith({ env, timeout: 18_000 }, 'ticket', 'list', '--json'), /did not answer in time/);
  });

  test('a host that says nothing is passed over', async () => {
    const proxy = await proxyFor(box, { silent: true });
    const result = await done(box.runWith({ env: proxy.envWithSecondHost }, 'ticket', 'list', '-o', 'name'));
    expect(result.stderr).toContain(`The database host ${proxy.address} cannot be used: it did not answer in time.`);
  });

  describe('a command that waits for a lock', () => {
    /** Holds the table, starts a command, and waits until that hangs on it. */
    async function hanging() {
      const url = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '');
      const holder = await createConnection({
        host: url.hostname,
        port: Number(url.port),
        user: decodeURIComponent(url.username),
        password: box.env['INTEGRATIONS_DATABASE_PASSWORD'] ?? '',
        database: url.pathname.slice(1),
      });
      atEnd(() => holder.destroy());
      await holder.query(`LOCK TABLES ${table} WRITE`);
      const { child, result } = box.start({ env: board.env, timeout }, ...board.args);
      const waiting = async () => {
        const sql = "SELECT id FROM information_schema.processlist WHERE db = ? AND state LIKE 'Waiting%'";
        const [found] = await engine.asAdmin(sql, [url.pathname.slice(1)]);
        return found?.['id'] ?? found?.['ID'];
      };
      await expect.poll(waiting, { timeout: 60_000 }).toBeDefined();
      return { child, result, id: Number(await waiting()), release: () => holder.query('UNLOCK TABLES') };
    }

    test('begins again when the server ends its connection', async () => {
      const before = await rows();
      const { result, id, release } = await hanging();
      await engine.asAdmin(`KILL ${id}`);
      await release();
      const { id: added } = (await done(result)).json();
      expect(await rows()).toEqual([...before, expect.objectContaining({ id: added })]);
    });

    test.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('ends at %s with %i, one line, and nothing is written', async (signal, status) => {
      const before = await rows();
      const { child, result, release } = await hanging();
      child.kill(signal);
      expect(await result).toMatchObject({ status, stdout: '', stderr: 'Cancelled.\n' });
      await release();
      expect(await rows()).toEqual(before);
    });
  });
});
