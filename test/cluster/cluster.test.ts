import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { readLocation } from '../../src/db/location.ts';
import { addWitness } from '../../src/db/witness.ts';
import { atEnd } from '../support/at-end.ts';
import { type CliResult, type Sandbox, sandbox } from '../support/cli.ts';
import { type Galera, type GaleraNode, startGalera } from '../support/galera.ts';
import { addCommand } from '../support/samples.ts';
import { addSample, done, eachOf } from '../support/workspace.ts';

/** The product on a real cluster of three nodes; each test finds all three in it. */
let galera: Galera;
let nodes: readonly [GaleraNode, GaleraNode, GaleraNode];
let box: Sandbox;

beforeAll(async () => {
  galera = await startGalera();
  nodes = galera.nodes as unknown as typeof nodes;
});

afterAll(() => galera?.stop());

beforeEach(async () => {
  const size = "SHOW STATUS LIKE 'wsrep_cluster_size'";
  for (const node of nodes) expect(await node.query(size)).toMatchObject([{ Value: '3' }]);
  box = await clusterBox();
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
});

/** A sandbox with a database of its own, for which the first node is tried first. */
async function clusterBox(): Promise<Sandbox> {
  const { url, password } = await galera.database(...nodes);
  return sandbox({ INTEGRATIONS_DATABASE_URL: url, INTEGRATIONS_DATABASE_PASSWORD: password });
}

const databaseOf = ({ env }: Sandbox) =>
  new URL((env['INTEGRATIONS_DATABASE_URL'] ?? '').replace(/,[^/]*/, '')).pathname.slice(1);

/** The environment in which other nodes are tried, in this order. */
function through(...at: GaleraNode[]) {
  const url = (box.env['INTEGRATIONS_DATABASE_URL'] ?? '').replace(/@[^/]*/, `@${at.map(({ address }) => address)}`);
  return { env: { INTEGRATIONS_DATABASE_URL: url } };
}

async function names(node: GaleraNode): Promise<unknown[]> {
  const table = `\`${databaseOf(box)}\`.tenant_ticket_integrations`;
  const rows = await node.query(`SET STATEMENT wsrep_sync_wait = 1 FOR SELECT displayName FROM ${table} ORDER BY id`);
  return rows.map(({ displayName }) => displayName);
}

test('every table has a primary key, as a cluster needs it', async () => {
  const tables = await nodes[0].query(
    'SELECT t.TABLE_NAME AS name, t.ENGINE AS engine, COUNT(c.CONSTRAINT_NAME) AS keys_ FROM information_schema.TABLES t ' +
      "LEFT JOIN information_schema.TABLE_CONSTRAINTS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND c.CONSTRAINT_TYPE = 'PRIMARY KEY' " +
      'WHERE t.TABLE_SCHEMA = ? GROUP BY t.TABLE_NAME, t.ENGINE',
    [databaseOf(box)],
  );
  expect(tables.length).toBeGreaterThan(8);
  expect(tables.filter(({ engine, keys_ }) => engine !== 'InnoDB' || Number(keys_) !== 1)).toEqual([]);
});

test('what one node stored, another one reads at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id } = await addSample(box, 'linear', `board ${round}`);
    const read = await done(box.runWith(through(nodes[2]), 'ticket', 'show', id, '--json'));
    expect(read.json()).toMatchObject({ displayName: `board ${round}` });
  }
});

test('a node that has lost the others is passed over, with a warning', async () => {
  await nodes[0].query("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'");
  await expect
    .poll(() => nodes[0].query("SHOW STATUS LIKE 'wsrep_ready'"), { timeout: 20_000 })
    .toMatchObject([{ Value: 'OFF' }]);
  const { args, env } = addCommand('linear', 'board');
  const result = await done(box.runWith({ env }, ...args));
  expect(result.stderr).toContain(
    `warning: The database host ${nodes[0].address} cannot be used: the node is not part of its cluster. Going on with ${nodes[1].address}.\n`,
  );
  expect(await names(nodes[1])).toEqual(['board']);
  await nodes[0].kill();
  await nodes[0].start();
  expect(await names(nodes[0])).toEqual(['board']);
});

