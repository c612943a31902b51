import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mostRefusalsPerMinute } from '../../../src/app/access-refusals.ts';
import { newAccessToken } from '../../../src/core/access-token.ts';
import { type Api, startApi } from '../../support/api.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.now() - (Date.now() % 60_000) + 10_000, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** So many tries with tokens that there are not, at both servers in turn. */
async function tryInVain(api: Api, from: string, headers: Record<string, string> = {}): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count <= mostRefusalsPerMinute; count += 1) {
    const ask = count % 2 === 0 ? api.ask : api.askAnother;
    const { status } = await ask('GET', 'scm', { token: newAccessToken().reveal(), from, headers });
    statuses.push(status);
  }
  return statuses;
}

const refusedAll = Array.from({ length: mostRefusalsPerMinute }, () => 401);

test.each([sqlite, mysql])(
  'refused tokens are counted by address, at all servers on a database: $name',
  async (engine) => {
    const api = await startApi(engine);
    expect(await tryInVain(api, '192.0.2.1')).toEqual([...refusedAll, 429]);
    const told = await api.ask('GET', 'scm', { token: 'itg_none', from: '192.0.2.1' });
    expect([told.status, told.json.code, told.headers.get('retry-after')]).toEqual([429, 'TOO_MANY_REQUESTS', '50']);
    // Whoever has a token is let in, from there too; others are not to blame.
    expect((await api.ask('GET', 'scm', { from: '192.0.2.1' })).status).toBe(200);
    expect((await api.ask('GET', 'scm', { token: 'itg_none', from: '192.0.2.2' })).status).toBe(401);
    // What names nobody at all is no try.
    expect((await api.ask('GET', 'scm', { token: '', from: '192.0.2.1' })).status).toBe(401);
  },
);

test('what a proxy says counts only behind one', async () => {
  const headers = (last: string) => ({ 'x-forwarded-for': `203.0.113.9, ${last}` });
  const direct = await startApi(sqlite);
  expect(await tryInVain(direct, '192.0.2.1', headers('192.0.2.7'))).toEqual([...refusedAll, 429]);
  expect(
    (await direct.ask('GET', 'scm', { token: 'x', from: '192.0.2.1', headers: headers('192.0.2.8') })).status,
  ).toBe(429);

  const behind = await startApi(sqlite, { behindProxy: true });
  expect(await tryInVain(behind, '10.0.0.1', headers('192.0.2.7'))).toEqual([...refusedAll, 429]);
  expect((await behind.ask('GET', 'scm', { token: 'x', from: '10.0.0.1', headers: headers('192.0.2.8') })).status).toBe(
    401,
  );
});

test('a token that was taken back is refused at every server at once', async () => {
  const api = await startApi(sqlite);
  const { id, token } = await api.addToken('--tenant', 'Acme', '--scope', 'read');
  for (const ask of [api.ask, api.askAnother]) expect((await ask('GET', 'scm', { token })).status).toBe(200);
  expect((await runHere(api.box, {}, 'token', 'remove', id, '--yes')).status).toBe(0);
  for (const ask of [api.ask, api.askAnother]) expect((await ask('GET', 'scm', { token })).status).toBe(401);
});
