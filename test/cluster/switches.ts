import { describe, expect, test } from 'vitest';
import type { CliResult } from '../support/cli.ts';
import type { GaleraNode } from '../support/galera.ts';
import { proxyFor } from '../support/proxy.ts';
import { addCommand } from '../support/samples.ts';
import { done, eachOf } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';

/** Commands of which a node goes away, or does not serve. */
export function switches(cluster: Cluster): void {
  async function names(node: GaleraNode): Promise<unknown[]> {
    const rows = await cluster.select(node, 'displayName FROM tenant_ticket_integrations ORDER BY id');
    return rows.map(({ displayName }) => displayName);
  }

  test('a node that has lost the others is passed over, with a warning', async () => {
    await cluster.nodes[0].query("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'");
    await expect
      .poll(() => cluster.nodes[0].query("SHOW STATUS LIKE 'wsrep_ready'"), { timeout: 20_000 })
      .toMatchObject([{ Value: 'OFF' }]);
    const { args, env } = addCommand('linear', 'board');
    const result = await done(cluster.box.runWith({ env }, ...args));
    expect(result.stderr).toContain(
      `warning: The database host ${cluster.nodes[0].address} cannot be used: the node is not part of its cluster. Going on with ${cluster.nodes[1].address}.\n`,
    );
    expect(await names(cluster.nodes[1])).toEqual(['board']);
    await cluster.nodes[0].kill();
    await cluster.nodes[0].start();
    expect(await names(cluster.nodes[0])).toEqual(['board']);
  });

  test('a node that became read-only is left by the command that wants to write', async () => {
    await cluster.nodes[0].query('SET GLOBAL read_only = 1');
    try {
      const { args, env } = addCommand('linear', 'board');
      const result = await done(cluster.box.runWith({ env }, ...args));
      expect(result.stderr).toContain(
        `warning: The database host ${cluster.nodes[0].address} cannot be used: the server is read-only. Going on with ${cluster.nodes[1].address}.\n`,
      );
      expect(await names(cluster.nodes[0])).toEqual(['board']);
    } finally {
      await cluster.nodes[0].query('SET GLOBAL read_only = 0');
    }
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
    ['is killed', (node: GaleraNode) => node.kill()],
    ['is shut down', (node: GaleraNode) => node.shutDown()],
  ])('a node that %s while four write', (_, end) => {
    test('nothing is lost, nothing is doubled, and it joins again', async () => {
      const wanted = Array.from({ length: 24 }, (__, index) => `board ${index}`);
      let over: Promise<void> | undefined;
      const results = await eachOf(wanted, (name, index) => {
        if (index === 8) over = end(cluster.nodes[0]);
        const { args, env } = addCommand('linear', name, '--json');
        return cluster.box.runWith({ env }, ...args);
      });
      await over;
      const stored = await names(cluster.nodes[1]);
      expectStored(wanted, results, stored);
      const told = await cluster.select(
        cluster.nodes[1],
        "displayName FROM tenant_integration_history WHERE action = 'create' AND category = 'ticket'",
      );
      expect(told.map(({ displayName }) => displayName).sort()).toEqual([...stored].sort());
      expect(results.some(({ stderr }) => stderr.includes(`host ${cluster.nodes[0].address} cannot be used`))).toBe(
        true,
      );

      await cluster.nodes[0].start();
      expect((await names(cluster.nodes[0])).sort()).toEqual((await names(cluster.nodes[1])).sort());
    });
  });
}

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
