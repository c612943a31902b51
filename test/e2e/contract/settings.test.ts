import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { type CliOptions, type Environment, type Sandbox, sandbox } from '../../support/cli.ts';
import { forEachEngine, mariadb, mysql, sqlite } from '../../support/engines.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

const inFile = ['--key-store', 'file'];

function ring(...kids: string[]): string {
  return JSON.stringify({ keys: kids.map((kid) => ({ kty: 'oct', kid, k: randomBytes(32).toString('base64url') })) });
}

describe('precedence: flag, environment, context, default', () => {
  let box: Sandbox;
  const tenantOf = async (options: CliOptions, ...args: string[]) =>
    (await done(box.runWith(options, 'tenant', 'show', '--json', ...args))).json().displayName;

  beforeAll(async () => {
    box = await workspace(sqlite);
    for (const name of ['InEnv', 'InFlag', 'InOther']) await done(box.run('tenant', 'add', name));
    await done(box.run('context', 'add', 'other', '--tenant', 'InOther', '--output', 'yaml', ...inFile));
  });

  test('of the tenant', async () => {
    const env = { INTEGRATIONS_TENANT: 'InEnv' };
    expect(await tenantOf({})).toBe('Acme');
    expect(await tenantOf({ env })).toBe('InEnv');
    expect(await tenantOf({ env }, '--tenant', 'InFlag')).toBe('InFlag');
    expect(await tenantOf({ env: { INTEGRATIONS_TENANT: '' } })).toBe('Acme');
  });

  test('of the account', async () => {
    await done(box.run('account', 'add', 'env@acme.test'));
    await done(box.run('account', 'add', 'flag@acme.test'));
    const env = { INTEGRATIONS_ACCOUNT: 'env@acme.test' };
    const emailOf = async (options: CliOptions, ...args: string[]) =>
      (await done(box.runWith(options, 'account', 'show', '--json', ...args))).json().email;
    expect(await emailOf({})).toBe('ops@acme.test');
    expect(await emailOf({ env })).toBe('env@acme.test');
    expect(await emailOf({ env }, '--account', 'flag@acme.test')).toBe('flag@acme.test');
  });

  test('of the context itself', async () => {
    const env = { INTEGRATIONS_CONTEXT: 'other' };
    expect(await tenantOf({ env })).toBe('InOther');
    expect(await tenantOf({ env }, '--context', 'default')).toBe('Acme');
    await done(box.run('context', 'use', 'other'));
    expect(await tenantOf({})).toBe('InOther');
    await done(box.run('context', 'use', 'default'));
    for (const options of [{ env: { INTEGRATIONS_CONTEXT: 'nope' } }, {}]) {
      const flags = options.env ? [] : ['--context', 'nope'];
      expect(await refused(box.runWith(options, 'scm', 'list', '--json', ...flags))).toMatchObject({
        status: 7,
        code: 'NOT_FOUND',
        message: 'no context named "nope"',
      });
    }
  });

  test('of the output', async () => {
    const out = async (options: CliOptions, ...args: string[]) =>
      (await done(box.runWith(options, 'tenant', 'show', '--fields', 'displayName', ...args))).stdout;
    const env = { INTEGRATIONS_OUTPUT: 'csv' };
    expect(await out({})).toBe('displayName  Acme\n');
    expect(await out({ env })).toBe('displayName\nAcme\n');
    expect(await out({ env }, '-o', 'jsonl')).toBe('{"displayName":"Acme"}\n');
    expect(await out({ env }, '--json')).toBe('{\n  "displayName": "Acme"\n}\n');
    expect(await out({}, '--context', 'other')).toBe('displayName: InOther\n');
    expect(await out({ env }, '--context', 'other')).toBe('displayName\nInOther\n');
    const odd = await box.runWith({ env: { INTEGRATIONS_OUTPUT: 'xml' } }, 'scm', 'list');
    expect([odd.status, odd.stdout]).toEqual([64, '']);
  });

  test('of the database', async () => {
    await done(box.run('context', 'add', 'elsewhere', '--database-url', `sqlite:${join(box.root, 'context.db')}`));
    const databaseOf = async (env: Environment, ...args: string[]) =>
      (await done(box.runWith({ env }, 'db', 'status', '--json', ...args))).json().database;
    const none = { INTEGRATIONS_DATABASE_URL: undefined };
    expect(await databaseOf(none)).toBe(join(box.dataDir, 'integrations.db'));
    expect(await databaseOf(none, '--context', 'elsewhere')).toBe(join(box.root, 'context.db'));
    const env = { INTEGRATIONS_DATABASE_URL: `sqlite:${join(box.root, 'env.db')}` };
    expect(await databaseOf(env, '--context', 'elsewhere')).toBe(join(box.root, 'env.db'));
  });

  test('flags of every command stand before the command as well as behind it', async () => {
    const { stdout } = await done(box.run('--json', '--tenant', 'InFlag', 'tenant', 'show', '--fields', 'displayName'));
    expect(JSON.parse(stdout)).toEqual({ displayName: 'InFlag' });
  });
});

