import { afterEach, expect, test, vi } from 'vitest';
import { type Api, startApi } from '../../support/api.ts';
import { type Engine, mariadb, mysql, sqlite } from '../../support/engines.ts';
import { proxyFor } from '../../support/proxy.ts';

/** What is waited for passes on the clock alone, once a test says so. */
const clock = vi.hoisted(() => ({ waited: undefined as number | undefined }));
vi.mock('node:timers/promises', async (load) => {
  const timers = await load<typeof import('node:timers/promises')>();
  return {
    ...timers,
    setTimeout: (ms: number, ...rest: []) => {
      if (clock.waited === undefined) return timers.setTimeout(ms, ...rest);
      clock.waited += ms;
      return timers.setTimeout(1, ...rest);
    },
  };
});
const { now } = Date;
afterEach(() => {
  clock.waited = undefined;
  vi.restoreAllMocks();
});

/** Does it while all that is waited for passes at once. @returns what was waited for together */
async function quickly(work: () => Promise<void>): Promise<number> {
  clock.waited = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + (clock.waited ?? 0));
  await work();
  const { waited } = clock;
  clock.waited = undefined;
  vi.restoreAllMocks();
  return waited;
}

const body = {
  scmType: 'GITHUB',
  displayName: 'mobile',
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  accessToken: `ghp_${'outage'.repeat(6)}`,
};
const patch = { body: { defaultBranch: 'release' }, headers: { 'if-match': '*' } };

async function isTold(asking: ReturnType<Api['ask']>): Promise<void> {
  const { status, json, headers } = await asking;
  expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'DATABASE_UNAVAILABLE', '5']);
}

test.each([mysql, mariadb])(
  'while the database is gone it is told so soon, and once it is back all is answered, without a restart: $name',
  async (engine) => {
    const cut: Parameters<typeof proxyFor>[1] = {};
    let turns: () => string[] = () => [];
    const behind: Engine = {
      ...engine,
      async sandbox(env) {
        const box = await engine.sandbox(env);
        const proxy = await proxyFor(box, cut);
        turns = proxy.turns;
        return { ...box, env: { ...box.env, ...proxy.env } };
      },
    };
    const api = await startApi(behind);
    const path = `scm/${(await api.ask('POST', 'scm', { body })).json.id}`;
    expect((await api.ask('GET', '/readyz', { token: '' })).status).toBe(200);
    turns();
    for (const each of [path, 'scm']) {
      await api.ask('GET', each);
      // The token and what is asked for, and nothing twice.
      const asked = turns().map((statement) => /from `(\w+)`/.exec(statement)?.[1]);
      expect(asked).toEqual(['tenant_access_tokens', 'tenant_scm_integrations']);
    }

    cut.before = /^/;
    for (const asking of [() => api.ask('GET', path), () => api.ask('GET', '/readyz', { token: '' })]) {
      const waited = await quickly(() => isTold(asking()));
      expect(waited, 'it tries again, and not for as long as a failover takes').toBeGreaterThan(1_000);
      expect(waited).toBeLessThanOrEqual(5_000);
    }
    expect((await api.ask('GET', '/healthz', { token: '' })).status).toBe(200);

    delete cut.before;
    expect((await api.ask('GET', '/readyz', { token: '' })).status).toBe(200);
    expect(await api.ask('GET', path)).toMatchObject({ status: 200, json: { displayName: 'mobile' } });
    expect((await api.ask('PATCH', path, patch)).json).toMatchObject({ defaultBranch: 'release' });
  },
);

test('while another program holds a file nothing is stored, all is read, and then it goes on', async () => {
  const api = await startApi(sqlite);
  const path = `scm/${(await api.ask('POST', 'scm', { body })).json.id}`;
  const { default: Sqlite } = await import('better-sqlite3');
  const other = new Sqlite((api.box.env['INTEGRATIONS_DATABASE_URL'] ?? '').replace('sqlite:', ''));
  other.exec('BEGIN IMMEDIATE');
  await quickly(async () => {
    await isTold(api.ask('PATCH', path, patch));
    await isTold(api.ask('POST', 'scm', { body: { ...body, displayName: 'other' } }));
  });
  expect(await api.ask('GET', path)).toMatchObject({ status: 200, json: { defaultBranch: 'main' } });
  other.exec('ROLLBACK');
  other.close();
  expect((await api.ask('PATCH', path, patch)).json).toMatchObject({ defaultBranch: 'release' });
});
