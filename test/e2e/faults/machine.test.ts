import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { bareEnvironment, productBin, type Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { startSilent, withFileLimit, withOpenFiles, withoutPrivilege } from '../../support/hindered.ts';
import { freshKeyring } from '../../support/keyring.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

const table = 'tenant_ticket_integrations';
const rowsOf = (box: Sandbox) => sqlite.sql(box, `SELECT * FROM ${table} ORDER BY id`);

describe('a disk that is full', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'jira', 'old');
  });

  test('while a row is written: exit 4, and the database is as it was', async () => {
    const before = await rowsOf(box);
    // The shared memory of SQLite's log fits, its log does not.
    const template = JSON.stringify({ text: 'x'.repeat(30_000) });
    const refusal = await refused(
      withFileLimit(box, 80, 'ticket', 'update', 'old', '--epic-template', template, '--json'),
    );
    expect(refusal).toMatchObject({ status: 4, code: 'DATABASE_UNAVAILABLE' });
    expect(await rowsOf(box)).toEqual(before);
    expect(await sqlite.sql(box, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await done(box.run('ticket', 'update', 'old', '--epic-template', template));
  });

  test('while the ring is exported: no part of a key is left behind', async () => {
    // A database elsewhere, so that the ring is the only file that is written; which server it is in does not matter.
    const served = await workspace(mysql);
    const path = join(served.root, 'ring.json');
    const refusal = await refused(withFileLimit(served, 0, 'key', 'export', '--file', path, '--json'));
    expect(refusal.message).toBe(`cannot write ${path}: the file would be too large`);
    expect(existsSync(path)).toBe(false);
  });

  test('before the first command: init makes nothing that stands in the way of the next', async () => {
    const fresh = await sqlite.sandbox();
    for (const blocks of [0, 8, 64, 80, 160]) {
      const { status, stdout, stderr } = await withFileLimit(fresh, blocks, 'init', '--key-store', 'file');
      expect([blocks, status, stdout]).toEqual([blocks, expect.toSatisfy((code) => code === 1 || code === 4), '']);
      expect(stderr).toMatch(/^error: .*\n(hint: .*\n)?$/m);
      expect(stderr).not.toMatch(/^ +at /m);
    }
    await done(fresh.run('init', '--key-store', 'file', '--tenant', 'Acme', '--account', 'ops@acme.test'));
    await addSample(fresh, 'github', 'code');
  });
});

test('few files that may be open: words, whichever of them is one too many', async () => {
  const box = await workspace(sqlite);
  // With fewer, Node itself does not get so far as to read the program.
  const limits = Array.from({ length: 12 }, (_, index) => 19 + index);
  const results = await eachOf(limits, (limit) => withOpenFiles(box, limit, 'scm', 'list', '--json'), 4);
  const failed = results.filter(({ status }) => status !== 0);
  expect(failed.length).toBeGreaterThan(0);
  expect(results.at(-1)?.status).toBe(0);
  for (const result of failed) {
    expect(result.stderr).not.toMatch(/^ +at |node:/m);
    expect(result.error()).toMatchObject({
      message: expect.stringMatching(/too many files are open/),
      hint: expect.stringMatching(/ulimit -n/),
    });
  }
});

test('a directory that is missing is named, and a path that is one', async () => {
  const box = await workspace(sqlite);
  const list = (path: string) =>
    refused(box.runWith({ env: { INTEGRATIONS_DATABASE_URL: `sqlite:${path}` } }, 'scm', 'list', '--json'));
  const nowhere = join(box.root, 'not here');
  expect(await list(join(nowhere, 'x.db'))).toMatchObject({
    status: 4,
    message: `cannot make the database ${join(nowhere, 'x.db')}: there is no directory ${nowhere}`,
    hint: `mkdir -p '${nowhere}'`,
  });
  expect(await list(box.dataDir)).toMatchObject({ status: 4, message: expect.stringMatching(/: it is a directory$/) });
});

