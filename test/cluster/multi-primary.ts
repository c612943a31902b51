import { expect, test } from 'vitest';
import type { ClusterNode } from '../support/clusters/cluster.ts';
import type { Group } from '../support/clusters/group-replication.ts';
import { proxyFor } from '../support/proxy.ts';
import { refused } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';
import { counters } from './counters.ts';

/** A group each of whose members may write. */
export function multiPrimary(cluster: Cluster<Group>): void {
  test('is refused in words, and nothing is written', async () => {
    await cluster.renew();
    await cluster.servers.setMode('multi-primary');
    try {
      for (const args of [['init'], ['db', 'migrate'], ['db', 'status'], ['tenant', 'list']]) {
        expect(await refused(cluster.box.run(...args, '--no-input', '--json'))).toMatchObject({
          status: 4,
          code: 'DATABASE_UNAVAILABLE',
          message: expect.stringContaining('its replication group is in multi-primary mode'),
        });
      }
      const tables = await cluster.nodes[0].query('SELECT * FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?', [
        cluster.name,
      ]);
      expect(tables).toEqual([]);
    } finally {
      await cluster.servers.setMode('single-primary');
    }
  });

  test('refuses what another member stored first (3101): it is repeated, and counts once', async () => {
    const { open, count, stored } = await counters(cluster);
    const [first, second] = cluster.nodes;
    // They are not to know what group it is.
    const rename = ['group_replication_group_name', 'group_replication_other_name'] as const;
    const blind = async (node: ClusterNode) => open(await proxyFor(cluster.at(node), { rename }));
    const databases = [await blind(first), await blind(second)];
    await cluster.servers.setMode('multi-primary');
    try {
      const before = await conflicts();
      const marks: string[] = [];
      await Promise.all(
        databases.map(async (database) => {
          for (let round = 0; round < 100; round += 1) marks.push(await count(database));
        }),
      );
      expect(await stored(first)).toEqual({ n: 200, marks: marks.sort() });
      expect(await conflicts()).toBeGreaterThan(before);
    } finally {
      await cluster.servers.setMode('single-primary');
    }
  });

  /** How many transactions the members have refused. */
  async function conflicts(): Promise<number> {
    const stats = 'performance_schema.replication_group_member_stats WHERE MEMBER_ID = @@server_uuid';
    const counts = await Promise.all(
      cluster.nodes.map((node) => node.query(`SELECT COUNT_CONFLICTS_DETECTED AS n FROM ${stats}`)),
    );
    return counts.flat().reduce((sum, { n }) => sum + Number(n), 0);
  }
}
