import { expect, test, vi } from 'vitest';
import { startApi } from '../../support/api.ts';
import { type Engine, mysql } from '../../support/engines.ts';
import { proxyFor } from '../../support/proxy.ts';

test('while the database is gone it is told so, and once it is back all is answered, without a restart', async () => {
  const cut: Parameters<typeof proxyFor>[1] = {};
  let turns: () => string[] = () => [];
  const behind: Engine = {
    ...mysql,
    async sandbox(env) {
      const box = await mysql.sandbox(env);
      const proxy = await proxyFor(box, cut);
      turns = proxy.turns;
      return { ...box, env: { ...box.env, ...proxy.env } };
    },
  };
  const api = await startApi(behind);
  const body = {
    scmType: 'GITHUB',
    displayName: 'mobile',
    organization: 'acme',
    repositoryUrl: 'https://github.com/acme/mobile',
    accessToken: `ghp_${'outage'.repeat(6)}`,
  };
  const path = `scm/${(await api.ask('POST', 'scm', { body })).json.id}`;
  expect((await api.ask('GET', '/readyz', { token: '' })).status).toBe(200);
  turns();
  await api.ask('GET', path);
  // The token, the tenant and the row, and nothing twice.
  const asked = turns().map((statement) => /from `(\w+)`/.exec(statement)?.[1]);
  expect(asked).toEqual(['tenant_access_tokens', 'tenants', 'tenant_scm_integrations']);

  cut.before = /^/;
  // It is waited for by the clock, which goes a hundred times as fast.
  const { now } = Date;
  const began = now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => began + 100 * (now() - began));
  const [reading, ready, known] = await Promise.all([
    api.ask('GET', path),
    api.ask('GET', '/readyz', { token: '' }),
    api.ask('GET', '/healthz', { token: '' }),
  ]);
  for (const { status, json, headers } of [reading, ready]) {
    expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'DATABASE_UNAVAILABLE', '5']);
  }
  expect(known.status).toBe(200);

  clock.mockRestore();
  delete cut.before;
  expect((await api.ask('GET', '/readyz', { token: '' })).status).toBe(200);
  expect(await api.ask('GET', path)).toMatchObject({ status: 200, json: { displayName: 'mobile' } });
  const patch = { body: { defaultBranch: 'release' }, headers: { 'if-match': '*' } };
  expect((await api.ask('PATCH', path, patch)).json).toMatchObject({ defaultBranch: 'release' });
});
