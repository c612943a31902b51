import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const before = { ...process.env };
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'];
const { IntegrationsError, openIntegrations } = await import('tenant-integrations');
const required = createRequire(import.meta.url)('tenant-integrations');
assert.equal(required.IntegrationsError, IntegrationsError);
assert.equal(required.openIntegrations, openIntegrations);
// Settings that nobody asked it to read.
process.env.INTEGRATIONS_DATABASE_URL = 'sqlite:/nowhere/else.db';

const integrations = await openIntegrations({
  database: process.env.DATABASE,
  keys: { file: process.env.KEYS },
  actor: { account: 'ops@acme.test', purpose: 'release-service' },
});
const scm = await integrations.tenant('Acme').scm.page();
assert.equal(scm.items.length, 1);
for (const signal of signals) assert.equal(process.listenerCount(signal), 0);
await integrations.close();
delete process.env.INTEGRATIONS_DATABASE_URL;
assert.deepEqual({ ...process.env }, before);
process.stdout.write('one class, no signal heard, nothing of the environment touched\n');
