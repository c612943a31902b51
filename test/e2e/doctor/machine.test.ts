import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import type { Sandbox } from '../../support/cli.ts';
import { examine, type Item } from '../../support/doctor.ts';
import { sqlite } from '../../support/engines.ts';
import { run } from '../../support/programs.ts';
import { workspace } from '../../support/workspace.ts';

let box: Sandbox;

beforeAll(async () => {
  box = await workspace(sqlite);
});

describe('files', () => {
  const at = (name: string) => join(name.startsWith('integrations.db') ? box.dataDir : box.configDir, name);

  /** Runs the remedy in a shell. */
  const mend = ({ remedy }: Item) => run('sh', ['-c', remedy ?? 'false']);

  test.each([
    ['the configuration folder', () => box.configDir, 0o755, 'read', 'warning'],
    ['the configuration folder', () => box.configDir, 0o770, 'changed', 'error'],
    ['the configuration', () => at('config.yaml'), 0o644, undefined, undefined],
    ['the configuration', () => at('config.yaml'), 0o664, 'changed', 'error'],
    ['the key ring', () => at('keyring.json'), 0o604, 'read', 'error'],
    ['the key ring', () => at('keyring.json'), 0o620, 'changed', 'error'],
    ['the database', () => at('integrations.db'), 0o644, 'read', 'warning'],
    ['the database', () => at('integrations.db'), 0o666, 'changed', 'error'],
    ['the folder of the database', () => box.dataDir, 0o755, undefined, undefined],
    ['the folder of the database', () => box.dataDir, 0o1777, undefined, undefined],
    ['the folder of the database', () => box.dataDir, 0o777, 'changed', 'error'],
  ] as const)('%s, case %#', async (what, pathOf, mode, can, severity) => {
    const path = pathOf();
    const before = statSync(path).mode & 0o7777;
    chmodSync(path, mode);
    const { faults, status } = await examine(box);
    const found = faults['files'] ?? [];
    if (can === undefined) expect(found).toEqual([]);
    else {
      expect(found).toEqual([
        expect.objectContaining({ severity, finding: `${what} ${path} can be ${can} by others` }),
      ]);
      if (severity === 'error') expect(status).toBeGreaterThan(0);
      await mend(found[0] as Item);
      expect((await examine(box)).faults['files']).toBeUndefined();
    }
    chmodSync(path, before);
  });

  test('the log of an open database, the copies beside it, and a ring that the environment names', async () => {
    const open = new Database(at('integrations.db'));
    atEnd(() => open.close());
    open.exec('CREATE TABLE x (id)');
    open.exec('DROP TABLE x');
    const ring = join(box.root, 'ring.json');
    await run('cp', [at('keyring.json'), ring]);
    writeFileSync(at('integrations.db.before-something'), '');
    for (const path of [at('integrations.db-wal'), at('integrations.db.before-something'), ring])
      chmodSync(path, 0o644);
    const { status, faults } = await examine(box, { env: { INTEGRATIONS_KEYRING_FILE: ring } });
    expect([status, faults['files']?.map(({ severity, remedy }) => [severity, remedy])]).toEqual([
      0,
      [
        ['warning', `chmod 600 ${ring}`],
        ['warning', `chmod 600 ${at('integrations.db-wal')}`],
        ['warning', `chmod 600 ${at('integrations.db.before-something')}`],
        ['info', `rm ${at('integrations.db.before-something')}`],
      ],
    ]);
    for (const item of faults['files'] ?? []) await mend(item);
    expect((await examine(box, { env: { INTEGRATIONS_KEYRING_FILE: ring } })).faults['files']).toBeUndefined();
  });

  test.each([
    ['short', 'k'.repeat(43)],
    ['long', JSON.stringify({ keys: [{ kty: 'oct', k: 'k'.repeat(43), kid: 'x'.repeat(5_000) }] })],
  ])('a ring in the place of its path is not repeated: %s', async (_, ring) => {
    const { status, items, stderr } = await examine(box, { env: { INTEGRATIONS_KEYRING_FILE: ring } });
    expect(status).toBe(4);
    expect(JSON.stringify(items) + stderr).not.toContain('k'.repeat(43));
  });

  test('that belong to somebody else', async () => {
    const paths = [box.configDir, at('config.yaml'), at('keyring.json'), box.dataDir, at('integrations.db')];
    const isRoot = process.getuid?.() === 0;
    // Who may not give files away takes himself for somebody else.
    const stranger = join(box.root, 'stranger.cjs');
    writeFileSync(stranger, 'process.getuid = () => 54321;');
    if (isRoot) for (const path of paths) chownSync(path, 12_345, 12_345);
    const owner = statSync(box.configDir).uid;
    const { status, faults } = await examine(box, isRoot ? {} : { env: { NODE_OPTIONS: `--require ${stranger}` } });
    expect(status).toBe(1);
    const told = (found: Item[] | undefined, among: readonly string[]) =>
      expect(found?.map(({ finding }) => finding)).toEqual(
        expect.arrayContaining(
          among.map((path) => expect.stringContaining(`${path} belongs to another user (${owner}), who can change it`)),
        ),
      );
    told(faults['files'], paths.slice(0, 3));
    // A configuration of theirs is not used, so that the database is known once it is mended.
    if (isRoot) {
      for (const item of faults['files'] ?? []) await mend(item);
      const { faults: left } = await examine(box);
      told(left['files'], paths.slice(3));
      for (const item of left['files'] ?? []) await mend(item);
    }
    expect((await examine(box)).faults['files']).toBeUndefined();
  });

  test('a folder in the place of a file', async () => {
    const odd = await workspace(sqlite);
    const dir = join(odd.root, 'odd');
    mkdirSync(join(dir, 'config.yaml'), { recursive: true, mode: 0o700 });
    mkdirSync(join(dir, 'keyring.json'), { mode: 0o700 });
    const { status, faults } = await examine(odd, { env: { INTEGRATIONS_CONFIG_DIR: dir } });
    expect([status, faults['config']?.[0]?.finding]).toEqual([
      1,
      expect.stringMatching(/config\.yaml: it is a directory$/),
    ]);
    expect(readdirSync(dir).sort()).toEqual(['config.yaml', 'keyring.json']);
  });
});

