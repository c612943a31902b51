import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { readLocation } from '../../src/db/location.ts';
import type { Database } from '../../src/db/queries.ts';
import { addWitness } from '../../src/db/witness.ts';
import { atEnd } from '../support/at-end.ts';
import type { GaleraNode } from '../support/galera.ts';
import type { Cluster } from './cluster.ts';

/** Transactions that meet, or lose their node. */
export function transactions(cluster: Cluster): void {
  async function open(...nodes: readonly GaleraNode[]): Promise<Database> {
    const { INTEGRATIONS_DATABASE_URL: url = '' } = cluster.at(...nodes).env;
    const password = cluster.box.env['INTEGRATIONS_DATABASE_PASSWORD'];
    const database = await openDatabase(readLocation(url, password, 'the test'));
    atEnd(() => database.close());
    return database;
  }

  beforeEach(async () => {
    const [node] = cluster.nodes;
    await node.query(`CREATE TABLE \`${cluster.name}\`.counter (id INT PRIMARY KEY, n INT NOT NULL)`);
    await node.query(`CREATE TABLE \`${cluster.name}\`.marks (id CHAR(36) PRIMARY KEY)`);
    await node.query(`INSERT INTO \`${cluster.name}\`.counter VALUES (1, 0)`);
  });

  /** Counts up in the one row, and leaves a mark of its own, by which it is recognized. */
  function count(database: Database): Promise<string> {
    return database.transaction(async (queries) => {
      const id = randomUUID();
      await queries('counter').where({ id: 1 }).increment('n');
      await queries('marks').insert({ id });
      addWitness(queries, { table: 'marks', id });
      return id;
    });
  }

  async function stored(node: GaleraNode) {
    const [counter] = await cluster.select(node, 'n FROM counter');
    const marks = await cluster.select(node, 'id FROM marks');
    return { n: counter?.['n'], marks: marks.map(({ id }) => String(id)).sort() };
  }

  /** How often nodes have refused what another one stored first. */
  async function refusals(): Promise<number> {
    const sql = "SHOW STATUS WHERE Variable_name IN ('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')";
    const counts = await Promise.all(cluster.nodes.map((node) => node.query(sql)));
    return counts.flat().reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  test('that meet at different nodes are repeated: each counts once', async () => {
    const before = await refusals();
    const marks: string[] = [];
    await Promise.all(
      cluster.nodes.map(async (node) => {
        const database = await open(node);
        for (let round = 0; round < 30; round += 1) marks.push(await count(database));
      }),
    );
    expect(await stored(cluster.nodes[0])).toEqual({ n: 90, marks: marks.sort() });
    expect(await refusals()).toBeGreaterThan(before);
  });

  test('in the middle of which their node is killed count once', async () => {
    const marks: string[] = [];
    let over: Promise<void> | undefined;
    const write = async () => {
      const database = await open(...cluster.nodes);
      for (let round = 0; round < 100; round += 1) {
        marks.push(await count(database));
        if (marks.length === 150) over = cluster.nodes[0].kill();
      }
    };
    await Promise.all([write(), write(), write(), write()]);
    await over;
    expect(await stored(cluster.nodes[1])).toEqual({ n: 400, marks: marks.sort() });
    await cluster.nodes[0].start();
    expect(await stored(cluster.nodes[0])).toEqual({ n: 400, marks });
  });

  test('are read at once at another node, which waits for them', async () => {
    const [first, , third] = cluster.nodes;
    const [writer, reader] = [await open(first), await open(third)];
    await reader.queries('marks').select();
    const release = await third.hold();
    const mark = await count(writer);
    let isRead = false;
    const reading = reader
      .queries('marks')
      .select('id')
      .then((rows) => {
        isRead = true;
        return rows;
      });
    await sleep(500);
    expect(isRead).toBe(false);
    await release();
    expect(await reading).toEqual([{ id: mark }]);
  });
}
