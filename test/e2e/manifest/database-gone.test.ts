import { expect, test } from 'vitest';
import { mysql } from '../../support/engines.ts';
import { proxyFor } from '../../support/proxy.ts';
import { done, eachOf, workspace } from '../../support/workspace.ts';

const tenants = Array.from({ length: 12 }, (_, index) => `tenant ${String(index).padStart(2, '0')}`);

const manifest = tenants
  .map((tenant) => {
    const board = { type: 'linear', linearApiKey: `value:lin_api_${'a'.repeat(40)}`, linearTeamId: 'MOB' };
    return JSON.stringify({ tenant, tickets: [{ name: `board of ${tenant}`, ...board }] });
  })
  .join('\n---\n');

/** The patience is the database's and not a tenant's, and so this is tried on one server only. */
test.each([
  ['one tenant at a time', [], 1],
  ['four at a time', ['--parallel', '4'], 4],
  ['and asking the providers', ['--verify'], 1],
])('a database that goes away ends apply, %s: it was waited for once, the rest is skipped', async (_, flags, most) => {
  const box = await workspace(mysql);
  await eachOf(tenants, (name) => done(box.run('tenant', 'add', name)));
  const proxy = await proxyFor(box, { before: /insert into .*board of tenant 04/, once: 'and is gone' });
  const result = await box.runWith(
    // A bound on the clock: it waits 30 s for a database once, and is killed before it could have done so twice.
    { env: proxy.env, input: manifest, timeout: 60_000 },
    'apply',
    '-f',
    '-',
    '--json',
    ...flags,
  );

  expect(result).toMatchObject({ status: 4 });
  expect(result.error()).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  const items: { tenant: string; result: string; error?: { code: string; message: string } }[] = result.json();
  expect(items.map(({ tenant }) => tenant)).toEqual(tenants);
  const of = (wanted: string) => items.filter((item) => item.result === wanted);
  expect(of('done').length).toBeGreaterThanOrEqual(5 - most);
  expect(of('failed').length).toBeGreaterThan(0);
  expect(of('failed').length).toBeLessThanOrEqual(most);
  for (const { error } of of('failed')) expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(of('skipped').length).toBeGreaterThanOrEqual(12 - 4 - most);
  const stored = await mysql.sql(box, 'SELECT displayName FROM tenant_ticket_integrations ORDER BY displayName');
  const named = (some: typeof items) => some.map(({ tenant }) => ({ displayName: `board of ${tenant}` }));
  // Of several at a time another one's COMMIT may be on its way then, whose answer is lost.
  const unknown = of('failed').filter(({ error }) => error?.message.includes('it is not known whether it stored'));
  expect(unknown.length).toBeLessThan(most);
  expect(stored).toEqual(expect.arrayContaining(named(of('done'))));
  expect(named([...of('done'), ...unknown])).toEqual(expect.arrayContaining(stored));
});
