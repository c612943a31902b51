import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, inject, test } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { type CliOptions, productBin, type Sandbox, sandbox } from '../../support/cli.ts';
import { asStranger, withoutPrivilege } from '../../support/hindered.ts';
import { addCommand } from '../../support/samples.ts';
import { done, refused } from '../../support/workspace.ts';

const ownMode = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

/** Every file and folder beneath one, and its mode. */
function modes(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(['', ...names].map((name) => [name, ownMode(join(folder, name))]).sort());
}

/** Every command that writes a file, in the platform's own folders. */
async function writeEverything(box: Sandbox, umask: string): Promise<void> {
  const under = (options: CliOptions, ...args: string[]) =>
    done(
      box.runWith(
        { ...options, node: '/bin/sh', bin: '-c' },
        `umask ${umask}; exec "$0" "$@"`,
        process.execPath,
        productBin,
        ...args,
      ),
    );
  await under({}, 'init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input');
  const { args, env } = addCommand('github', 'code');
  await under({ env }, ...args);
  await under({}, 'context', 'add', 'other', '--tenant', 'Acme');
  await under({}, 'key', 'add');
  await under({}, 'key', 'export', '--file', join(box.root, 'ring.json'));
  await under({}, 'db', 'rollback', '--yes');
  await under({}, 'db', 'migrate');
}

/** Lets other users come as far as the sandbox; the folders in it keep their modes. */
function letStrangersIn(box: Sandbox, mode = 0o755): void {
  chmodSync(inject('runDirectory'), 0o711);
  chmodSync(box.root, mode);
}

const inHome = { INTEGRATIONS_CONFIG_DIR: undefined, INTEGRATIONS_DATA_DIR: undefined };

describe('modes', () => {
  test.each(['000', '022', '077', '177', '277', '777'])(
    'what is written is its owner alone’s, under umask %s',
    async (umask) => {
      const box = sandbox({ ...inHome, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined });
      // So that a umask which takes the owner's rights does not hinder the folders above ours.
      for (const folder of ['.config', '.local/share']) mkdirSync(join(box.home, folder), { recursive: true });
      await writeEverything(box, umask);
      const found = {
        ...modes(join(box.home, '.config', 'integrations')),
        ...modes(join(box.home, '.local', 'share', 'integrations')),
      };
      const names = Object.keys(found);
      expect(names).toEqual(expect.arrayContaining(['config.yaml', 'keyring.json', 'integrations.db']));
      expect(names.filter((name) => name.startsWith('integrations.db.before-'))).toHaveLength(2);
      expect(names.filter((name) => name.endsWith('.lock'))).toEqual([]);
      for (const [name, mode] of Object.entries(found))
        expect([name, mode]).toEqual([name, name === '' ? '700' : '600']);
      expect(ownMode(join(box.root, 'ring.json'))).toBe('600');
    },
  );

  test.each(['000', '077', '777'])(
    "the log of an open database is its owner's alone, under umask %s",
    async (umask) => {
      const box = sandbox();
      await writeEverything(box, umask);
      const open = new Database(join(box.dataDir, 'integrations.db'));
      atEnd(() => open.close());
      open.prepare('SELECT count(*) FROM tenants').get();
      await writeEverythingOnce(box);
      const log = Object.entries(modes(box.dataDir)).filter(([name]) => /-(wal|shm)$/.test(name));
      expect(log.map(([, mode]) => mode)).toEqual(['600', '600']);
    },
  );

  async function writeEverythingOnce(box: Sandbox): Promise<void> {
    await done(box.run('tenant', 'add', 'Another'));
  }
});