describe('files that may not be written', () => {
  let box: Sandbox;
  const file = () => join(box.dataDir, 'integrations.db');

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'jira', 'old');
  });

  const change = (...args: string[]) => withoutPrivilege(box, {}, ...args, '--json');

  test.each([
    ['a database', 0o400, 0o700],
    ['a database and its folder', 0o400, 0o500],
    ['the folder of a database', 0o600, 0o500],
  ])('%s: exit 4, and reading either works or is exit 4', async (_, mode, folderMode) => {
    const before = await rowsOf(box);
    chmodSync(file(), mode);
    chmodSync(box.dataDir, folderMode);
    const [listed, changed] = [await change('ticket', 'list'), await change('ticket', 'disable', 'old')];
    chmodSync(box.dataDir, 0o700);
    chmodSync(file(), 0o600);
    expect([0, 4]).toContain(listed.status);
    if (listed.status === 0) expect(listed.json()).toHaveLength(1);
    expect(await refused(Promise.resolve(changed))).toMatchObject({
      status: 4,
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/is read-only|cannot be opened|permission denied/),
    });
    expect(await rowsOf(box)).toEqual(before);
  });

  test('a database and a ring that may not even be read', async () => {
    chmodSync(file(), 0o000);
    const listed = await change('ticket', 'list');
    chmodSync(file(), 0o600);
    expect(await refused(Promise.resolve(listed))).toMatchObject({ status: 4, code: 'DATABASE_UNAVAILABLE' });

    const ring = join(box.configDir, 'keyring.json');
    chmodSync(ring, 0o000);
    const revealed = await change('ticket', 'show', 'old', '--reveal', '--yes');
    chmodSync(ring, 0o600);
    expect(await refused(Promise.resolve(revealed))).toMatchObject({
      status: 4,
      code: 'KEY_UNAVAILABLE',
      message: `cannot read ${ring}: permission denied`,
    });
  });

  test('the configuration', async () => {
    const before = readFileSync(join(box.configDir, 'config.yaml'), 'utf8');
    chmodSync(box.configDir, 0o500);
    const results = [
      await change('context', 'add', 'other'),
      await change('key', 'add'),
      await change('ticket', 'list'),
    ];
    chmodSync(box.configDir, 0o700);
    const [added, key, listed] = results;
    for (const result of [added, key]) {
      expect(result?.status).toBe(1);
      expect(result?.error().message).toMatch(/^cannot write .*: permission denied$/);
    }
    expect(listed?.status).toBe(0);
    expect(readFileSync(join(box.configDir, 'config.yaml'), 'utf8')).toBe(before);
  });

  test('an export', async () => {
    const path = join(box.configDir, 'no', 'ring.json');
    expect(await refused(change('key', 'export', '--file', path))).toMatchObject({
      status: 64,
      message: `cannot write ${path}: its folder does not exist`,
    });
  });
});