describe('the folders', () => {
  test("default to the platform's own, and all that is made there is private", async () => {
    const box = sandbox();
    const bare = { INTEGRATIONS_CONFIG_DIR: undefined, INTEGRATIONS_DATA_DIR: undefined };
    const env: Environment =
      process.platform === 'linux'
        ? { ...bare, XDG_CONFIG_HOME: join(box.home, 'c'), XDG_DATA_HOME: join(box.home, 'd') }
        : bare;
    const { database, keys } = (await done(box.runWith({ env }, 'init', ...inFile, '--json'))).json();
    expect(database.startsWith(box.home)).toBe(true);
    expect(keys.startsWith(box.home)).toBe(true);
    const paths = [database, keys, join(keys, '..', 'config.yaml'), join(database, '..'), join(keys, '..')];
    expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600, 0o600, 0o700, 0o700]);
  });

  test('a configuration that is broken or readable by others is told, not guessed', async () => {
    const box = await workspace(sqlite);
    const path = join(box.configDir, 'config.yaml');
    const original = readFileSync(path, 'utf8');
    const broken = [
      ': : :\n  - ]',
      'current: [1]',
      'contexts: {default: {pasword: hunter2}}',
      'contexts: {default: 7}',
    ];
    for (const text of broken) {
      writeFileSync(path, text);
      const refusal = await refused(box.run('scm', 'list', '--json'));
      expect(refusal).toMatchObject({ status: 64, code: 'USAGE', message: expect.stringContaining(path) });
      expect(refusal.message).not.toContain('hunter2');
    }
    writeFileSync(path, original);
    chmodSync(path, 0o664);
    expect(await refused(box.run('scm', 'list', '--json'))).toMatchObject({ hint: `chmod 600 ${path}` });
    chmodSync(path, 0o644);
    await done(box.run('scm', 'list'));
  });
});

