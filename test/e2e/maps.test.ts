import { beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { forEachEngine } from '../support/engines.ts';
import { addSample, done, refused, workspace } from '../support/workspace.ts';

/* A credential that somebody put into a pipeline's environment, where it is stored as it is. */

const secret = 'sentinel-of-a-deploy-token';

forEachEngine((engine) => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(engine);
    await addSample(box, 'github', 'code');
    await addSample(box, 'app-store', 'app');
    const uses = ['--scm', 'code', '--target', 'app', '--workflow-path', '.github/workflows/x.yml'];
    const add = ['pipeline', 'add', 'github-actions', '--name', 'build', ...uses];
    expect((await done(box.run(...add, '--env', `DEPLOY_TOKEN=${secret}`))).stderr).toContain('DEPLOY_TOKEN');
    await done(box.run('pipeline', 'update', 'build', '--env', `DEPLOY_TOKEN=${secret}2`));
    await done(box.run('pipeline', 'update', 'build', '--env', 'DEPLOY_TOKEN=', '--env', 'LANE=beta'));
  });

  test('the history keeps the names of a map alone', async () => {
    const { stdout } = await done(box.run('history', 'build', '--json'));
    expect(stdout).not.toContain(secret);
    const [removed, changed, created] = JSON.parse(stdout).map(({ fields }: { fields: { name: string }[] }) =>
      fields.find(({ name }) => name === 'environmentVariables'),
    );
    expect([removed, changed, created]).toEqual([
      { name: 'environmentVariables', before: ['DEPLOY_TOKEN'], after: ['LANE'] },
      { name: 'environmentVariables', changed: true },
      { name: 'environmentVariables', before: null, after: ['DEPLOY_TOKEN'] },
    ]);
    expect((await done(box.run('history', 'build'))).stdout).toContain('["DEPLOY_TOKEN"] -> ["LANE"]');
  });

  test('a plan shows such a value as sensitive, before and after', async () => {
    const plan = async (variables: string, ...more: string[]) => {
      const input = `tenant: Acme\npipelines: [{ name: build, type: github-actions, environmentVariables: ${variables} }]\n`;
      return done(box.runWith({ input }, 'plan', '-f', '-', ...more));
    };
    const dense = 'Zq7XkW9vJd3BxR5mN2tY8sLc4HfP6aGe';
    const variables = `{ LANE: beta, API_KEY: ${secret}, OTHER: ${dense} }`;
    for (const more of [[], ['--json'], ['--no-credentials']]) {
      const { stdout, stderr } = await plan(variables, ...more);
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).not.toContain(dense);
      expect(stdout).toContain('(sensitive)');
      expect(stdout).toContain('beta');
    }
    const input = `tenant: Acme\npipelines: [{ name: build, type: github-actions, environmentVariables: ${variables} }]\n`;
    const applied = await done(box.runWith({ input }, 'apply', '-f', '-', '--json'));
    expect(applied.stdout).not.toContain(secret);
    expect((await plan('{ LANE: beta }', '--json')).stdout).not.toContain(secret);
    expect((await done(box.run('history', '--json'))).stdout).not.toContain(secret);
  });

  test('history purge deletes what is older, asks first, and is told itself', async () => {
    const rows = async () => (await done(box.run('history', '--all-tenants', '--json'))).json();
    const before = (await rows()).length;
    const purge = (...more: string[]) => box.run('history', 'purge', ...more, '--json', '--no-input');
    expect(await refused(purge())).toMatchObject({ status: 64, field: 'before' });
    expect(await refused(purge('--before', '2099-01-01'))).toMatchObject({ status: 64, code: 'USAGE' });
    expect(await refused(purge('--before', 'soon', '--yes'))).toMatchObject({ status: 64 });
    expect((await done(purge('--before', '2000-01-01', '--yes'))).json()).toEqual({
      before: '2000-01-01T00:00:00Z',
      removed: 0,
    });
    expect((await rows()).length).toBe(before + 1);

    const purged = (await done(purge('--before', '2099-01-01', '--yes'))).json();
    expect(purged.removed).toBeGreaterThan(3);
    const [told, ...others] = (await rows()) as { action: string; category: string; command: string }[];
    expect(told).toMatchObject({ action: 'purge', category: 'history', command: 'history purge' });
    // What is of no tenant stays, until all of them are meant.
    expect(others.every((row) => (row as { tenantId?: unknown }).tenantId === null)).toBe(true);
    await done(purge('--before', '2099-01-01', '--all-tenants', '--yes'));
    expect(await rows()).toHaveLength(1);
    expect((await done(box.run('history', 'build', '--json'))).json()).toEqual([]);
  });
});
