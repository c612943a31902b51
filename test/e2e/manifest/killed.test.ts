import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { type Engine, forEachEngine } from '../../support/engines.ts';
import { done, workspace } from '../../support/workspace.ts';

const tenants = ['Acme', 'B', 'C', 'D'];
const perTenant = 150;
const kills = 8;

/** Every integration of every tenant changes from one version to the next; some go, some come. */
function manifestOf(version: number): string {
  const scm = Array.from({ length: perTenant }, (_, index) => {
    const name = index % 10 === 0 ? `mobile ${index} of ${version}` : `mobile ${index}`;
    const organization = `acme-${index}${index % 10 === 0 ? `-${version}` : ''}`;
    const repositoryUrl = 'https://gitlab.com/acme/mobile';
    return {
      name,
      type: 'gitlab',
      organization,
      repositoryUrl,
      defaultBranch: `v${version}`,
      accessToken: `value:glpat-${'a'.repeat(20)}`,
    };
  });
  return tenants.map((tenant) => JSON.stringify({ tenant, scm })).join('\n---\n');
}

/** The one version that each tenant has, whole. */
async function versions(engine: Engine, box: Sandbox): Promise<string[]> {
  const rows = await engine.sql(
    box,
    `SELECT tenants.displayName AS tenant, defaultBranch AS version, COUNT(*) AS n FROM tenant_scm_integrations
      JOIN tenants ON tenants.id = tenantId GROUP BY tenants.displayName, defaultBranch`,
  );
  for (const { n } of rows) expect(Number(n)).toBe(perTenant);
  expect(new Set(rows.map(({ tenant }) => tenant)).size).toBe(rows.length);
  return rows.map(({ version }) => String(version));
}

/** Waits until a tenant has the version. */
async function begun(engine: Engine, box: Sandbox, version: string): Promise<void> {
  const sql = 'SELECT 1 FROM tenant_scm_integrations WHERE defaultBranch = ? LIMIT 1';
  while ((await engine.sql(box, sql, [version])).length === 0) await sleep(5);
}

const flags = ['apply', '-f', '-', '--prune', '--max-delete', '100000'];

forEachEngine((engine) => {
  test('killed at any moment, every tenant is as before or as the manifest says, and the next apply completes', async () => {
    const box = await workspace(engine);
    for (const name of tenants.slice(1)) await done(box.run('tenant', 'add', name));
    const start = performance.now();
    await done(box.runWith({ input: manifestOf(0) }, ...flags));
    const whole = performance.now() - start;
    const seen = new Set<string>();
    for (let version = 1; version <= kills; version += 1) {
      const running = box.start({ input: manifestOf(version) }, ...flags);
      // Any moment of all that it does; and each other time one between the first tenant that is written and the last.
      if (version % 2 === 0) await begun(engine, box, `v${version}`);
      else await sleep(randomInt(Math.ceil(whole * 1.2)));
      running.child.kill('SIGKILL');
      await running.result;
      const found = await versions(engine, box);
      expect(found).toHaveLength(tenants.length);
      for (const each of found) seen.add(each);
    }
    await done(box.runWith({ input: manifestOf(kills + 1) }, ...flags));
    expect(await versions(engine, box)).toEqual(tenants.map(() => `v${kills + 1}`));
    for (let version = 2; version <= kills; version += 2) expect(seen).toContain(`v${version}`);
  });
});