describe('the key ring', () => {
  let box: Sandbox;
  const reveal = (env: Environment) => box.runWith({ env }, 'scm', 'show', 'code', '--reveal', '--yes', '--json');

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
  });

  test.each([
    ['not JSON', '{"keys":'],
    ['not a set', '{"kty":"oct"}'],
    ['empty', '{"keys":[]}'],
    ['of another kind', '{"keys":[{"kty":"RSA","n":"x","e":"AQAB"}]}'],
    ['too short', Buffer.alloc(16, 7).toString('base64')],
    ['two of one name', ring('one', 'one')],
  ])('INTEGRATIONS_KEYRING that is %s is exit 4, and the next source is not tried', async (_, value) => {
    const refusal = await refused(reveal({ INTEGRATIONS_KEYRING: value }));
    expect(refusal).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
    expect(refusal.message).toMatch(/^INTEGRATIONS_KEYRING\b/);
    const init = await refused(box.runWith({ env: { INTEGRATIONS_KEYRING: value } }, 'init', '--json'));
    expect(init).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
  });

  test('INTEGRATIONS_KEYRING_FILE too, missing or malformed; the variable goes before it', async () => {
    const path = join(box.root, 'ring.json');
    for (const text of [undefined, 'nonsense']) {
      if (text) writeFileSync(path, text, { mode: 0o600 });
      const refusal = await refused(reveal({ INTEGRATIONS_KEYRING_FILE: path }));
      expect(refusal).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE', message: expect.stringContaining(path) });
      expect(refusal.message).not.toContain('nonsense');
    }
    const own = readFileSync(join(box.configDir, 'keyring.json'), 'utf8');
    await done(reveal({ INTEGRATIONS_KEYRING: own, INTEGRATIONS_KEYRING_FILE: path }));
    writeFileSync(path, own);
    await done(reveal({ INTEGRATIONS_KEYRING_FILE: path }));
    await done(reveal({ INTEGRATIONS_KEYRING: '', INTEGRATIONS_KEYRING_FILE: '' }));
  });

  test('one base64 key is named by its thumbprint; the first key of a set is the active one', async () => {
    const [exported] = JSON.parse((await done(box.run('key', 'export', '--yes'))).stdout).keys;
    const base64 = Buffer.from(exported.k, 'base64url').toString('base64');
    const listed = (await done(box.runWith({ env: { INTEGRATIONS_KEYRING: base64 } }, 'key', 'list', '--json'))).json();
    expect(listed).toEqual([{ kid: exported.kid, active: true, available: true, rows: 2 }]);
    const [fresh] = JSON.parse(ring('fresh')).keys;
    const env = { INTEGRATIONS_KEYRING: JSON.stringify({ keys: [fresh, exported] }) };
    const both = (await done(box.runWith({ env }, 'key', 'list', '--json'))).json();
    expect(both).toEqual([
      { kid: 'fresh', active: true, available: true, rows: 0 },
      { kid: exported.kid, active: false, available: true, rows: 2 },
    ]);
  });

  test('a ring from the environment is not ours to change', async () => {
    const env = { INTEGRATIONS_KEYRING: ring('given') };
    for (const args of [['add'], ['activate', 'given'], ['import', 'env:OTHER']]) {
      const refusal = await refused(box.runWith({ env }, 'key', ...args, '--json'));
      expect(refusal).toMatchObject({ status: 6, code: 'CONFLICT' });
      expect(refusal.message).toContain('INTEGRATIONS_KEYRING');
    }
  });

  test('keyring.json that others can read is refused', async () => {
    const other = await workspace(sqlite);
    const path = join(other.configDir, 'keyring.json');
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    writeFileSync(path, text, { mode: 0o640 });
    const { args, env } = addCommand('github', 'code');
    expect(await refused(other.runWith({ env }, ...args, '--json'))).toMatchObject({
      status: 4,
      code: 'KEY_UNAVAILABLE',
      hint: `chmod 600 ${path}`,
    });
  });
});