describe('a proxy', () => {
  const at = (address: string, name = 'HTTPS_PROXY') => examine(box, { env: { [name]: address } });

  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('%s that is dead', async (name) => {
    const { status, items, stderr, faults } = await at('http://user:s3cretpassw0rd@127.0.0.1:1', name);
    expect([status, faults['proxy']]).toEqual([
      1,
      [
        expect.objectContaining({
          severity: 'error',
          finding: expect.stringMatching(`^${name} names 127\\.0\\.0\\.1:1, and nothing answers there`),
          remedy: `Start that proxy, or unset ${name}.`,
        }),
      ],
    ]);
    expect(JSON.stringify(items) + stderr).not.toContain('s3cretpassw0rd');
  });

  test('that says nothing is given up, one whose name is unknown is told, one that answers is ok', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    atEnd(() => void server.close());
    const { port } = server.address() as { port: number };
    const answering = await at(`http://127.0.0.1:${port}`);
    const unknown = await at('http://proxy.invalid:3128');
    const unset = await at('');
    expect(answering.items.find(({ id }) => id === 'proxy')).toMatchObject({
      severity: 'ok',
      finding: 'HTTPS_PROXY: something answers there',
    });
    expect(unknown.faults['proxy']?.[0]?.finding).toMatch(
      /^HTTPS_PROXY names proxy\.invalid:3128, and nothing answers/,
    );
    expect(unset.faults['proxy']).toBeUndefined();
  });

  test.each(['s3cretpassw0rd', 'socks6://u:s3cretpassw0rd@x:1', 'http://'])(
    '%s is no address of one',
    async (address) => {
      const { status, items, faults } = await at(address);
      expect([status, faults['proxy']?.[0]?.finding]).toEqual([1, 'HTTPS_PROXY is not the address of a proxy']);
      expect(JSON.stringify(items)).not.toContain('s3cretpassw0rd');
    },
  );
});

describe('the screen', () => {
  test('is told in lines that fit, with the remedy beneath the finding', async () => {
    chmodSync(box.dataDir, 0o777);
    const { stdout, stderr, status } = await box.run('doctor');
    chmodSync(box.dataDir, 0o700);
    expect(status).toBe(1);
    expect(stdout).toContain(
      `files          error   the folder of the database ${box.dataDir} can be changed by others\n`,
    );
    expect(stdout).toContain(`                       remedy: chmod 700 ${box.dataDir}\n`);
    expect(stderr).toBe(
      `warning: the database is not safe from others: ${box.dataDir} can be changed by others (chmod go-w ${box.dataDir})\n` +
        'error: 1 error found: files\nhint:  The report says how to fix each.\n',
    );
    expect((await box.run('doctor')).stderr).toBe('No errors, no warnings.\n');
    expect((await box.run('doctor', '--quiet')).stderr).toBe('');
  });

  test('an unknown field is refused before anything is looked at', async () => {
    expect((await box.run('doctor', '--fields', 'id,nothing')).status).toBe(64);
    const { stdout } = await box.run('doctor', '--fields', 'id,severity', '-o', 'csv');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['id,severity', 'config,ok']);
  });
});
