import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { endsWithin, processorTime } from '../support/bounds.ts';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { runHere } from '../support/in-process.ts';

let box: Sandbox;

async function here(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runHere(box, {}, ...args);
  expect([status, stderr.includes('error:')], `${args.join(' ')}: ${stderr}`).toEqual([0, false]);
  return stdout;
}

async function offered(...args: string[]): Promise<string[]> {
  return (await here('__complete', ...args)).split('\n').filter(Boolean);
}

function mail(name: string, ...more: string[]): Promise<string> {
  const address = `${name.replaceAll(/\W/g, '')}@acme.test`;
  return here('comm', 'add', 'email', '--name', name, '--recipient', address, '--from-address', address, ...more);
}

beforeAll(async () => {
  box = sandbox();
  await here('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file');
  await here('tenant', 'add', 'Zo\u00e9 & "Sons"');
  await mail('team news');
  await mail("it's 100%");
  await mail('other', '--tenant', 'Zo\u00e9 & "Sons"');
});

describe('what there is to name', () => {
  test.each<[why: string, words: string[], names: string[]]>([
    ['integrations of a category', ['communication', ''], ["it's 100%", 'team news']],
    ['those that begin with what was typed', ['communication', 'team'], ['team news']],
    ['what stands for any text means itself', ['communication', '%'], []],
    ['integrations of every category', ['integration', 'it'], ["it's 100%"]],
    [
      'of the tenant that stands before',
      ['communication', '', 'comm', 'show', '--tenant', 'Zo\u00e9 & "Sons"'],
      ['other'],
    ],
    ['the same behind =', ['communication', '', '--tenant=Zo\u00e9 & "Sons"'], ['other']],
    ['of a tenant that is not there', ['communication', '', '--tenant', 'nobody'], []],
    ['tenants', ['tenant', 'A'], ['Acme']],
    ['accounts', ['account', ''], ['ops@acme.test']],
    ['contexts', ['context', ''], ['default']],
    ['of a context that is not there', ['tenant', '', '--context', 'nothing'], []],
    ['nothing that is known', ['frobnicate', ''], []],
    ['nothing at all', [], []],
  ])('%s', async (_, words, names) => expect(await offered(...words)).toEqual(names));

  test('keys', async () => {
    const kids = (await here('key', 'list', '-o', 'name')).trim();
    expect(await offered('key', '')).toEqual([kids]);
  });
});

describe('where something fails', () => {
  test('nothing is said, and no database is made', async () => {
    const dataDir = join(box.root, 'nothing-yet');
    const none = await runHere(box, { env: { INTEGRATIONS_DATA_DIR: dataDir } }, '__complete', 'scm', '');
    expect(none).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(dataDir)).toBe(false);
    const wrong = await runHere(box, { env: { INTEGRATIONS_DATABASE_URL: 'nonsense' } }, '__complete', 'scm', '');
    expect(wrong).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('a server that is silent is not waited for', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    atEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const env = { INTEGRATIONS_DATABASE_URL: `mysql://u@127.0.0.1:${port}/x?ssl=off` };
    const ended = await endsWithin(5_000, runHere(box, { env }, '__complete', 'tenant', ''));
    expect(ended).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('no program is started for a password or a key', async () => {
    const mark = join(box.root, 'started');
    const command = `touch ${mark}`;
    const url = {
      INTEGRATIONS_DATABASE_URL: 'mysql://u@127.0.0.1:9/x',
      INTEGRATIONS_DATABASE_PASSWORD_COMMAND: command,
    };
    expect((await runHere(box, { env: url }, '__complete', 'scm', '')).stdout).toBe('');
    const key = { INTEGRATIONS_KEYRING_COMMAND: command };
    expect((await runHere(box, { env: key }, '__complete', 'key', '')).stdout).toBe('');
    expect(existsSync(mark)).toBe(false);
  });
});

test('takes less than 150 ms of the processor in a tenant of ten thousand', async () => {
  const database = new Sqlite(join(box.dataDir, 'integrations.db'));
  const [row] = database
    .prepare("SELECT * FROM tenant_communication_integrations WHERE displayName = 'team news'")
    .all() as [Record<string, unknown>];
  const columns = Object.keys(row);
  const insert = database.prepare(
    `INSERT INTO tenant_communication_integrations (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
  );
  database.transaction(() => {
    for (let at = 0; at < 10_000; at += 1) {
      const own = {
        id: `comm_${String(at).padStart(32, '0')}`,
        displayName: `row ${at}`,
        emailFromAddress: `f${at}@acme.test`,
      };
      insert.run(...columns.map((column) => ({ ...row, ...own })[column]));
    }
  })();
  database.close();
  expect(await offered('communication', 'row 999')).toHaveLength(11);
  const { milliseconds } = await processorTime(() => offered('communication', 'row 1'));
  expect(milliseconds).toBeLessThan(150);
});