forEachEngine((engine) => {
  describe('init', () => {
    const init = async (box: Sandbox, env: Environment, ...args: string[]) =>
      (await done(box.runWith({ env }, 'init', ...inFile, '--json', ...args))).json();

    test('makes key, tables, tenant and account, and makes them the context; again it changes nothing', async () => {
      const box = await engine.sandbox();
      const names = ['--tenant', 'Acme', '--account', 'ops@acme.test'];
      const first = await init(box, {}, ...names);
      expect(first).toMatchObject({
        keyCreated: true,
        keys: join(box.configDir, 'keyring.json'),
        tenant: { displayName: 'Acme' },
        account: { email: 'ops@acme.test' },
        context: 'default',
      });
      expect(first.migrations).toHaveLength(migrations.length);
      const files = () =>
        ['keyring.json', 'config.yaml'].map((name) => readFileSync(join(box.configDir, name), 'utf8'));
      const before = files();
      const unchanged = { ...first, keyCreated: false, migrations: [] };
      expect(await init(box, {}, ...names)).toEqual(unchanged);
      expect(await init(box, {})).toEqual(unchanged);
      expect(files()).toEqual(before);
      expect((await done(box.run('tenant', 'list', '--json'))).json()).toHaveLength(1);
      await addSample(box, 'github', 'ready');
    });

    test('takes tenant and account from the environment as from the flags', async () => {
      const box = await engine.sandbox();
      const env = { INTEGRATIONS_TENANT: 'Acme', INTEGRATIONS_ACCOUNT: 'ops@acme.test' };
      const made = await init(box, env);
      expect(made).toMatchObject({ tenant: { displayName: 'Acme' }, account: { email: 'ops@acme.test' } });
      expect(await init(box, env)).toMatchObject({ tenant: made.tenant, account: made.account });
    });

    test('uses a key from the environment as it is and keeps none', async () => {
      const env = { INTEGRATIONS_KEYRING: ring('given') };
      const box = await engine.sandbox(env);
      const made = (await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--json'))).json();
      expect(made).toMatchObject({ keys: 'INTEGRATIONS_KEYRING', keyId: 'given', keyCreated: false });
      expect(existsSync(join(box.configDir, 'keyring.json'))).toBe(false);
    });

    test.each<[origin: string, env: Environment, flags: string[]]>([
      ['--account', {}, ['--account', 'ops']],
      ['INTEGRATIONS_ACCOUNT', { INTEGRATIONS_ACCOUNT: 'ops' }, []],
    ])('%s that is no account and no e-mail is named, and nothing is made', async (origin, env, flags) => {
      const box = await engine.sandbox({ INTEGRATIONS_KEYRING: ring('given') });
      expect(await refused(box.runWith({ env }, 'init', '--tenant', 'Acme', ...flags, '--json'))).toMatchObject({
        ...{ status: 64, code: 'VALIDATION', field: 'account', hint: 'integrations init --account EMAIL' },
        message: `${origin} names no account that exists, and does not fit a new one: the e-mail of an account looks like ops@acme.test`,
      });
      expect((await box.run('account', 'list', '-o', 'name')).stdout).toBe('');
    });

    test('never makes a second key where sealed rows exist that no key at hand opens', async () => {
      const box = await workspace(engine);
      await addSample(box, 'linear', 'sealed');
      const path = join(box.configDir, 'keyring.json');
      const own = readFileSync(path, 'utf8');
      const [{ kid }] = JSON.parse(own).keys;
      rmSync(path);
      const refusal = {
        status: 4,
        code: 'KEY_UNAVAILABLE',
        hint: 'integrations key import',
        message: expect.stringContaining(kid),
      };
      expect(await refused(box.run('init', ...inFile, '--json'))).toMatchObject(refusal);
      expect(existsSync(path)).toBe(false);
      const other = { INTEGRATIONS_KEYRING: ring('other') };
      expect(await refused(box.runWith({ env: other }, 'init', '--json'))).toMatchObject(refusal);

      const env = { OWN: own };
      const imported = (await done(box.runWith({ env }, 'key', 'import', 'env:OWN', '--json'))).json();
      expect(imported).toEqual([{ kid, active: true, available: true, rows: 1 }]);
      expect(await init(box, {})).toMatchObject({ keyCreated: false, keyId: kid });
    });
  });
});

describe('the database', () => {
  // On MySQL alone: what is refused here is refused before a server is asked anything that the two answer differently.
  test('a server is never migrated unasked: exit 4 with the command that does', async () => {
    const box = await mysql.sandbox({ INTEGRATIONS_KEYRING: ring('given') });
    const outdated = { status: 4, code: 'SCHEMA_OUTDATED', hint: 'integrations db migrate' };
    expect(await refused(box.run('tenant', 'add', 'Acme', '--json'))).toMatchObject(outdated);
    expect(await refused(box.run('scm', 'list', '--json'))).toMatchObject(outdated);
    expect(await mysql.sql(box, 'SHOW TABLES')).toEqual([]);
    expect((await done(box.run('db', 'status', '--json'))).json()).toMatchObject({ engine: 'mysql', upToDate: false });
    await done(box.run('db', 'migrate'));
    await done(box.run('tenant', 'add', 'Acme'));
    await done(box.run('db', 'rollback', '--yes'));
    expect(await refused(box.run('scm', 'list', '--json'))).toMatchObject(outdated);
  });

  test('the embedded file migrates itself', async () => {
    const box = sandbox();
    expect((await done(box.run('tenant', 'add', 'Acme', '--json'))).json().displayName).toBe('Acme');
    expect((await done(box.run('db', 'status', '--json'))).json()).toMatchObject({
      database: join(box.dataDir, 'integrations.db'),
      upToDate: true,
    });
    expect((await done(box.run('db', 'rollback', '--yes', '--json'))).json()).toMatchObject({ upToDate: false });
    expect((await done(box.run('pipeline', 'list', '--tenant', 'Acme', '--json'))).json()).toEqual([]);
  });

  test('a schema newer than the tool is exit 4', async () => {
    for (const engine of [sqlite, mariadb, mysql]) {
      const box = await workspace(engine);
      await engine.sql(box, "INSERT INTO integrations_migrations (name, batch) VALUES ('29990101_1_later', 9)");
      for (const args of [['scm', 'list'], ['db', 'migrate'], ['db', 'rollback', '--yes'], ['init']]) {
        expect(await refused(box.run(...args, '--json'))).toMatchObject({ status: 4, code: 'SCHEMA_OUTDATED' });
      }
    }
  });

  test.each([
    ['postgres://user@host/name', /is neither mysql:.* nor sqlite:/],
    ['mysql://host/name', /names no user/],
    ['mysql://user:hunter2@host:99999/name', /host:port/],
    ['mysql://user:hunter2@host/name?tls=on', /the parameter tls of another driver/],
    ['sqlite:', /names no file/],
  ])('an address that is none: %s', async (address, reason) => {
    const refusal = await refused(sandbox({ INTEGRATIONS_DATABASE_URL: address }).run('scm', 'list', '--json'));
    expect(refusal).toMatchObject({ status: 64, code: 'USAGE', message: expect.stringMatching(reason) });
    expect(JSON.stringify(refusal)).not.toContain('hunter2');
  });

  test.each([mariadb, mysql])(
    'a server that is not there, a password that is wrong, a database that is missing: exit 4 ($name)',
    async (engine) => {
      const box = await workspace(engine);
      const url = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '');
      const at = (change: (address: URL) => void) => {
        const other = new URL(url);
        change(other);
        return { INTEGRATIONS_DATABASE_URL: other.href };
      };
      const cases: [Environment, RegExp][] = [
        [at((address) => Object.assign(address, { port: '1' })), /nothing listens there/],
        [at((address) => Object.assign(address, { pathname: `${url.pathname}_none` })), /no such database/],
        [{ INTEGRATIONS_DATABASE_PASSWORD: 'hunter2' }, /refused the user or the password/],
        [{ INTEGRATIONS_DATABASE_PASSWORD: '' }, /refused the user/],
      ];
      for (const [env, reason] of cases) {
        const refusal = await refused(box.runWith({ env }, 'scm', 'list', '--json'));
        expect(refusal).toMatchObject({
          status: 4,
          code: 'DATABASE_UNAVAILABLE',
          message: expect.stringMatching(reason),
        });
        expect(JSON.stringify(refusal)).not.toContain('hunter2');
      }
      const { host } = url;
      const several = at((address) => Object.assign(address, { host: '127.0.0.1:1' }));
      const addresses = several.INTEGRATIONS_DATABASE_URL.replace('127.0.0.1:1', `127.0.0.1:1,${host}`);
      await done(box.runWith({ env: { INTEGRATIONS_DATABASE_URL: addresses } }, 'scm', 'list'));
    },
  );

  test('a file that is no database, a folder that is missing: exit 4', async () => {
    const box = sandbox();
    mkdirSync(box.dataDir);
    writeFileSync(join(box.dataDir, 'integrations.db'), 'this is a text, and not a short one; '.repeat(40));
    expect(await refused(box.run('scm', 'list', '--json'))).toMatchObject({
      status: 4,
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/is not a SQLite database/),
    });
    const env = { INTEGRATIONS_DATABASE_URL: `sqlite:${join(box.root, 'no', 'such', 'file.db')}` };
    expect(await refused(box.runWith({ env }, 'scm', 'list', '--json'))).toMatchObject({ status: 4 });
  });
});

