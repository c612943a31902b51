import { expect, test } from 'vitest';
import { addCommand } from '../support/samples.ts';
import { done } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';
import { counters } from './counters.ts';

/** A cluster each of whose nodes may write. */
export function anyNode(cluster: Cluster): void {
  test('a node that became read-only is left by the command that wants to write', async () => {
    const [first, second] = cluster.nodes;
    await first.query('SET GLOBAL read_only = 1');
    try {
      const { args, env } = addCommand('linear', 'board');
      const result = await done(cluster.box.runWith({ env }, ...args));
      expect(result.stderr).toContain(
        `warning: The database host ${first.address} cannot be used: the server is read-only. Continuing with ${second.address}.\n`,
      );
      const rows = await cluster.select(first, 'displayName FROM tenant_ticket_integrations');
      expect(rows).toEqual([{ displayName: 'board' }]);
    } finally {
      await first.query('SET GLOBAL read_only = 0');
    }
  });

  /** How often nodes have refused what another one stored first. */
  async function refusals(): Promise<number> {
    const sql = "SHOW STATUS WHERE Variable_name IN ('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')";
    const counts = await Promise.all(cluster.nodes.map((node) => node.query(sql)));
    return counts.flat().reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  test('transactions that meet at different nodes are repeated: each counts once', async () => {
    const { open, count, stored } = await counters(cluster);
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
}
