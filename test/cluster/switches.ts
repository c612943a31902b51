import { describe, expect, test } from 'vitest';
import type { ClusterNode } from '../support/clusters/cluster.ts';
import { proxyFor } from '../support/proxy.ts';
import { addCommand } from '../support/samples.ts';
import { done, eachOf } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';

/** Commands of which a node goes away, or does not serve. */
export function switches(cluster: Cluster): void {
  async function names(node: ClusterNode): Promise<unknown[]> {
    const rows = await cluster.select(node, 'displayName FROM tenant_ticket_integrations ORDER BY id');
    return rows.map(({ displayName }) => displayName);
  }

  test('a node that has left the others is passed over, with a warning', async () => {
    const [first, second] = cluster.nodes;
    await first.leave();
    const reason =
      cluster.servers.kind === 'galera'
        ? 'the node is not part of its cluster'
        : 'it is not online in its replication group, or the group has lost its majority';
    const { args, env } = addCommand('linear', 'board');
    const result = await done(cluster.box.runWith({ env }, ...args));
    expect(result.stderr).toContain(
      `warning: The database host ${first.address} cannot be used: ${reason}. Continuing with ${second.address}.\n`,
    );
    expect(await names(second)).toEqual(['board']);
    await first.kill();
    await first.start();
    expect(await names(first)).toEqual(['board']);
  });

  test('what a node stored before it could say so is found at another node, and not stored again', async () => {
    const wanted = ['one', 'two', 'three', 'four', 'five'].map((each) => `board ${each}`);
    for (const name of wanted) {
      const proxy = await proxyFor(cluster.at(cluster.nodes[0]), { after: /COMMIT/, once: 'and is gone' });
      const { args, env } = addCommand('linear', name, '--json');
      const at = cluster.at(proxy, cluster.nodes[1]).env;
      await done(cluster.box.runWith({ env: { ...env, ...at } }, ...args));
      expect(proxy.cuts()).toBe(1);
    }
    expect(await names(cluster.nodes[2])).toEqual(wanted);
  });

  describe.each([
    ['is killed, early', 4, (node: ClusterNode) => node.kill()],
    ['is killed', 8, (node: ClusterNode) => node.kill()],
    ['is killed, late', 16, (node: ClusterNode) => node.kill()],
    ['is shut down', 8, (node: ClusterNode) => node.shutDown()],
  ])('a node that %s while four write', (_, at, end) => {
    test('nothing is lost, nothing is doubled, and it joins again', async () => {
      const [first, second] = cluster.nodes;
      const wanted = Array.from({ length: 24 }, (__, index) => `board ${index}`);
      let over: Promise<void> | undefined;
      const results = await eachOf(
        wanted,
        (name, index) => {
          if (index === at) over = end(first);
          const { args, env } = addCommand('linear', name, '--json');
          return cluster.box.runWith({ env, timeout: 90_000 }, ...args);
        },
        4,
      );
      await over;
      for (const [index, { status, stdout, stderr }] of results.entries()) {
        expect(status, stderr).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ displayName: wanted[index] });
      }
      expect((await names(second)).sort()).toEqual([...wanted].sort());
      const told = await cluster.select(
        second,
        "displayName FROM tenant_integration_history WHERE action = 'create' AND category = 'ticket'",
      );
      expect(told.map(({ displayName }) => displayName).sort()).toEqual([...wanted].sort());
      const warning = `host ${first.address} cannot be used`;
      expect(results.some(({ stderr }) => stderr.includes(warning))).toBe(true);

      await first.start();
      expect(await names(first)).toEqual(await names(second));
    });
  });
}
