import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { counters } from './counters.ts';

/** Transactions that meet, or lose their node. */
export function transactions(cluster: Cluster): void {
  test('in the middle of which their node is killed count once', async () => {
    const { open, count, stored } = await counters(cluster);
    const marks: string[] = [];
    let over: Promise<void> | undefined;
    const write = async () => {
      const database = await open(...cluster.nodes);
      for (let round = 0; round < 100; round += 1) {
        marks.push(await count(database));
        // What the product waits for has to outlast the others' patience, too.
        if (marks.length === 150) over = cluster.nodes[0].kill('in its time');
      }
    };
    await Promise.all([write(), write(), write(), write()]);
    await over;
    expect(await stored(cluster.nodes[1])).toEqual({ n: 400, marks: marks.sort() });
    await cluster.nodes[0].start();
    expect(await stored(cluster.nodes[0])).toEqual({ n: 400, marks });
  });

  test('are read at once at another node, which waits for them', async () => {
    const { open, count } = await counters(cluster);
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
