import { expect, test } from 'vitest';
import { asAccountTold, inTenantTold, ofDatabaseTold } from '../../../src/commands/where.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { readLocation } from '../../../src/db/location.ts';

const acme = { id: 't-1', displayName: 'Acme', createdAt: null };
const several = (tenants: boolean, accounts = false) => ({ several: async () => ({ tenants, accounts }) });

test('a note names the tenant once there are several', async () => {
  expect(await inTenantTold(several(true), acme)).toBe(' in tenant "Acme"');
  expect(await inTenantTold(several(true), { ...acme, displayName: null })).toBe(' in tenant "t-1"');
  expect(await inTenantTold(several(false), acme)).toBe('');
});

test('a note names the account once there are several', async () => {
  const account = async () => ({ id: 'a-1', email: 'ops@acme.test', name: null, createdAt: null });
  expect(await asAccountTold({ ...several(true, true), account })).toBe(', as ops@acme.test');
  expect(await asAccountTold({ ...several(true, false), account })).toBe('');
});

test('a question names the database where it is no file, and never its user', async () => {
  const at = (url: string) => ({
    settings: async () => ({ location: readLocation(url, 'INTEGRATIONS_DATABASE_URL') }) as Settings,
  });
  expect(await ofDatabaseTold(at('mysql://ops@db.acme.test/releases'))).toBe(
    ' of the database db.acme.test:3306/releases',
  );
  expect(await ofDatabaseTold(at('sqlite:/tmp/x.db'))).toBe('');
});
