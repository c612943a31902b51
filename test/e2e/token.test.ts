import { beforeAll, expect, test } from 'vitest';
import { digestOf, isAccessToken } from '../../src/core/access-token.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';
import { workspace } from '../support/workspace.ts';

let box: Sandbox;
const run = (...args: string[]) => runHere(box, {}, ...args);

beforeAll(async () => {
  box = await workspace(sqlite);
  await run('tenant', 'add', 'Other');
});

/** A token, made for this. */
async function made(...args: string[]) {
  const { status, stdout, stderr } = await run('token', 'add', '--json', ...args);
  expect([status, stderr]).toEqual([0, expect.stringContaining('It is not shown again.')]);
  return JSON.parse(stdout) as Record<string, string> & { token: string };
}

test('a token is printed once, and only its digest is stored', async () => {
  const { token, ...rest } = await made('--name', 'dashboard', '--scope', 'verify,read', '--expires-in', '90d');
  expect(isAccessToken(token)).toBe(true);
  expect(rest).toMatchObject({ name: 'dashboard', tenantName: 'Acme', scopes: ['read', 'verify'], lastUsedAt: null });
  const daysLeft = (Date.parse(String(rest['expiresAt'])) - Date.now()) / 86_400_000;
  expect(daysLeft).toBeGreaterThan(89);
  expect(daysLeft).toBeLessThanOrEqual(90);

  const listed = await run('token', 'list', '--json');
  expect(JSON.parse(listed.stdout)).toEqual([rest]);
  const stored = JSON.stringify(await sqlite.sql(box, 'SELECT * FROM tenant_access_tokens'));
  expect(stored).toContain(digestOf(new Secret(token)));
  const history = await run('history', '--category', 'token', '--json');
  expect(JSON.parse(history.stdout)).toMatchObject([{ action: 'create', displayName: 'dashboard' }]);
  for (const text of [stored, listed.stdout, history.stdout]) expect(text).not.toContain(token.slice(4));
  // Nothing of what it may do is in the clear, and none of it changes with the row.
  expect(stored).not.toContain('verify');
});

test('a tenant lists its own and those for all tenants', async () => {
  await made('--name', 'of all', '--scope', 'admin', '--all-tenants');
  await made('--name', 'of the other', '--scope', 'read', '--tenant', 'Other');
  const names = async (...args: string[]) => {
    const { stdout } = await run('token', 'list', '--fields', 'name', '--json', ...args);
    return JSON.parse(stdout).map(({ name }: { name: string }) => name);
  };
  expect(await names()).toEqual(['dashboard', 'of all']);
  expect(await names('--tenant', 'Other')).toEqual(['of all', 'of the other']);
  expect(await names('--all-tenants')).toEqual(['dashboard', 'of all', 'of the other']);
});

test.each([
  [['--name', 'dashboard', '--scope', 'read'], 6, 'there is a token named "dashboard" already'],
  [['--scope', 'read'], 64, 'missing: --name'],
  [[], 64, 'missing: --name, --scope'],
  [
    ['--name', 'x', '--scope', 'read,reveal'],
    64,
    '"reveal" is not a scope; the scopes are read, write, verify, use, admin, metrics',
  ],
  [['--name', 'x', '--scope', 'read', '--expires-in', 'soon'], 64, '--expires-in is a duration such as 30m, 24h or 7d'],
  [['--name', 'lost', '--scope', 'read', '-o', 'name'], 64, 'the token would not be shown'],
  [['--name', 'lost', '--scope', 'read', '--fields', 'id,name'], 64, 'Name it too: --fields id,name,token'],
  [['--name', ' ', '--scope', 'read'], 64, 'the name of a token is empty'],
])('token add %j is refused', async (args, status, message) => {
  const refused = await run('token', 'add', ...args);
  expect(refused).toMatchObject({ status, stdout: '' });
  expect(refused.stderr).toContain(message);
  expect((await run('token', 'list', '--all-tenants')).stdout).not.toContain('lost');
});

test('a row that somebody altered, or moved to another tenant, allows nothing', async () => {
  const { id, tenantId } = await made('--name', 'moved', '--scope', 'read');
  const scopes = async (tenant: string) => {
    const { stdout } = await run('token', 'list', '--json', '--tenant', tenant);
    return JSON.parse(stdout).find((each: { id: string }) => each.id === id)?.scopes;
  };
  const [other] = await sqlite.sql(box, "SELECT id FROM tenants WHERE displayName = 'Other'");
  const moveTo = (to: unknown) =>
    sqlite.sql(box, `UPDATE tenant_access_tokens SET tenantId = '${to}' WHERE id = '${id}'`);
  await moveTo(other?.['id']);
  expect(await scopes('Other')).toEqual([]);
  await moveTo('*');
  expect(await scopes('Other')).toEqual([]);
  await moveTo(tenantId);
  expect(await scopes('Acme')).toEqual(['read']);
  // The rights of one token do not serve another text.
  await sqlite.sql(box, `UPDATE tenant_access_tokens SET digest = '${'0'.repeat(64)}' WHERE id = '${id}'`);
  expect(await scopes('Acme')).toEqual([]);
  await run('token', 'remove', String(id), '--yes');
});

test('tokens move to a new key with everything else, and are taken back', async () => {
  // It seals in a thread of the product that is built.
  expect((await box.run('key', 'rotate')).status).toBe(0);
  const keys = JSON.parse((await run('key', 'list', '--json')).stdout) as { kid: string; active: boolean }[];
  expect((await run('doctor', '--json')).status).toBe(0);
  expect((await run('key', 'remove', String(keys.find(({ active }) => !active)?.kid))).status).toBe(0);
  const refused = await run('token', 'remove', 'dashboard');
  expect([refused.status, refused.stderr]).toEqual([64, expect.stringContaining('Add --yes.')]);
  const removed = await run('token', 'remove', 'dashboard', '--yes', '--json');
  expect(JSON.parse(removed.stdout)).toMatchObject({ name: 'dashboard', scopes: ['read', 'verify'] });
  const gone = await run('token', 'remove', 'dashboard', '--yes');
  expect([gone.status, gone.stderr]).toEqual([7, expect.stringContaining('no token named "dashboard"')]);
});

test('the tokens of a tenant go with it', async () => {
  await run('tenant', 'remove', 'Other', '--yes');
  const { stdout } = await run('token', 'list', '--all-tenants', '--fields', 'name', '--json');
  expect(JSON.parse(stdout)).toEqual([{ name: 'of all' }]);
});
