import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { migrations } from '../../../migrations/index.ts';
import { version } from '../../../package.json';
import { providers } from '../../../src/providers/index.ts';
import { type Sandbox, sandbox } from '../../support/cli.ts';
import { forEachEngine, sqlite } from '../../support/engines.ts';
import { sampleOf } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** The commands beside the categories, as far as cli.md describes them. */
forEachEngine((engine) => {
  let box: Sandbox;
  const json = async (...args: string[]) => (await done(box.run(...args, '--json'))).json();
  const refuse = (...args: string[]) => refused(box.run(...args, '--json'));

  beforeAll(async () => {
    box = await workspace(engine);
  });

  test('tenant add, list, show, use', async () => {
    const given = '0b6f2ad0-5d0e-4f8c-9a51-5f1f8a2a7c11';
    const added = await json('tenant', 'add', ' Zo\u00e9 "Z" 🚀 ', '--id', given);
    expect(added).toEqual({ id: given, displayName: 'Zo\u00e9 "Z" 🚀', createdAt: moment, current: false });
    const [acme] = (await json('tenant', 'list')).filter((row: { current: boolean }) => row.current);
    expect(acme).toEqual({ id: uuid, displayName: 'Acme', createdAt: moment, current: true });
    expect((await json('tenant', 'show')).displayName).toBe('Acme');
    expect(await json('tenant', 'show', given)).toEqual(added);
    expect(await json('tenant', 'use', 'Zo\u00e9 "Z" 🚀')).toEqual({ ...added, current: true });
    expect((await json('tenant', 'show')).id).toBe(given);
    await done(box.run('tenant', 'use', acme.id));

    expect(await refuse('tenant', 'add', 'Acme')).toMatchObject({
      status: 6,
      code: 'CONFLICT',
      details: { id: acme.id },
    });
    expect(await refuse('tenant', 'add', 'Other', '--id', given)).toMatchObject({ status: 6 });
    expect(await refuse('tenant', 'add', 'Other', '--id', 'not-a-uuid')).toMatchObject({ status: 64, field: 'id' });
    expect(await refuse('tenant', 'use', 'acme')).toMatchObject({ status: 7, message: 'no tenant named "acme"' });
  });

  test('account add, list, show, use, remove', async () => {
    const added = await json('account', 'add', 'zoe@acme.test', '--name', 'Zo\u00e9', '--id', 'host:42');
    expect(added).toEqual({
      id: 'host:42',
      email: 'zoe@acme.test',
      name: 'Zo\u00e9',
      createdAt: moment,
      current: false,
    });
    expect(await json('account', 'list')).toContainEqual(added);
    expect((await json('account', 'show')).email).toBe('ops@acme.test');
    expect(await json('account', 'use', 'zoe@acme.test')).toEqual({ ...added, current: true });
    const row = await addSample(box, 'email', 'by zoe');
    expect(row.configuredByAccountId).toBe('host:42');
    expect(await refuse('account', 'remove', 'host:42', '--yes')).toMatchObject({ status: 6, code: 'CONFLICT' });
    await done(box.run('comm', 'remove', row.id, '--yes'));
    expect(await json('account', 'remove', 'zoe@acme.test', '--yes')).toMatchObject({ id: 'host:42', current: false });
    await done(box.run('account', 'use', 'ops@acme.test'));

    expect(await refuse('account', 'add', 'ops@acme.test')).toMatchObject({ status: 6 });
    expect(await refuse('account', 'add', 'no address')).toMatchObject({ status: 64, field: 'email' });
    expect(await refuse('account', 'show', 'host:42')).toMatchObject({ status: 7 });
  });

  test('tenant remove takes everything of that tenant, after --dry-run has shown it', async () => {
    await done(box.run('tenant', 'add', 'Doomed'));
    const at = ['--tenant', 'Doomed'];
    const scm = await addSample(box, 'github', 'code', ...at);
    const target = await addSample(box, 'app-store', 'app', ...at);
    const pipeline = await addSample(box, 'github-actions', 'release', ...at);
    const ticket = await addSample(box, 'jira', 'board', ...at);
    const kept = await addSample(box, 'jira', 'board');
    const rows = [
      { category: 'pipeline', id: pipeline.id, displayName: 'release' },
      { category: 'scm', id: scm.id, displayName: 'code' },
      { category: 'target', id: target.id, displayName: 'app' },
      { category: 'ticket', id: ticket.id, displayName: 'board' },
      { category: 'tenant', id: scm.tenantId, displayName: 'Doomed' },
    ];
    expect(await json('tenant', 'remove', 'Doomed', '--dry-run')).toEqual(rows);
    expect(await refuse('tenant', 'remove', 'Doomed')).toMatchObject({ status: 64, code: 'USAGE' });
    expect(await json('tenant', 'show', 'Doomed')).toMatchObject({ id: scm.tenantId });
    expect(await json('tenant', 'remove', scm.tenantId, '--yes')).toEqual(rows);
    expect(await refuse('tenant', 'show', 'Doomed')).toMatchObject({ status: 7 });
    expect(await json('ticket', 'list', '--all-tenants')).toEqual([{ ...kept, tenantName: 'Acme' }]);
    await done(box.run('ticket', 'remove', kept.id, '--yes'));
  });

  test('a removed tenant is no longer the one of the context', async () => {
    await done(box.run('tenant', 'add', 'Current'));
    await done(box.run('tenant', 'use', 'Current'));
    await done(box.run('tenant', 'remove', 'Current', '--yes'));
    expect(await refuse('scm', 'list')).toMatchObject({ status: 64, message: 'no tenant is chosen' });
    await done(box.run('tenant', 'use', 'Acme'));
  });

  test('db migrate, status and rollback: one migration a call', async () => {
    const own = await engine.sandbox();
    const db = async (...args: string[]) => (await done(own.run('db', ...args, '--json'))).json();
    const migrated = await db('migrate');
    const names = migrated.applied;
    expect(names).toEqual(migrations.map(({ name }) => name));
    const engineAndState = {
      engine: engine === sqlite ? 'sqlite' : 'mysql',
      upToDate: true,
      migrations: { applied: names, pending: [], unknown: [] },
    };
    expect(migrated).toMatchObject(engineAndState);
    expect(await db('status')).toMatchObject(engineAndState);
    expect(await db('migrate')).toMatchObject({ applied: [] });
    const left = names.slice(0, -1);
    expect(await db('rollback', '--yes')).toMatchObject({
      reverted: names.at(-1),
      upToDate: false,
      migrations: { applied: left, pending: [names.at(-1)] },
    });
    expect((await db('rollback', '--yes')).reverted).toBe(left.at(-1));
    expect(await db('migrate')).toMatchObject({ applied: names.slice(-2), upToDate: true });
  });

  test('key list, add, activate, export, import', async () => {
    const own = await workspace(engine);
    const keys = async (...args: string[]) => (await done(own.run('key', ...args, '--json'))).json();
    await addSample(own, 'github', 'code');
    const [first] = await keys('list');
    expect(first).toEqual({ kid: expect.stringMatching(/^[\w-]{16}$/), active: true, available: true, rows: 2 });
    const [, second] = await keys('add');
    expect(second).toMatchObject({ active: false, available: true, rows: 0 });
    expect(await keys('activate', second.kid)).toEqual([
      { ...second, active: true },
      { ...first, active: false },
    ]);
    await addSample(own, 'linear', 'board');
    expect((await keys('list')).map(({ rows }: { rows: number }) => rows)).toEqual([1, 2]);
    expect(await refused(own.run('key', 'activate', 'nothing', '--json'))).toMatchObject({ status: 7 });

    const path = join(own.root, 'ring.json');
    expect(await keys('export', '--file', path)).toEqual({ file: path, keys: [second.kid, first.kid] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await done(own.run('key', 'export', '--yes'))).stdout).toBe(readFileSync(path, 'utf8'));
    expect(await refused(own.run('key', 'export', '--file', path, '--json'))).toMatchObject({ status: 6 });

    const moved = { INTEGRATIONS_CONFIG_DIR: join(own.root, 'moved'), INTEGRATIONS_TENANT: 'Acme' };
    const show = () => own.runWith({ env: moved }, 'ticket', 'show', 'board', '--reveal', '--yes', '--json');
    expect(await refused(show())).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
    const listed = (await done(own.runWith({ env: moved }, 'key', 'list', '--json'))).json();
    expect(listed).toContainEqual({ kid: first.kid, active: false, available: false, rows: 2 });
    const imported = await done(own.runWith({ env: moved }, 'key', 'import', `file:${path}`, '--json'));
    expect(imported.json().map(({ kid }: { kid: string }) => kid)).toEqual([second.kid, first.kid]);
    expect((await done(show())).json().credentials).toEqual({ linearApiKey: sampleOf('linear').credentials[0]?.value });
  });
});