describe('symbolic links', () => {
  async function installed(): Promise<Sandbox> {
    const box = sandbox();
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
    return box;
  }

  /** Moves a file away and leaves a link to it. */
  function linkAway(path: string, to: string): void {
    renameSync(path, to);
    symlinkSync(to, path);
  }

  test('in the place of our files are followed, and stay links', async () => {
    const box = await installed();
    const elsewhere = join(box.root, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    const files = [
      join(box.configDir, 'config.yaml'),
      join(box.configDir, 'keyring.json'),
      join(box.dataDir, 'integrations.db'),
    ];
    for (const [index, file] of files.entries()) linkAway(file, join(elsewhere, String(index)));
    await done(box.run('context', 'add', 'other'));
    await done(box.run('key', 'add'));
    await done(box.run('tenant', 'add', 'Other'));
    for (const [index, file] of files.entries()) {
      expect([lstatSync(file).isSymbolicLink(), ownMode(join(elsewhere, String(index)))]).toEqual([true, '600']);
    }
    expect(readFileSync(join(elsewhere, '0'), 'utf8')).toContain('other');
    expect(JSON.parse(readFileSync(join(elsewhere, '1'), 'utf8')).keys).toHaveLength(2);
    expect((await done(box.run('tenant', 'list', '--json'))).json()).toHaveLength(2);
    expect((await box.run('doctor')).status).toBe(0);
  });

  test('in the place of our folders are followed', async () => {
    const box = await installed();
    linkAway(box.configDir, join(box.root, 'config-elsewhere'));
    linkAway(box.dataDir, join(box.root, 'data-elsewhere'));
    await done(box.run('key', 'add'));
    await done(box.run('tenant', 'add', 'Other'));
    expect(lstatSync(box.configDir).isSymbolicLink()).toBe(true);
    expect((await box.run('doctor')).status).toBe(0);
  });

  test('are never written through by an export: neither to a file nor to where nothing is yet', async () => {
    const box = await installed();
    const [kept, dangling] = [join(box.root, 'kept'), join(box.root, 'dangling')];
    writeFileSync(kept, 'as it was');
    symlinkSync(kept, join(box.root, 'link'));
    symlinkSync(join(box.root, 'nowhere'), dangling);
    for (const path of [join(box.root, 'link'), dangling]) {
      expect(await refused(box.run('key', 'export', '--file', path, '--json'))).toMatchObject({ code: 'CONFLICT' });
    }
    expect([readFileSync(kept, 'utf8'), existsSync(join(box.root, 'nowhere'))]).toEqual(['as it was', false]);
  });

  test('in the place of a copy are replaced, not written through', async () => {
    const box = await installed();
    const name = (await done(box.run('db', 'status', '-o', 'name'))).stdout.trim();
    const kept = join(box.root, 'kept');
    writeFileSync(kept, 'as it was');
    const copy = join(box.dataDir, `integrations.db.before-rollback-${name}`);
    symlinkSync(kept, copy);
    await done(box.run('db', 'rollback', '--yes'));
    expect([lstatSync(copy).isSymbolicLink(), ownMode(copy), readFileSync(kept, 'utf8')]).toEqual([
      false,
      '600',
      'as it was',
    ]);
  });

  test('in circles are a plain error', async () => {
    const box = await installed();
    for (const name of ['config.yaml', 'keyring.json']) {
      const path = join(box.configDir, name);
      renameSync(path, `${path}.aside`);
      symlinkSync(path, path);
    }
    const { status, stdout, stderr } = await box.run('key', 'list');
    expect([status, stdout, stderr]).toEqual([
      64,
      '',
      `error: cannot read ${join(box.configDir, 'config.yaml')}: the path goes in circles\n`,
    ]);
    expect((await box.run('doctor')).status).toBe(1);
  });
});

describe('a configuration folder that is not ours', () => {
  test.each([
    ['that may only be read', 0o755, 0, 'permission denied'],
    ['that may not be entered', 0o700, 64, 'permission denied'],
  ])('%s: nothing is written, and it says so', async (_, mode, status, reason) => {
    const box = sandbox();
    const { configDir, dataDir } = box;
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
    letStrangersIn(box);
    chmodSync(configDir, mode);
    chmodSync(join(configDir, 'config.yaml'), 0o644);
    chmodSync(dataDir, 0o777);
    for (const name of readdirSync(dataDir)) chmodSync(join(dataDir, name), 0o666);
    const before = modes(configDir);
    const listed = await asStranger(box, 'tenant', 'list');
    expect([listed.status, listed.stderr]).toEqual([
      status,
      expect.stringContaining(status === 0 ? 'can be changed by others' : reason),
    ]);
    for (const args of [
      ['context', 'add', 'other'],
      ['key', 'add'],
      ['tenant', 'use', 'Acme'],
    ]) {
      const result = await asStranger(box, ...args);
      expect([args, result.status === 0, result.stdout]).toEqual([args, false, '']);
      expect(result.stderr).toMatch(new RegExp(`^error: cannot (read|write) .*${reason}$`, 'm'));
      expect(result.stderr).not.toMatch(/^ +at /m);
    }
    expect(modes(configDir)).toEqual(before);
    const examined = await asStranger(box, 'doctor', '--json');
    const found = examined.json().filter(({ severity }: { severity: string }) => severity === 'error');
    expect(examined.status).not.toBe(0);
    expect(found.map(({ finding }: { finding: string }) => finding).join('\n')).toContain(reason);
  });

  test.runIf(process.getuid?.() === 0)('that another user owns is not used, and doctor tells', async () => {
    const box = sandbox();
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
    for (const path of [box.configDir, ...readdirSync(box.configDir).map((name) => join(box.configDir, name))]) {
      chownSync(path, 12_345, 12_345);
    }
    const config = join(box.configDir, 'config.yaml');
    expect(await refused(box.run('tenant', 'list', '--json'))).toMatchObject({
      status: 64,
      message: `${config} belongs to another user (12345), who can change it`,
    });
    const unprivileged = await withoutPrivilege(box, {}, 'tenant', 'list');
    expect([unprivileged.status, unprivileged.stderr]).toEqual([
      64,
      `error: cannot read ${join(box.configDir, 'config.yaml')}: permission denied\n`,
    ]);
    const { status, stdout } = await box.run('doctor');
    expect([status, stdout]).toEqual([1, expect.stringContaining('belongs to another user (12345)')]);
  });
});

describe('no home', () => {
  const none = { ...inHome, HOME: undefined };
  const message =
    'error: there is no home directory to keep the configuration and the data in\n' +
    'hint:  Set HOME, or INTEGRATIONS_CONFIG_DIR and INTEGRATIONS_DATA_DIR.\n';

  test.each<[string, CliOptions['env']]>([
    ['HOME is missing, and the user is in no list', none],
    ['HOME is empty', { ...none, HOME: '' }],
    ['HOME is no whole path', { ...none, HOME: 'home' }],
  ])('%s: an error says what to set, and nothing is written where one stands', async (_, env) => {
    const box = sandbox(env);
    letStrangersIn(box, 0o777);
    const before = modes(box.root);
    for (const args of [['tenant', 'list'], ['init', '--key-store', 'file'], ['doctor']]) {
      const { status, stdout, stderr } = await asStranger(box, ...args);
      expect([args, status, stdout, stderr]).toEqual([args, 64, '', message]);
    }
    expect((await asStranger(box, '--version')).status).toBe(0);
    expect(modes(box.root)).toEqual(before);
  });

  test('with both folders named by the environment none is needed', async () => {
    const box = sandbox({ HOME: undefined });
    letStrangersIn(box, 0o777);
    await done(asStranger(box, 'init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file'));
    expect((await done(asStranger(box, 'tenant', 'list', '--json'))).json()).toHaveLength(1);
    expect((await asStranger(box, 'doctor')).status).toBe(0);
    expect([ownMode(box.configDir), statSync(box.configDir).uid === process.getuid?.()]).toEqual([
      '700',
      process.getuid?.() !== 0,
    ]);
  });

  test('a home that may not be written: the folder is named', async () => {
    const box = sandbox(inHome);
    letStrangersIn(box);
    chmodSync(box.home, 0o555);
    const { status, stderr } = await asStranger(box, 'init', '--key-store', 'file');
    chmodSync(box.home, 0o700);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: cannot make the directory .*: permission denied$/m),
    ]);
  });
});