test('a node that became read-only is left by the command that wants to write', async () => {
  await nodes[0].query('SET GLOBAL read_only = 1');
  try {
    const { args, env } = addCommand('linear', 'board');
    const result = await done(box.runWith({ env }, ...args));
    expect(result.stderr).toContain(
      `warning: The database host ${nodes[0].address} cannot be used: the server is read-only. Going on with ${nodes[1].address}.\n`,
    );
    expect(await names(nodes[0])).toEqual(['board']);
  } finally {
    await nodes[0].query('SET GLOBAL read_only = 0');
  }
});

describe.each([
  ['is killed', (node: GaleraNode) => node.kill()],
  ['is shut down', (node: GaleraNode) => node.shutDown()],
])('a node that %s while four write', (_, end) => {
  test('nothing is lost, nothing is doubled, and it joins again', async () => {
    const wanted = Array.from({ length: 40 }, (__, index) => `board ${index}`);
    let over: Promise<void> | undefined;
    const results = await eachOf(wanted, (name, index) => {
      if (index === 12) over = end(nodes[0]);
      const { args, env } = addCommand('linear', name, '--json');
      return box.runWith({ env }, ...args);
    });
    await over;
    expectStored(wanted, results, await names(nodes[1]));
    expect(results.some(({ stderr }) => stderr.includes(`host ${nodes[0].address} cannot be used`))).toBe(true);

    await nodes[0].start();
    expect((await names(nodes[0])).sort()).toEqual((await names(nodes[1])).sort());
  });
});

describe('transactions', () => {
  /** Counts up in one row, which all do, and leaves a mark of its own, by which it is recognized. */
  async function counting() {
    const [own, databases] = [databaseOf(box), [] as Database[]];
    await nodes[0].query(`CREATE TABLE \`${own}\`.counter (id INT PRIMARY KEY, n INT NOT NULL)`);
    await nodes[0].query(`CREATE TABLE \`${own}\`.marks (id CHAR(36) PRIMARY KEY)`);
    await nodes[0].query(`INSERT INTO \`${own}\`.counter VALUES (1, 0)`);
    const url = box.env['INTEGRATIONS_DATABASE_URL'] ?? '';
    const password = box.env['INTEGRATIONS_DATABASE_PASSWORD'];
    return {
      async open(...at: GaleraNode[]): Promise<Database> {
        const address = through(...at).env.INTEGRATIONS_DATABASE_URL;
        const database = await openDatabase(readLocation(at.length > 0 ? address : url, password, 'the test'));
        databases.push(database);
        atEnd(() => database.close());
        return database;
      },
      async once(database: Database): Promise<string> {
        return database.transaction(async (queries) => {
          const id = randomUUID();
          await queries('counter').where({ id: 1 }).increment('n');
          await queries('marks').insert({ id });
          addWitness(queries, { table: 'marks', id });
          return id;
        });
      },
      async stored(node: GaleraNode) {
        const wait = 'SET STATEMENT wsrep_sync_wait = 1 FOR';
        const [counter] = await node.query(`${wait} SELECT n FROM \`${own}\`.counter`);
        const marks = await node.query(`${wait} SELECT id FROM \`${own}\`.marks`);
        return { n: counter?.['n'], marks: marks.map(({ id }) => String(id)) };
      },
    };
  }

  test('that meet at different nodes are repeated: each counts once', async () => {
    const { open, once, stored } = await counting();
    const writers = [await open(nodes[0]), await open(nodes[1]), await open(nodes[2])];
    const marks = await Promise.all(
      writers.map(async (database) => {
        const own: string[] = [];
        for (let round = 0; round < 30; round += 1) own.push(await once(database));
        return own;
      }),
    );
    const { n, marks: found } = await stored(nodes[0]);
    expect(n).toBe(90);
    expect(found.sort()).toEqual(marks.flat().sort());
    const failures = "SHOW STATUS LIKE 'wsrep_local_%f%'";
    const met = (await Promise.all(nodes.map((node) => node.query(failures)))).flat();
    const count = met.filter(({ Variable_name: name }) => /cert_failures|bf_aborts/.test(String(name)));
    expect(count.reduce((sum, { Value }) => sum + Number(Value), 0)).toBeGreaterThan(0);
  });

  test('in the middle of which their node is killed count once', async () => {
    const { open, once, stored } = await counting();
    const writers = await Promise.all(Array.from({ length: 4 }, () => open(...nodes)));
    const marks: string[] = [];
    let over: Promise<void> | undefined;
    await Promise.all(
      writers.map(async (database) => {
        for (let round = 0; round < 100; round += 1) {
          marks.push(await once(database));
          if (marks.length === 150) over = nodes[0].kill();
        }
      }),
    );
    await over;
    const { n, marks: found } = await stored(nodes[1]);
    expect(n).toBe(400);
    expect(found.sort()).toEqual(marks.sort());
    await nodes[0].start();
    expect((await stored(nodes[0])).n).toBe(400);
  });
});