describe('nobody is asked without a terminal', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'github', 'asked');
  });

  test.each([
    ['tenant remove Acme', 'Add --yes, or --dry-run to see what it takes.'],
    ['account remove ops@acme.test', 'Add --yes.'],
    ['scm remove asked', 'Add --yes.'],
    ['scm show asked --reveal', 'Add --yes.'],
    ['db rollback', 'Add --yes.'],
    ['key export', 'integrations key export --file PATH, or --yes'],
    ['scm add github', 'integrations scm add github --help'],
    ['scm update asked', expect.stringContaining('--help')],
  ])('%s', async (line, hint) => {
    const refusal = await refused(box.runWith({ input: 'Acme\ny\ny\ny\n' }, ...line.split(' '), '--json'));
    expect(refusal).toMatchObject({ status: 64, code: 'USAGE', hint });
    expect((await done(box.run('scm', 'list', '-o', 'name'))).stdout).toMatch(/^scm_\w+\n$/);
  });

  test('init says what is left to do', async () => {
    const { stdout, stderr } = await done(sandbox().runWith({ input: 'Acme\n' }, 'init', ...inFile));
    expect(stdout).toMatch(/^Tenant +-$/m);
    expect(stderr).toContain('There is no tenant yet: integrations tenant add NAME\n');
    expect(stderr).toContain('There is no account yet: integrations account add EMAIL\n');
  });
});

