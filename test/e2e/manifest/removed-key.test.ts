import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBox } from '../../support/builders.ts';
import { forEachEngine } from '../../support/engines.ts';
import { done, workspace } from '../../support/workspace.ts';

const manifest = JSON.stringify({
  tenant: 'Acme',
  tickets: [{ name: 'board', type: 'linear', linearApiKey: `value:lin_api_${'a'.repeat(40)}`, linearTeamId: 'MOB' }],
});

forEachEngine((engine) => {
  test('nothing is sealed under a key that was removed since the ring was read', async () => {
    const box = await workspace(engine);
    const path = join(box.configDir, 'keyring.json');
    await done(box.run('key', 'add'));
    const { queries } = await openBox(box);
    // Nobody writes while this lasts: neither in the file, nor in the tenant.
    const blocking = await queries.transaction();
    await blocking('tenants').update({ displayName: 'Acme' });
    const applied = box.start({ input: manifest }, 'apply', '-f', '-', '--json').result;
    await sleep(3_000);
    const { keys } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ keys: keys.slice(1) }));
    await blocking.commit();
    const result = await applied;
    expect([result.status, result.json()[0].result, result.error()]).toMatchObject([
      6,
      'failed',
      { code: 'CONFLICT', message: expect.stringContaining('was removed meanwhile; nothing is stored') },
    ]);
    expect(await engine.sql(box, 'SELECT id FROM tenant_ticket_integrations')).toEqual([]);
    await done(box.runWith({ input: manifest }, 'apply', '-f', '-'));
    expect((await done(box.run('doctor', '--json'))).status).toBe(0);
  });
});