describe('context', () => {
  let box: Sandbox;
  const json = async (...args: string[]) => (await done(box.run(...args, '--json'))).json();
  const refuse = (...args: string[]) => refused(box.run(...args, '--json'));

  beforeAll(async () => {
    box = await workspace(sqlite);
  });

  test('add, list, show, use, remove', async () => {
    const url = 'mysql://release@db.acme.test:3306/platform?ssl=verify';
    const flags = ['--database-url', url, '--key-store', 'keychain', '--tenant', 'Acme', '--account', 'ops@acme.test'];
    flags.push('--env-prefix', 'ACME_');
    const prod = {
      name: 'prod',
      current: false,
      databaseUrl: url,
      keyStore: 'keychain',
      tenant: 'Acme',
      account: 'ops@acme.test',
      output: 'csv',
      envPrefix: 'ACME_',
    };
    await done(box.run('context', 'add', 'prod', ...flags, '-o', 'csv'));
    expect(await json('context', 'show', 'prod')).toEqual(prod);
    const listed = await json('context', 'list');
    expect(listed).toEqual([expect.objectContaining({ name: 'default', current: true, keyStore: 'file' }), prod]);
    expect(parse(readFileSync(join(box.configDir, 'config.yaml'), 'utf8')).contexts.prod).toMatchObject({
      tenant: 'Acme',
    });
    expect(await json('context', 'use', 'prod')).toEqual({ ...prod, current: true });
    expect(await json('context', 'show')).toEqual({ ...prod, current: true });
    expect(await refuse('context', 'remove', 'prod')).toMatchObject({ status: 6, code: 'CONFLICT' });
    await done(box.run('context', 'use', 'default'));
    expect(await json('context', 'remove', 'prod')).toEqual(prod);
    expect(await refuse('context', 'use', 'prod')).toMatchObject({ status: 7, code: 'NOT_FOUND' });
  });

  test.each([
    'mysql://release:hunter2@db.acme.test/platform',
    'mysql://release:@db.acme.test/platform',
    'mysql://release:hunter2@db.acme.test:bad/platform',
    'postgres://release:hunter2@db.acme.test/platform',
  ])('a stored address with a password is refused: %s', async (url) => {
    const refusal = await refuse('context', 'add', 'leaky', '--database-url', url);
    expect(refusal).toMatchObject({ status: 64, code: 'USAGE', field: 'databaseUrl' });
    expect(JSON.stringify(refusal)).not.toContain('hunter2');
    expect(readFileSync(join(box.configDir, 'config.yaml'), 'utf8')).not.toContain('leaky');
  });

  test('a name that is taken, or none', async () => {
    expect(await refuse('context', 'add', 'default')).toMatchObject({ status: 6, code: 'CONFLICT' });
    for (const name of ['', 'a b', '../x', '__proto__ ']) {
      expect(await refuse('context', 'add', name)).toMatchObject({ status: 64, field: 'name' });
    }
    expect(await refuse('context', 'add', 'x', '--key-store', 'paper')).toMatchObject({
      status: 64,
      field: 'key-store',
    });
    expect(await refuse('context', 'show', '__proto__')).toMatchObject({ status: 7 });
  });
});

