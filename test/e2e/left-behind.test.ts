import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { addSample, done } from '../support/workspace.ts';

/* What a thief finds in the files of an embedded database after a credential was taken out of it. */

async function ready(): Promise<Sandbox> {
  const box = sandbox();
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  await addSample(box, 'github', 'code');
  return box;
}

const databaseOf = (box: Sandbox) => join(box.dataDir, 'integrations.db');

function sealedIn(box: Sandbox): string[] {
  const database = new Database(databaseOf(box), { readonly: true });
  const stored = [
    ...(database.prepare('SELECT accessToken AS sealed FROM tenant_scm_integrations').all() as { sealed: string }[]),
    ...(database.prepare('SELECT credentials AS sealed FROM tenant_previous_credentials').all() as {
      sealed: string;
    }[]),
  ];
  database.close();
  return stored.map(({ sealed }) => sealed);
}

/** Every byte of the database, its log included. */
function bytesOf(box: Sandbox): string {
  const names = readdirSync(box.dataDir).filter((name) => /^integrations\.db(-wal)?$/.test(name));
  return names.map((name) => readFileSync(join(box.dataDir, name), 'latin1')).join('');
}

/** Keeps the log in being, as another command that runs all the time would. */
function held<T>(box: Sandbox, work: () => Promise<T>): Promise<T> {
  const other = new Database(databaseOf(box));
  other.prepare('SELECT count(*) FROM tenants').get();
  return work().finally(() => other.close());
}

const newToken = { TOKEN: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' };

describe.each([
  ['alone', (_: Sandbox, work: () => Promise<unknown>) => work()],
  ['beside another command', held],
] as const)('%s', (_, around) => {
  test('rotate --forget and remove leave nothing that was sealed', async () => {
    const box = await ready();
    const gone: string[] = [];
    await around(box, async () => {
      gone.push(...sealedIn(box));
      const rotate = ['scm', 'rotate', 'code', '--access-token', 'env:TOKEN', '--no-verify'];
      await done(box.runWith({ env: newToken }, ...rotate));
      gone.push(...sealedIn(box));
      await done(box.run('scm', 'rotate', 'code', '--forget'));
      await done(box.run('scm', 'remove', 'code', '--yes'));
      expect(gone.length).toBeGreaterThanOrEqual(3);
      const left = bytesOf(box);
      for (const sealed of gone) {
        const text = sealed.split('.').at(-2) ?? '';
        expect(text.length).toBeGreaterThan(20);
        expect(left).not.toContain(text.slice(0, 20));
      }
    });
  });
});

test('of the copies that migrations leave the newest two are kept, which is said, and doctor names them', async () => {
  const box = await ready();
  const copies = () => readdirSync(box.dataDir).filter((name) => name.includes('.before-'));
  for (let round = 0; round < 2; round += 1) {
    const rollback = await done(box.run('db', 'rollback', '--yes'));
    expect(rollback.stderr).toMatch(/warning: the database was copied to .*before-rollback-.*the newest 2 are kept/);
    await done(box.run('db', 'migrate'));
  }
  await done(box.run('db', 'rollback', '--yes'));
  await done(box.run('db', 'rollback', '--yes'));
  await done(box.run('db', 'migrate'));
  expect(copies()).toHaveLength(2);
  for (const name of copies()) expect(statSync(join(box.dataDir, name)).mode & 0o777).toBe(0o600);
  const items = (await box.run('doctor', '--json')).json() as { id: string; severity: string; finding: string }[];
  const told = items.find(({ id, finding }) => id === 'files' && finding.includes('from before migrations'));
  expect(told?.severity).toBe('info');
  for (const name of copies()) expect(told?.finding).toContain(name);
});
