import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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

async function names(node: GaleraNode, table = 'tenant_ticket_integrations'): Promise<unknown[]> {
  await node.query('SET SESSION wsrep_sync_wait = 1');
  const rows = await node.query(`SELECT displayName FROM \`${databaseOf(box)}\`.${table} ORDER BY id`);
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
  for (let round = 0; round < 10; round += 1) {
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