describe('what others can change is not used in silence', () => {
  async function ready(): Promise<{ box: Sandbox; config: string; ring: string; data: string }> {
    const box = sandbox();
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
    const { args, env } = addCommand('github', 'code');
    await done(box.runWith({ env }, ...args));
    const [config, data] = [box.env['INTEGRATIONS_CONFIG_DIR'] ?? '', box.env['INTEGRATIONS_DATA_DIR'] ?? ''];
    return { box, config, ring: join(config, 'keyring.json'), data };
  }

  const show = ['scm', 'show', 'code', '--reveal', '--yes', '--json'];

  test('a folder of the configuration and the ring', async () => {
    const { box, config } = await ready();
    chmodSync(config, 0o777);
    const folder = await refused(box.run('status', '--json'));
    expect(folder).toMatchObject({
      status: 64,
      message: `${config} can be changed by others`,
      hint: `chmod go-w ${config}`,
    });
    chmodSync(config, 0o1777);
    await done(box.run(...show));
  });

  test('a ring that a variable names: readable is warned about, changeable is refused', async () => {
    const { box, ring } = await ready();
    const folder = join(box.root, 'named');
    mkdirSync(folder, { mode: 0o700 });
    const named = join(folder, 'ring.json');
    writeFileSync(named, readFileSync(ring), { mode: 0o600 });
    const env = { INTEGRATIONS_KEYRING_FILE: named };
    expect((await done(box.runWith({ env }, ...show))).stderr).not.toContain('warning');
    chmodSync(named, 0o644);
    expect((await done(box.runWith({ env }, ...show))).stderr).toContain(
      `warning: INTEGRATIONS_KEYRING_FILE (${named}) can be read by others`,
    );
    chmodSync(named, 0o666);
    expect(await refused(box.runWith({ env }, ...show))).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
    chmodSync(named, 0o600);
    chmodSync(folder, 0o777);
    expect(await refused(box.runWith({ env }, ...show))).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
    // A link into a safe folder is as safe as the folder that it stands in.
    const link = join(folder, 'link.json');
    symlinkSync(ring, link);
    const linked = { INTEGRATIONS_KEYRING_FILE: link };
    expect(await refused(box.runWith({ env: linked }, ...show))).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
  });

  test('a database', async () => {
    const { box, data } = await ready();
    const file = join(data, 'integrations.db');
    expect((await done(box.run('scm', 'list'))).stderr).toBe('');
    chmodSync(file, 0o666);
    expect((await done(box.run('scm', 'list'))).stderr).toContain(`${file} can be changed by others`);
    chmodSync(file, 0o600);
    chmodSync(data, 0o777);
    expect((await done(box.run('scm', 'list'))).stderr).toContain(`${data} can be changed by others`);
  });

  test.runIf(process.getuid?.() === 0)('what belongs to another user', async () => {
    const { box, config, ring } = await ready();
    for (const [file, status] of [
      [ring, 4],
      [join(config, 'config.yaml'), 64],
    ] as const) {
      chownSync(file, 12_345, 12_345);
      const refusal = await refused(box.run(...show));
      expect(refusal).toMatchObject({ status, message: `${file} belongs to another user (12345), who can change it` });
      chownSync(file, 0, 0);
    }
    await done(box.run(...show));
  });
});
