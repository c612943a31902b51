import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { type Environment, productBin } from '../../support/cli.ts';
import { providerServer } from '../../support/provider-server.ts';
import { addCommand, sampleOf } from '../../support/samples.ts';
import { tracer } from '../../support/traces.ts';

/* Another account on the same machine: what it reads, and what it puts where the program will look. */

const [victim, thief] = [54_321, 54_322];
const { args: addArgs, env: addEnv } = addCommand('github', 'mobile');
const { credentials } = sampleOf('github');
const init = [
  ...[productBin, 'init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'],
];
const ring = JSON.stringify({ keys: [{ kty: 'oct', kid: 'one', k: randomBytes(32).toString('base64url') }] });
const find = tracer(credentials.map(({ column, core }) => ({ name: column, value: core })));

// Only root may be two others.
describe.runIf(process.getuid?.() === 0)("another user's account", () => {
  let root: string;
  let home: string;
  /** Open to all, as /tmp is. */
  let shared: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'two-users-'));
    atEnd(() => rmSync(root, { recursive: true, force: true }));
    [home, shared] = [join(root, 'home'), join(root, 'shared')];
    for (const folder of [home, shared]) mkdirSync(folder);
    for (const folder of [root, home]) chmodSync(folder, 0o755);
    chmodSync(shared, 0o1777);
    chownSync(home, victim, victim);
    expect(as(victim, init).status).toBe(0);
    expect(as(victim, [productBin, ...addArgs], addEnv).status).toBe(0);
  });

  /** Of a user who lets everybody read what is made. */
  function as(user: number, words: string[], env: Environment = {}, cwd = root) {
    const script = `umask 000; exec setpriv --reuid=${user} --regid=${user} --clear-groups "$0" "$@"`;
    const all = { PATH: process.env['PATH'], HOME: home, ...env } as NodeJS.ProcessEnv;
    const result = spawnSync('/bin/sh', ['-c', script, process.execPath, ...words], { cwd, env: all });
    return { status: result.status, stdout: String(result.stdout), stderr: String(result.stderr) };
  }

  function ofThief(path: string, mode: number, content?: string): string {
    if (content === undefined) mkdirSync(path, { recursive: true });
    else writeFileSync(path, content);
    chmodSync(path, mode);
    chownSync(path, thief, thief);
    return path;
  }

  test('reads nothing of what is kept, though the home is open and the umask empty', () => {
    const kept = readdirSync(home, { recursive: true }).map((name) => join(home, String(name)));
    expect(kept.filter((path) => statSync(path).isFile()).map((path) => path.split('/').at(-1))).toEqual(
      expect.arrayContaining(['keyring.json', 'config.yaml', 'integrations.db']),
    );
    const inner = kept.filter((path) => !['.config', '.local'].includes(path.slice(home.length + 1)));
    expect(inner.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
    const reading = kept.map(
      (path) => `try { require('fs').readFileSync(${JSON.stringify(path)}); process.exit(9) } catch {}`,
    );
    expect(as(thief, ['-e', reading.join('\n')]).status).toBe(0);
  });

  test('whose folder is named for the configuration gets no ring, and is named', () => {
    const folder = ofThief(join(shared, 'config'), 0o777);
    const env = { INTEGRATIONS_CONFIG_DIR: folder, INTEGRATIONS_DATA_DIR: join(home, 'elsewhere') };
    const { status, stderr } = as(victim, init, env);
    expect([status, stderr]).toEqual([64, expect.stringContaining(`${folder} belongs to another user (${thief})`)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('whose links lie where a file is to be written has nothing overwritten', () => {
    const precious = join(home, 'precious');
    const manifest = join(home, 'integrations.yaml');
    writeFileSync(precious, 'precious');
    writeFileSync(manifest, 'tenant: Acme\nscm: []\n');
    chownSync(precious, victim, victim);
    for (const [name, words] of [
      ['reviewed.plan', ['plan', '-f', manifest, '--out']],
      ['ring.json', ['key', 'export', '--yes', '--file']],
    ] as const) {
      symlinkSync(precious, join(shared, name));
      expect([name, as(victim, [productBin, ...words, join(shared, name)]).status]).toEqual([name, 6]);
    }
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  test('whose folder is worked in runs nothing', () => {
    const cwd = ofThief(join(shared, 'work'), 0o777);
    const owned = join(shared, 'owned');
    for (const name of ['keytar', 'better-sqlite3', 'tenant-integrations']) {
      const module = ofThief(join(cwd, 'node_modules', name), 0o755);
      ofThief(join(module, 'index.js'), 0o644, `require('fs').writeFileSync(${JSON.stringify(owned)}, '')`);
    }
    ofThief(join(cwd, '.env'), 0o644, 'INTEGRATIONS_GITHUB_API_URL=http://127.0.0.1:9\n');
    ofThief(join(cwd, 'config.yaml'), 0o644, 'contexts: { default: { tenant: thief } }\n');
    ofThief(join(cwd, 'package.json'), 0o644, '{"imports":{"#x":"./x.js"},"type":"module"}');
    for (const words of [
      ['scm', 'list'],
      ['doctor', '--json'],
      ['key', 'list'],
    ]) {
      const { status, stdout } = as(victim, [productBin, ...words], {}, cwd);
      expect([words, status]).toEqual([words, 0]);
      expect(stdout).not.toContain('thief');
    }
    expect(readdirSync(shared)).not.toContain('owned');
  });

  test('who put the database there, or parts of it, sees nothing that is not sealed', () => {
    const database = ofThief(join(shared, 'planted.db'), 0o666, '');
    const env = { INTEGRATIONS_DATABASE_URL: `sqlite:${database}`, INTEGRATIONS_CONFIG_DIR: join(home, 'planted') };
    const { status, stderr } = as(victim, init, env);
    expect([status, stderr]).toEqual([0, expect.stringContaining('warning: the database is not safe from others')]);
    expect(as(victim, [productBin, ...addArgs], { ...env, ...addEnv }).status).toBe(0);
    const parts = readdirSync(shared).filter((name) => name.startsWith('planted.db'));
    expect(find(Buffer.concat(parts.map((name) => readFileSync(join(shared, name)))))).toEqual([]);

    for (const end of ['wal', 'shm', 'journal']) ofThief(join(shared, `cut.db-${end}`), 0o666, '');
    const cut = { ...env, INTEGRATIONS_DATABASE_URL: `sqlite:${join(shared, 'cut.db')}` };
    expect(as(victim, [...init, '--json'], cut)).toMatchObject({ status: 4, stdout: '' });
  });

  test('sees no credential of a process that runs, and can neither signal nor reach it', async () => {
    const server = await providerServer();
    let seen: Record<string, string> | undefined;
    let temporary: string[] | undefined;
    const look = `
      const fs = require('node:fs');
      const told = (work) => { try { return String(work()) } catch (error) { return error.code } };
      const pid = fs.readdirSync('/proc').find((each) => told(() => fs.statSync('/proc/' + each).uid) === '${victim}'
        && told(() => fs.readFileSync('/proc/' + each + '/cmdline', 'utf8')).includes('integrations'));
      const of = (name) => told(() => fs.readFileSync('/proc/' + pid + '/' + name));
      process.stdout.write(JSON.stringify({
        cmdline: of('cmdline'), environ: of('environ'), mem: of('mem'), maps: of('maps'),
        signal: told(() => process.kill(Number(pid), 'SIGUSR1')),
        listening: told(() => ['tcp', 'tcp6'].flatMap((name) => fs.readFileSync('/proc/net/' + name, 'utf8').split('\\n'))
          .map((line) => line.trim().split(/\\s+/)).filter((words) => words[3] === '0A' && words[7] === '${victim}').length),
      }));`;
    server.on('GET', '/user', () => {
      seen = JSON.parse(as(thief, ['-e', look]).stdout);
      temporary = readdirSync('/tmp').filter(
        (name) => statSync(`/tmp/${name}`, { throwIfNoEntry: false })?.uid === victim,
      );
      return { status: 401, json: { message: 'Bad credentials' } };
    });
    const env = { ...addEnv, INTEGRATIONS_GITHUB_API_URL: server.url, INTEGRATIONS_KEYRING: ring };
    const words = [...addArgs.slice(0, -1), addArgs.at(-1) ?? '', '--name', 'second', '--organization', 'other'];
    const other = { ...env, INTEGRATIONS_CONFIG_DIR: join(home, 'c3'), INTEGRATIONS_DATA_DIR: join(home, 'd3') };
    expect(as(victim, init, other).status).toBe(0);
    const running = runAs(victim, [productBin, ...words, '--verify'], other);
    expect(await running).toBe(3);
    expect(seen).toMatchObject({ environ: 'EACCES', mem: 'EACCES', maps: 'EACCES', signal: 'EPERM' });
    expect(temporary).toEqual([]);
    expect(seen?.['listening']).toBe('0');
    expect(seen?.['cmdline']).toContain('integrations');
    expect(find(JSON.stringify(seen))).toEqual([]);
  });

  /** As `as`, while this process goes on. */
  function runAs(user: number, words: string[], env: Environment): Promise<number | null> {
    const script = `exec setpriv --reuid=${user} --regid=${user} --clear-groups "$0" "$@"`;
    const all = { PATH: process.env['PATH'], HOME: home, ...env } as NodeJS.ProcessEnv;
    const child = spawn('/bin/sh', ['-c', script, process.execPath, ...words], {
      cwd: root,
      env: all,
      stdio: 'ignore',
    });
    return new Promise((resolve) => child.once('close', resolve));
  }
});