describe('a signal', () => {
  test('SIGKILL while it changes the ring: the next change need not wait', async () => {
    const box = await sqlite.sandbox();
    const { silent } = inject('secretService');
    const answering = await freshKeyring();
    await done(box.runWith({ env: answering }, 'init', '--key-store', 'keychain', '--no-input'));
    const lock = join(box.configDir, 'keyring.json.lock');
    // It holds the lock while it waits for a keychain that says nothing.
    const { child, result } = box.start({ env: silent }, 'key', 'add');
    while (!existsSync(lock)) await sleep(20);
    child.kill('SIGKILL');
    expect((await result).signal).toBe('SIGKILL');
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${child.pid}-`));
    // Had it waited for the lock, which nobody releases, it would have given up.
    const added = await done(box.runWith({ env: answering }, 'key', 'add', '--json'));
    expect(added.json()).toHaveLength(2);
    expect(existsSync(lock)).toBe(false);
  });

  test('SIGSTOP while it changes the ring: nobody takes its lock, however old it becomes', async () => {
    const box = await sqlite.sandbox();
    const { silent } = inject('secretService');
    const answering = await freshKeyring();
    await done(box.runWith({ env: answering }, 'init', '--key-store', 'keychain', '--no-input'));
    const lock = join(box.configDir, 'keyring.json.lock');
    const { child, result } = box.start({ env: silent }, 'key', 'add');
    while (!existsSync(lock)) await sleep(20);
    child.kill('SIGSTOP');
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(lock, hourAgo, hourAgo);
    // The first one holds its database, too.
    const env = { ...answering, INTEGRATIONS_DATABASE_URL: `sqlite:${join(box.dataDir, 'other.db')}` };
    const activate = () => refused(box.runWith({ env }, 'key', 'activate', 'any', '--json'));
    expect(await activate()).toMatchObject({ status: 6, hint: `Try again when the process ${child.pid} has ended.` });
    child.kill('SIGKILL');
    await result;
    expect(await activate()).toMatchObject({ status: 7 });
    expect(readdirSync(box.configDir)).toEqual(['config.yaml']);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while it reads standard input: %i and one line', async (signal, status) => {
    const box = await workspace(sqlite);
    const { args, env } = addCommand('linear', 'new', '--api-key', '-');
    const { child, result } = startSilent(box, env, ...args, '--debug');
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: string) => chunk.includes('keys from') && setTimeout(resolve, 200));
    });
    child.kill(signal);
    const { status: ended, stderr } = await result;
    expect(ended).toBe(status);
    expect(stderr.split('\n').filter((line) => !line.startsWith('debug: '))).toEqual(['Cancelled.', '']);
    expect(await rowsOf(box)).toEqual([]);
  });

  test('while another command holds the database', async () => {
    const box = await workspace(sqlite);
    const holder = new Database(join(box.dataDir, 'integrations.db'));
    atEnd(() => holder.close());
    holder.exec('BEGIN IMMEDIATE');
    const { args, env } = addCommand('linear', 'new');
    const { child, result } = box.start({ env }, ...args);
    await sleep(1500);
    child.kill('SIGINT');
    // The database is held all the while: had it waited on, it would have said that instead.
    expect(await result).toMatchObject({ status: 130, stdout: '', stderr: 'Cancelled.\n' });
    holder.exec('ROLLBACK');
    expect(await rowsOf(box)).toEqual([]);
  });

  test('a database that stays held is exit 4', async () => {
    const box = await workspace(sqlite);
    const holder = new Database(join(box.dataDir, 'integrations.db'));
    atEnd(() => holder.close());
    holder.exec('BEGIN IMMEDIATE');
    const { args, env } = addCommand('linear', 'new', '--json');
    const [added, listed] = await Promise.all([box.runWith({ env }, ...args), box.run('ticket', 'list', '--json')]);
    expect(await refused(Promise.resolve(added))).toMatchObject({
      status: 4,
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/another command is using it/),
    });
    expect(listed.json()).toEqual([]);
    holder.exec('ROLLBACK');
    expect(await rowsOf(box)).toEqual([]);
  });
});

test('a reader that leaves in the middle of a long list: quiet, and 0', async () => {
  const box = await workspace(sqlite);
  const { id } = await addSample(box, 'jira', 'first');
  const columns = 'tenantId, ticketSystemType, jiraUrl, jiraEmail, jiraApiToken, jiraProjectKey, configuredByAccountId';
  await sqlite.sql(
    box,
    `INSERT INTO ${table} (id, displayName, ${columns})
     WITH RECURSIVE numbers (n) AS (SELECT 10000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 15999)
     SELECT id || n, id || n, ${columns} FROM ${table}, numbers WHERE id = ?`,
    [id],
  );
  const env = bareEnvironment({ ...box.env, NODE: process.execPath, BIN: productBin });
  for (const format of ['jsonl', 'json', 'csv', 'table']) {
    const line = `"$NODE" "$BIN" ticket list -o ${format} | head -1 > /dev/null; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { env, encoding: 'utf8' });
    expect([format, stdout, stderr]).toEqual([format, '0\n', '']);
  }
});
