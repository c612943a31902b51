import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { answerOf, mishapOf } from '../../support/provider-answers.ts';
import { type Exchange, faulty, type Handler, page, type Reply } from '../../support/provider-server.ts';
import { addThere, type Ids, populated, providerWorld, type World } from '../../support/provider-world.ts';
import { longAgo, putInto, type Stored, storedById } from '../../support/stored.ts';
import { openTerminal } from '../../support/terminal.ts';
import { done } from '../../support/workspace.ts';

interface Item {
  id: string;
  displayName: string;
  outcome: string;
  status: string;
  errorCode: string | null;
  hint: string | null;
  latencyMs: number;
}

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;
  let ids: Ids;

  beforeAll(async () => {
    world = await providerWorld();
    ({ box, ids } = await populated(engine, world));
  });

  beforeEach(async () => {
    world.mishaps();
    await putInto(engine, box, longAgo);
  });

  afterEach(() => world.through(undefined));

  async function stored(name: string): Promise<Stored | undefined> {
    return (await storedById(engine, box))[ids[name] ?? ''];
  }

  describe('references', () => {
    it('are verified in their order, each once', async () => {
      const result = await done(box.run('scm', 'verify', 'gitlab', 'github', ids['gitlab'] ?? '', '--json'));
      expect(result.json().map(({ displayName }: Item) => displayName)).toEqual(['gitlab', 'github']);
      expect(await stored('bitbucket')).toEqual(longAgo);
    });

    it('are all looked up before the first provider is asked', async () => {
      const before = world.server.requests.length;
      const result = await box.run('scm', 'verify', 'github', 'nothing', '--json');
      expect([result.status, result.stdout]).toEqual([7, '']);
      expect(result.error()).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('"nothing"') });
      expect(world.server.requests).toHaveLength(before);
    });

    it('of another tenant are not found', async () => {
      expect((await box.run('scm', 'verify', 'code')).status).toBe(7);
      expect((await box.run('scm', 'verify', 'code', '--tenant', 'Pipes')).status).toBe(0);
    });
  });

  it('leaves out what was verified since --stale, also of what is named', async () => {
    await putInto(engine, box, { ...longAgo, lastVerifiedAt: justNow() }, ids['github']);
    const names = async (...args: string[]) =>
      (await done(box.run('scm', 'verify', ...args, '--stale', '24h', '--json')))
        .json()
        .map((each: Item) => each.displayName);
    expect(await names('github', 'gitlab')).toEqual(['gitlab']);
    expect(await names()).toEqual(['bitbucket']);
    // By a clock that was fast once: nothing is known of it either.
    await putInto(engine, box, { ...longAgo, lastVerifiedAt: '2037-01-02T03:04:05Z' }, ids['github']);
    expect(await names()).toEqual(['github']);
    expect((await box.run('scm', 'verify', 'github', '--stale', 'today')).status).toBe(64);
  });

  it('takes the active tenant alone without --all-tenants', async () => {
    const items: Item[] = (await done(box.run('verify', '--tenant', 'Pipes', '--json'))).json();
    const names = ['code', 'gitlab code', 'app', 'jenkins', 'github-actions', 'gitlab-ci'];
    expect(items.map(({ displayName }) => displayName).sort()).toEqual(names.sort());
  });

  it('exits with 3 where one is refused, though another is undecided', async () => {
    world.mishaps({ answers: { 'github user': page } }, mishapOf('INVALID', 'gitlab'));
    const result = await box.run('scm', 'verify', '--json');
    expect(result.status).toBe(3);
    expect(
      result
        .json()
        .map(({ outcome }: Item) => outcome)
        .sort(),
    ).toEqual(['invalid', 'undecided', 'valid']);
    expect(result.error()).toMatchObject({
      code: 'VERIFICATION_FAILED',
      message: '1 integration of 3 is refused by the provider',
    });
  });

  describe('pace', () => {
    /** How many requests were at the server at once, at most. */
    async function crowd(...flags: string[]): Promise<number> {
      let [now, most] = [0, 0];
      world.through((handler) => async (exchange) => {
        now += 1;
        most = Math.max(most, now);
        await sleep(60);
        now -= 1;
        return replyOf(handler, exchange);
      });
      await done(box.run('verify', ...flags, '--json'));
      return most;
    }

    it('--concurrency bounds the integrations at a time', async () => {
      expect(await crowd('--concurrency', '1', '--per-host', '32')).toBe(1);
      expect(await crowd('--concurrency', '3', '--per-host', '32')).toBe(3);
    });

    it('--per-host bounds the requests for a host, to four where it is not given', async () => {
      expect(await crowd('--concurrency', '32', '--per-host', '2')).toBe(2);
      expect(await crowd('--concurrency', '32')).toBe(4);
    });

    it.each([
      ['--concurrency', '0'],
      ['--per-host', 'many'],
      ['--timeout', '1.5'],
    ])('%s is no %s', async (flag, value) => {
      expect((await box.run('verify', flag, value)).status).toBe(64);
    });
  });

  it('--timeout ends one that is silent, and the others are stored', async () => {
    world.mishaps({ answers: { 'github user': faulty.silence, 'gitlab project': faulty.drip } });
    const result = await box.run('scm', 'verify', '--timeout', '1', '--json');
    expect(result.status).toBe(5);
    const byName = Object.fromEntries(result.json().map((item: Item) => [item.displayName, item]));
    for (const name of ['github', 'gitlab']) {
      expect(byName[name]).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
      // A bound on the clock: that --timeout ends what would go on for ever is what it promises.
      expect(byName[name].latencyMs).toBeLessThan(4_000);
      expect(await stored(name)).toEqual(longAgo);
    }
    expect(byName['bitbucket']).toMatchObject({ outcome: 'valid' });
  });

  it('sends nothing over plain http to another machine, but with --allow-http', async () => {
    // An address of this machine that does not look like one.
    const url = `${world.server.url.replace('127.0.0.1', '0.0.0.0')}/jira`;
    const { args, env } = addThere(world, 'jira', 'elsewhere', '--url', url, '--project-key', 'MOB');
    const { id } = (await done(box.runWith({ env }, ...args, '--json'))).json();
    const before = world.server.requests.length;
    const result = await box.run('ticket', 'verify', 'elsewhere', '--json');
    expect(result.status).toBe(5);
    expect(result.json()).toMatchObject([
      {
        outcome: 'undecided',
        errorCode: 'MALFORMED',
        status: 'NOT_VERIFIED',
        hint: expect.stringContaining('--allow-http'),
      },
    ]);
    expect(world.server.requests).toHaveLength(before);
    expect((await storedById(engine, box))[id]).toMatchObject({
      verificationStatus: 'NOT_VERIFIED',
      lastVerifiedAt: null,
    });
    await done(box.run('ticket', 'verify', 'elsewhere', '--allow-http'));
    await done(box.run('ticket', 'remove', 'elsewhere', '--yes'));
  });

  describe.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s', (signal, status) => {
    it('stores what is decided, and leaves the rest as it was', async () => {
      const decided = promised<void>();
      world.mishaps(mishapOf('NOT_FOUND', 'bitbucket'), {
        answers: {
          'github user': faulty.silence,
          'gitlab branch': () => {
            decided.resolve();
            return answerOf('gitlab branch').good as Reply;
          },
        },
      });
      // What is silent would last longer than any command may that a test starts.
      const { child, result } = box.start({}, 'scm', 'verify', '--timeout', '600');
      await decided.promise;
      await sleep(1_000);
      child.kill(signal);
      const { status: actual, stderr, stdout } = await result;
      expect([actual, stderr]).toEqual([status, 'Cancelled.\n']);
      expect(stdout).toMatch(/gitlab +scm +gitlab +valid/);
      expect(stdout).not.toContain('undecided');
      expect(await stored('gitlab')).toMatchObject({
        verificationStatus: 'VALID',
        lastVerifiedAt: expect.not.stringContaining('2026-01-02'),
      });
      expect(await stored('bitbucket')).toMatchObject({ verificationStatus: 'INVALID' });
      expect(await stored('github')).toEqual(longAgo);
    });
  });

  it('keeps no verdict of a row that changes while its provider is asked, and says so', async () => {
    world.mishaps({
      answers: {
        'github branch': async () => {
          await done(box.runWith({ env: { NEW: `ghp_${'z'.repeat(36)}` } }, ...rotation, '--no-verify'));
          return answerOf('github branch').good as Reply;
        },
      },
    });
    const result = await box.run('scm', 'verify', '--json');
    expect(result.status, result.stderr).toBe(0);
    const item = result.json().find(({ displayName }: Item) => displayName === 'github');
    expect(item).toMatchObject({
      outcome: 'valid',
      status: 'NOT_VERIFIED',
      previousStatus: 'VALID',
      hint: expect.stringContaining('not stored'),
    });
    expect(result.stderr).toBe(
      `warning: ${item.id} was changed while its provider was asked; the verdict is not stored.\n`,
    );
    expect(await stored('github')).toMatchObject({ verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null });
    expect(await stored('gitlab')).toMatchObject({ verificationStatus: 'VALID', updatedAt: longAgo.updatedAt });
  });
  const rotation = ['scm', 'rotate', 'github', '--access-token', 'env:NEW'];

  it('names a row whose credential does not open, and verifies the others', async () => {
    const table = 'tenant_scm_integrations';
    const [row] = await engine.sql(box, `SELECT accessToken FROM ${table} WHERE id = ?`, [ids['gitlab']]);
    const sealed = String(row?.['accessToken']);
    const write = (value: string) =>
      engine.sql(box, `UPDATE ${table} SET accessToken = ? WHERE id = ?`, [value, ids['gitlab']]);
    await write(sealed.replace(/.{8}$/, 'AAAAAAAA'));
    const result = await box.run('scm', 'verify', '--json');
    await write(sealed);
    expect(result.status).toBe(4);
    expect(result.error()).toMatchObject({
      code: 'DECRYPTION_FAILED',
      message: expect.stringContaining(`accessToken of ${ids['gitlab']} does not open`),
    });
    const item = result.json().find(({ displayName }: Item) => displayName === 'gitlab');
    expect(item).toMatchObject({ outcome: 'undecided', status: 'VALID', checks: [{ outcome: 'skipped' }, {}, {}] });
    expect(await stored('gitlab')).toMatchObject({
      verificationStatus: 'VALID',
      lastVerifiedAt: longAgo.lastVerifiedAt,
    });
    for (const name of ['github', 'bitbucket']) {
      expect(await stored(name)).toMatchObject({ lastVerifiedAt: expect.not.stringContaining('2026-01-02') });
    }
  });

  it('answers in every format', async () => {
    world.mishaps({ answers: { 'github user': page } });
    const run = async (format: string) => (await box.run('scm', 'verify', '-o', format)).stdout;
    const three = [ids['github'], ids['gitlab'], ids['bitbucket']].sort();
    expect((await run('name')).trimEnd().split('\n')).toEqual(three);
    const lines = (await run('jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(three);
    const yaml = parse(await run('yaml')) as Item[];
    expect(yaml.map(({ id }) => id)).toEqual(three);
    const [head, ...rows] = (await run('csv')).trimEnd().split('\n');
    expect(head).toBe(
      'id,displayName,category,type,outcome,status,previousStatus,checks,errorCode,hint,expiresAt,account,latencyMs',
    );
    expect(rows).toHaveLength(3);
    const table = await run('table');
    expect(table).toBe(`NAME       CATEGORY  TYPE       OUTCOME  FOUND
gitlab     scm       gitlab     valid    it has the scope api and a role that may start pipelines
bitbucket  scm       bitbucket  valid    its scopes let it read, not write

scm "github" (github) could not be decided; it stays VALID.
  credential undecided: a web page answered (200), not the API
  remedy: Check the address, and whether a proxy or a sign-in page is in the way.
`);
  });

  it('shows how far it has come on a terminal, and leaves nothing of that', async () => {
    const turn = promised<Reply>();
    world.mishaps(mishapOf('INVALID', 'gitlab'), { answers: { 'github branch': () => turn.promise } });
    const terminal = openTerminal(['scm', 'verify'], { env: box.env, cwd: box.root, cols: 200 });
    await terminal.waitFor('2 of 3', 20_000);
    expect(terminal.transcript).not.toContain('NAME');
    turn.resolve(answerOf('github branch').good as Reply);
    expect(await terminal.exit).toBe(3);
    expect(terminal.screen()).toMatch(/^NAME /);
    expect(terminal.screen()).not.toMatch(/\d of 3/);
  });
});

/** A promise, and what keeps it. */
function promised<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}

function justNow(): string {
  return `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
}

function replyOf(handler: Handler, exchange: Exchange) {
  return typeof handler === 'function' ? handler(exchange) : handler;
}
