import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { describeServer, serverOptions, startServer } from '../support/database-server.ts';
import { createDatabase, type FreshDatabase } from '../support/databases.ts';
import { examine } from '../support/doctor.ts';
import { mysqlRows } from '../support/mysql.ts';
import { fetchMysql } from '../support/mysql-server.ts';
import { run } from '../support/programs.ts';
import { addSample, done } from '../support/workspace.ts';

/** What a host may have set, each of which a program that takes its session for granted would stumble over. */
const settings = [
  '--sql-require-primary-key=ON',
  '--sql-generate-invisible-primary-key=ON',
  '--autocommit=0',
  '--completion-type=CHAIN',
  '--transaction-isolation=SERIALIZABLE',
  '--default-storage-engine=MyISAM',
  '--innodb-default-row-format=COMPACT',
];

/** Those that no option sets, or that the making of the test's own user would not survive. */
const globals = [
  "sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
  'foreign_key_checks = 0',
  'unique_checks = 0',
  'sql_safe_updates = 1',
  'sql_select_limit = 1',
];

const migrations = readdirSync('migrations').filter((name) => /^\d/.test(name)).length;

let at: FreshDatabase;
let box: Sandbox;

beforeAll(async () => {
  const program = await fetchMysql();
  const directory = join(inject('runDirectory'), `mysql-settings-${process.pid}`);
  const common = [...serverOptions(directory), '--secure-file-priv=', '--lower-case-table-names=1'];
  await run(program, [...common, '--initialize-insecure']);
  const how = await describeServer(program);
  const server = await startServer(program, { directory, common: [...common, ...settings], how });
  atEnd(server.stop);
  at = await createDatabase(server);
  for (const each of globals) await mysqlRows(server.admin, `SET GLOBAL ${each}`);
  box = sandbox({ INTEGRATIONS_DATABASE_URL: at.url, INTEGRATIONS_DATABASE_PASSWORD: at.password });
});

/** How many rows another connection finds. */
async function count(table: string): Promise<number> {
  const [row] = await at.query(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.['n']);
}

test('a server that has everything otherwise: what is told as done is stored, and read whole', async () => {
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  await done(box.run('tenant', 'add', '日本'));
  expect([await count('integrations_migrations'), await count('tenants')]).toEqual([migrations, 2]);
  expect((await done(box.run('tenant', 'list', '--json'))).json()).toHaveLength(2);

  await addSample(box, 'github', 'code');
  await addSample(box, 'app-store', 'app');
  await addSample(box, 'github-actions', "build \\ 'quoted'");
  await addSample(box, 'jira', 'board');
  const tables = ['scm', 'target', 'pipeline', 'ticket'].map((name) => `tenant_${name}_integrations`);
  expect(await Promise.all(tables.map(count))).toEqual([1, 1, 1, 1]);
  await done(box.run('scm', 'update', 'code', '--default-branch', 'next'));
  expect((await done(box.run('scm', 'list', '--json'))).json()).toMatchObject([{ defaultBranch: 'next' }]);
  expect((await done(box.run('history', '--json'))).json().length).toBeGreaterThan(4);
  await done(box.run('key', 'rotate'));
  expect((await examine(box)).status).toBe(0);

  const unknown = box.run('ticket', 'add', 'linear', '--name', 'x', '--api-key', 'env:KEY', '--account', 'nobody');
  expect(await unknown).toMatchObject({ status: 7 });
  await done(box.run('tenant', 'remove', 'Acme', '--yes'));
  expect(await Promise.all([...tables, 'tenants'].map(count))).toEqual([0, 0, 0, 0, 1]);
});

test('a migration can be taken back and made again there', async () => {
  await done(box.run('db', 'rollback', '--yes'));
  expect(await count('integrations_migrations')).toBe(migrations - 1);
  await done(box.run('db', 'migrate'));
  expect(await count('integrations_migrations')).toBe(migrations);
  expect((await examine(box)).status).toBe(0);
});