describe('migrations', () => {
  const applied = async () => {
    const rows = await nodes[0].query(`SELECT name FROM \`${databaseOf(box)}\`.integrations_migrations ORDER BY id`);
    return rows.map(({ name }) => name);
  };

  test('that are begun at each node at once run once', async () => {
    const all = await applied();
    for (let round = 0; round < 5; round += 1) {
      box = await clusterBox();
      const results = await Promise.all(
        nodes.map((node) => done(box.runWith(through(node), 'db', 'migrate', '--json'))),
      );
      const counts = results.map((result) => result.json().applied.length);
      expect(counts.sort()).toEqual([0, 0, all.length]);
      expect(await applied()).toEqual(all);
    }
  });

  test('wait for one that died until its lease ends', async () => {
    box = await clusterBox();
    const lease = `\`${databaseOf(box)}\`.integrations_migrations_lease`;
    await nodes[0].query(`CREATE TABLE ${lease} (id TINYINT PRIMARY KEY, heldUntil DATETIME NOT NULL)`);
    await nodes[0].query(`INSERT INTO ${lease} VALUES (1, UTC_TIMESTAMP() + INTERVAL 4 SECOND)`);
    const started = Date.now();
    await done(box.run('db', 'migrate'));
    expect(Date.now() - started).toBeGreaterThan(2_500);
  });

  test('whose node is killed are finished by the next command', async () => {
    const all = await applied();
    box = await clusterBox();
    const { result } = box.start({}, 'db', 'migrate', '--json');
    await expect.poll(() => applied().catch(() => []), { timeout: 20_000, interval: 10 }).not.toEqual([]);
    await nodes[0].kill();
    // It may have been quicker.
    expect([0, 4]).toContain((await result).status);
    await nodes[0].start();
    await done(box.runWith({ timeout: 60_000 }, 'db', 'migrate'));
    expect(await applied()).toEqual(all);
  });
});

/** What was said to be stored is stored once; what was said to have failed is not, or nobody can know it. */
function expectStored(wanted: readonly string[], results: readonly CliResult[], stored: readonly unknown[]): void {
  expect(new Set(stored).size).toBe(stored.length);
  for (const [index, { status, stdout, stderr }] of results.entries()) {
    if (status === 0) {
      expect(stored).toContain(wanted[index]);
      expect(JSON.parse(stdout)).toMatchObject({ displayName: wanted[index] });
      continue;
    }
    expect(status, stderr).toBe(4);
    const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
    expect(error.code).toBe('DATABASE_UNAVAILABLE');
    if (!/it is not known whether/.test(error.message)) expect(stored).not.toContain(wanted[index]);
  }
  const failed = results.filter(({ status }) => status !== 0).length;
  process.stderr.write(`${results.length} commands, ${failed} failed, ${stored.length} rows\n`);
}
