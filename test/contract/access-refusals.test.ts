import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRefusals, mostRefusalsPerMinute } from '../../src/app/access-refusals.ts';
import { type Workspace, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-28T12:00:20Z'), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** A server on a database. */
function server({ database }: Workspace) {
  const refusals = createRefusals();
  return (address: string) => refusals.add({ database: async () => database }, address);
}

forEachEngine((engine) => {
  test('all servers on one database count together, each address by itself', async () => {
    const acme = await workspace(engine);
    const [one, another] = [server(acme), server(acme)];
    for (let count = 0; count < mostRefusalsPerMinute; count += 1) {
      expect(await (count % 2 === 0 ? one : another)('192.0.2.1')).toBeUndefined();
    }
    expect(await one('192.0.2.1')).toBe(40);
    expect(await another('192.0.2.1')).toBe(40);
    expect(await one('192.0.2.2')).toBeUndefined();
  });

  test('the next minute begins anew, and what is minutes old is taken away', async () => {
    const acme = await workspace(engine);
    const one = server(acme);
    for (let count = 0; count <= mostRefusalsPerMinute; count += 1) await one('192.0.2.1');
    vi.setSystemTime(Date.parse('2026-11-28T12:01:00Z'));
    expect(await one('192.0.2.1')).toBeUndefined();
    const minutes = async () => (await acme.database.queries('tenant_access_refusals').select('minute')).length;
    expect(await minutes()).toBe(2);
    vi.setSystemTime(Date.parse('2026-11-28T12:09:00Z'));
    await one('192.0.2.3');
    expect(await minutes()).toBe(1);
  });

  test('many at once are all counted', async () => {
    const acme = await workspace(engine);
    const [one, another] = [server(acme), server(acme)];
    const told = await Promise.all(
      Array.from({ length: 2 * mostRefusalsPerMinute }, (_, at) => (at % 2 === 0 ? one : another)('2001:db8::/64')),
    );
    expect(told.filter((wait) => wait !== undefined).length).toBeGreaterThanOrEqual(mostRefusalsPerMinute - 2);
  });
});

test('a server that cannot write counts by itself', async () => {
  const refusals = createRefusals();
  const database = () => Promise.reject(new Error('read-only'));
  for (let count = 0; count < mostRefusalsPerMinute; count += 1) {
    expect(await refusals.add({ database }, '192.0.2.1')).toBeUndefined();
  }
  expect(await refusals.add({ database }, '192.0.2.1')).toBe(40);
});
