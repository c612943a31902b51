import { expect, test } from 'vitest';
import { addCommand } from '../support/samples.ts';
import { done, eachOf } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';

const names = Array.from({ length: 24 }, (_, index) => `board ${index}`);

/** What befalls the first node in the middle of a command. */
export interface Blow {
  strike(cluster: Cluster): Promise<void>;
  /** Whether every command has to go on elsewhere. */
  isFatal: boolean;
  /** Brings the node back. */
  mend(cluster: Cluster): Promise<void>;
}

export const kill: Blow = {
  strike: ({ nodes }) => nodes[0].kill(),
  isFatal: true,
  mend: ({ nodes }) => nodes[0].start(),
};

/** Commands that write for a while. */
export function longRuns(cluster: Cluster, { strike, isFatal, mend }: Blow): void {
  let striking: Promise<void> | undefined;
  const fragile = (at: RegExp) =>
    cluster.strike(at, () => {
      striking = strike(cluster);
    });

  const count = 400;
  const manifest = JSON.stringify({
    tenant: 'Acme',
    tickets: Array.from({ length: count }, (_, index) => ({
      name: `board ${index}`,
      type: 'linear',
      linearApiKey: `value:lin_api_${String(index).padStart(40, '0')}`,
      linearTeamId: 'MOB',
    })),
  });

  /** Each host that was left was told, and nothing twice. */
  function expectWarnings(stderr: string, address: string) {
    const warnings = stderr.match(/^warning: .*$/gm) ?? [];
    if (isFatal) expect(warnings.join('\n')).toContain(`The database host ${address} cannot be used: `);
    expect(new Set(warnings).size).toBe(warnings.length);
  }

  test.each([
    ['before it writes', /select .* for update/i],
    ['while it writes', /insert into `tenant_ticket/],
    ['at its end', /COMMIT/],
  ])('apply, %s: all of it is stored once, and told once', async (_, at) => {
    const { address, env } = await fragile(at);
    const apply = (over: object) =>
      done(cluster.box.runWith({ ...over, input: manifest, timeout: 90_000 }, 'apply', '-f', '-', '--json'));
    const applied = await apply({ env });
    expectWarnings(applied.stderr, address);
    const items: { action: string; result: string }[] = applied.json();
    expect(items.filter((item) => item.action === 'create' && item.result === 'done')).toHaveLength(count);

    expect(striking).toBeDefined();
    await striking;
    await mend(cluster);
    for (const node of cluster.nodes) {
      const rows = await cluster.select(node, 'displayName FROM tenant_ticket_integrations');
      expect(new Set(rows.map(({ displayName }) => displayName)).size).toBe(count);
      expect(rows).toHaveLength(count);
    }
    const creations = "id FROM tenant_integration_history WHERE action = 'create' AND category = 'ticket'";
    expect(await cluster.select(cluster.nodes[0], creations)).toHaveLength(count);
    const again: { action: string }[] = (await apply({})).json();
    expect(again.filter(({ action }) => action !== 'none')).toEqual([]);
  });

  test.each([
    ['before it writes', /BEGIN/],
    ['while it writes', /UPDATE tenant_ticket_integrations SET/],
    ['at its end', /COMMIT/],
  ])('key rotate, %s: every value opens, and under the new key', async (_, at) => {
    await eachOf(names, (name) => {
      const { args, env } = addCommand('linear', name);
      return done(cluster.box.runWith({ env }, ...args));
    });
    const [old]: { kid: string }[] = (await done(cluster.box.run('key', 'list', '--json'))).json();
    const { address, env } = await fragile(at);
    const rotated = await done(cluster.box.runWith({ env, timeout: 90_000 }, 'key', 'rotate', '--json'));
    expectWarnings(rotated.stderr, address);
    expect(rotated.json()).toEqual([
      expect.objectContaining({ active: true, rows: names.length }),
      expect.objectContaining({ kid: old?.kid, active: false, rows: 0 }),
    ]);

    expect(striking).toBeDefined();
    await striking;
    await mend(cluster);
    await done(cluster.box.run('key', 'remove', old?.kid ?? ''));
    // It opens every value.
    const checks: { severity: string }[] = (await done(cluster.box.run('doctor', '--json'))).json();
    expect(checks.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
}