describe('what needs no database', () => {
  const box = sandbox({ INTEGRATIONS_DATABASE_URL: 'mysql://nobody@127.0.0.1:1/none', INTEGRATIONS_KEYRING: 'broken' });
  const json = async (...args: string[]) => (await done(box.run(...args, '--json'))).json();

  test('provider list and show: the fields as data', async () => {
    const listed = await json('provider', 'list');
    expect(listed).toHaveLength(providers.length);
    expect(listed[0]).toEqual({ name: 'github', category: 'scm', type: 'GITHUB', title: 'GitHub' });
    const { fields, ...rest } = await json('provider', 'show', 'app-store');
    expect(rest).toEqual({ name: 'app-store', category: 'target', type: 'APP_STORE', title: 'App Store Connect' });
    const key = fields.find(({ name }: { name: string }) => name === 'applePrivateKey');
    expect(key).toMatchObject({
      flag: '--private-key',
      kind: 'private-key',
      credential: true,
      required: true,
      example: 'file:AuthKey_ABC123DEFG.p8',
      whereToGet: expect.stringContaining('App Store Connect'),
      permissions: expect.any(String),
    });
    const bundle = fields.find(({ name }: { name: string }) => name === 'appleBundleId');
    expect(bundle).toMatchObject({ credential: false, required: true, pattern: '^[A-Za-z0-9.-]+$', whereToGet: null });
    const play = await json('provider', 'show', 'play-store');
    expect(play.fields.at(-1)).toMatchObject({ flag: '--service-account-json', credential: true, required: false });
    expect(await refused(box.run('provider', 'show', 'sourceforge', '--json'))).toMatchObject({ status: 64 });
  });

  test('--version and help', async () => {
    expect((await done(box.run('--version'))).stdout).toBe(`${version}\n`);
    expect((await done(box.run('-V'))).stdout).toBe(`${version}\n`);
    const [bare, flag, word] = await eachOf([[], ['--help'], ['help']], (args) => done(box.run(...args)));
    expect([flag?.stdout, word?.stdout]).toEqual([bare?.stdout, bare?.stdout]);
    expect(bare?.stdout).toMatch(/^ {2}pipeline, pipelines +Pipelines: Jenkins/m);
    const verb = await done(box.run('scm', 'add', '--help'));
    const asked = await done(box.run('help', 'scm', 'add'));
    expect(asked?.stdout).toBe(verb?.stdout);
    expect(verb?.stdout).toContain('--organization <text>');
    const own = (await done(box.run('communication', 'add', 'teams', '--help'))).stdout;
    expect([own.includes('--channel-id'), own.includes('--bot-token')]).toEqual([true, false]);
    expect(own).toContain('integrations communication add teams ');
  });

  test('completion: a script for each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      expect((await done(box.run('completion', shell))).stdout).toContain('github-actions');
    }
    expect(await refused(box.run('completion', '--json'))).toMatchObject({
      status: 64,
      message: expect.stringContaining('bash, zsh, fish'),
    });
    expect(await refused(box.run('completion', 'tcsh', '--json'))).toMatchObject({ status: 64 });
  });
});