describe('nothing is chosen', () => {
  test('tenant and account are asked for by name', async () => {
    const box = sandbox();
    await done(box.run('db', 'migrate'));
    expect(await refused(box.run('scm', 'list', '--json'))).toMatchObject({
      status: 64,
      code: 'USAGE',
      message: 'there is no tenant yet',
      hint: 'integrations setup; in a script: integrations init --tenant NAME --account EMAIL',
      field: 'tenant',
    });
    await done(box.run('tenant', 'add', 'Acme'));
    expect(await refused(box.run('scm', 'list', '--json'))).toMatchObject({
      status: 64,
      message: 'no tenant is chosen',
      hint: 'integrations tenant use NAME, or --tenant NAME',
    });
    const { args, env } = addCommand('github', 'code', '--tenant', 'Acme');
    expect(await refused(box.runWith({ env }, ...args, '--json'))).toMatchObject({
      message: 'there is no account yet',
    });
    const named = [...args, '--account', 'nobody@acme.test', '--json'];
    expect(await refused(box.runWith({ env }, ...named))).toMatchObject({ status: 7, code: 'NOT_FOUND' });
    await done(box.run('account', 'add', 'ops@acme.test'));
    expect(await refused(box.runWith({ env }, ...args, '--json'))).toMatchObject({ message: 'no account is chosen' });
    const keyless = [...args, '--account', 'ops@acme.test', '--json'];
    expect(await refused(box.runWith({ env }, ...keyless))).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
    expect((await done(box.run('scm', 'list', '--tenant', 'Acme', '--json'))).json()).toEqual([]);
  });
});
