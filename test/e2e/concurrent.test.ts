import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { forEachEngine } from '../support/engines.ts';
import type { Exchange } from '../support/provider-server.ts';
import { addThere, providerWorld, type World } from '../support/provider-world.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { done, eachOf, refused, workspace } from '../support/workspace.ts';

/* Two admins at once: what one of them based a change on, the other has changed meanwhile. */
forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
    await done(box.run('account', 'add', 'zoe@acme.test', '--name', 'Zoe'));
    for (const [provider, name] of [
      ['github', 'code'],
      ['app-store', 'app'],
      ['github-actions', 'release'],
      ['email', 'mails'],
    ] as const) {
      const { args, env } = addThere(world, provider, name);
      await done(box.runWith({ env }, ...args));
    }
  });

  /** What the other admin does. */
  const zoe = (...args: string[]) => done(box.run(...args, '--account', 'zoe@acme.test'));
  const branch = async () => (await done(box.run('scm', 'show', 'code', '--json'))).json().defaultBranch;
  const rows = async () => (await done(box.run('history', '--json'))).json().length;
  const byZoe = String.raw`changed meanwhile by zoe@acme\.test \([^ )]+@[^ )]+\) at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: `;

  function open(...args: string[]): Terminal {
    return openTerminal(args, { env: box.env, cwd: box.root, cols: 200 });
  }

  test('a dialogue that began before is refused at its end, and says who was first', async () => {
    const from = async () => (await done(box.run('communication', 'show', 'mails', '--json'))).json().emailFromAddress;
    const terminal = open('communication', 'update', 'mails');
    await terminal.waitFor('? Name', 20_000);
    await zoe('communication', 'update', 'mails', '--from-address', 'zoe@acme.test');
    const before = await rows();
    terminal.answer('mine');
    const exit = terminal.exit.then((status) => ({ status }));
    // Whatever else is asked, what is offered will do.
    for (let left = 60; left > 0 && !(await Promise.race([exit, sleep(500)])); left -= 1) terminal.answer('');
    expect(await terminal.exit).toBe(6);
    expect(terminal.transcript).toMatch(
      new RegExp(`error: the communication integration "mails" was ${byZoe}emailFromAddress`),
    );
    expect(await from()).toBe('zoe@acme.test');
    expect(await rows()).toBe(before);
  });

  test('a removal that is being agreed to is refused', async () => {
    const terminal = open('pipeline', 'remove', 'release');
    await terminal.waitFor('for good?', 20_000);
    await zoe('pipeline', 'update', 'release', '--workflow-ref', 'of-zoe');
    terminal.answer('y');
    expect(await terminal.exit).toBe(6);
    expect(terminal.transcript).toMatch(new RegExp(`pipeline integration "release" was ${byZoe}githubWorkflowRef`));
    expect((await done(box.run('pipeline', 'show', 'release', '--json'))).json().githubWorkflowRef).toBe('of-zoe');
  });

  describe('while a provider is asked', () => {
    const env = { NEW: `ghp_${'rotated0'.repeat(4)}1234` };
    const rotate = ['scm', 'rotate', 'code', '--access-token', 'env:NEW', '--json'];

    beforeEach(() => done(box.run('scm', 'update', 'code', '--default-branch', 'trunk')));

    /** The other admin is done before the provider answers. */
    function meanwhile(work: () => Promise<unknown>): void {
      let isDone: Promise<unknown> | undefined;
      const good = { headers: { 'x-oauth-scopes': 'repo' }, json: { login: 'octocat' } };
      const answer = async (_: Exchange) => {
        isDone ??= work();
        await isDone;
        return good;
      };
      world.mishaps({ answers: { 'github user': answer } });
    }

    test('rotate is refused, and the working credential stays', async () => {
      const [stored] = await engine.sql(box, 'SELECT accessToken FROM tenant_scm_integrations');
      meanwhile(() => zoe('scm', 'update', 'code', '--default-branch', 'again-of-zoe'));
      const error = await refused(box.runWith({ env }, ...rotate));
      expect(error).toMatchObject({
        status: 6,
        code: 'CONFLICT',
        message: expect.stringMatching(new RegExp(`${byZoe}defaultBranch$`)),
        details: { changed: ['defaultBranch'], by: { account: 'zoe@acme.test', command: 'scm update' } },
      });
      expect(await engine.sql(box, 'SELECT accessToken FROM tenant_scm_integrations')).toEqual([stored]);
    });

    test('update --verify is refused', async () => {
      meanwhile(() => zoe('scm', 'disable', 'code'));
      const update = ['scm', 'update', 'code', '--access-token', 'env:NEW', '--verify', '--json'];
      const error = await refused(box.runWith({ env }, ...update));
      expect(error).toMatchObject({ status: 6, details: { changed: ['isActive'], by: { command: 'scm disable' } } });
    });

    test('a verification by the other is no reason to refuse', async () => {
      let asked = 0;
      meanwhile(async () => {
        asked += 1;
        world.mishaps({ answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } });
        expect((await box.run('scm', 'verify', 'code')).status).toBe(3);
        world.mishaps();
      });
      const { verificationStatus } = (await done(box.runWith({ env }, ...rotate))).json();
      expect([asked, verificationStatus]).toEqual([1, 'VALID']);
    });
  });

  test('of many at once each is done or refused, and the history is one chain of those that were done', async () => {
    const before = await rows();
    const first = await branch();
    const outcomes = await eachOf(
      Array.from({ length: 6 }, (_, index) => `branch-${index}`),
      (name) => box.start({}, 'scm', 'update', 'code', '--default-branch', name, '--json').result,
      4,
    );
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.every((status) => status === 0 || status === 6)).toBe(true);
    const changes = statuses.filter((status) => status === 0).length;
    expect(changes).toBeGreaterThan(0);
    expect(await rows()).toBe(before + changes);
    const told = (await done(box.run('history', 'code', '--limit', String(changes), '--json'))).json();
    const steps = told.map(({ fields }: { fields: { before: string; after: string }[] }) => fields[0]);
    const chain = new Map(steps.map((each: { before: string; after: string }) => [each.before, each.after]));
    let reached = first;
    for (let step = 0; step < changes; step += 1) reached = chain.get(reached);
    expect(reached).toBe(await branch());
  });

  test('a tenant that got something new since it was shown is not removed', async () => {
    await done(box.run('tenant', 'add', 'Doomed'));
    const terminal = open('tenant', 'remove', 'Doomed');
    await terminal.waitFor('Type its name', 20_000);
    const { args, env } = addThere(world, 'email', 'new', '--tenant', 'Doomed');
    await done(box.runWith({ env }, ...args));
    terminal.answer('Doomed');
    expect(await terminal.exit).toBe(6);
    expect(terminal.transcript).toContain('in the tenant "Doomed" there is new meanwhile: "new"');
    expect((await done(box.run('communication', 'list', '--tenant', 'Doomed', '--json'))).json()).toHaveLength(1);
  });
});
