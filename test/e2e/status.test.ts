import { beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { forEachEngine } from '../support/engines.ts';
import { addSample, done, refused, workspace } from '../support/workspace.ts';

forEachEngine((engine) => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(engine);
    await done(box.run('tenant', 'add', 'Globex'));
    await done(box.run('tenant', 'add', 'Initech'));
    await addSample(box, 'github', 'code');
    await addSample(box, 'github', 'other', '--tenant', 'Globex', '--disabled');
    await addSample(box, 'app-store', 'app', '--tenant', 'Globex');
    const uses = ['--scm', 'other', '--target', 'app', '--tenant', 'Globex'];
    await addSample(box, 'github-actions', 'build', ...uses);
  });

  test('--all-tenants says of each tenant what status says of one', async () => {
    const all = (await done(box.run('status', '--all-tenants', '--json'))).json();
    const each = await Promise.all(
      all.map(async ({ tenant }: { tenant: { id: string } }) =>
        (await done(box.run('status', '--tenant', tenant.id, '--json'))).json(),
      ),
    );
    expect(all).toEqual(each);
    const ids = all.map(({ tenant }: { tenant: { id: string } }) => tenant.id);
    expect((await done(box.run('status', '--all-tenants', '-o', 'name'))).stdout).toBe(`${ids.join('\n')}\n`);
    const { stdout } = await done(box.run('status', '--all-tenants', '-o', 'jsonl'));
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(all);
  });

  test('people get the totals, one line a tenant', async () => {
    const { stdout } = await done(box.run('status', '--all-tenants'));
    const [header, ...rows] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(header).toEqual(['TENANT', 'TOTAL', 'VALID', 'NOT VERIFIED', 'INVALID', 'EXPIRED', 'OFF', 'PIPELINES']);
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(
      expect.arrayContaining([
        ['Acme', '1', '-', '1', '-', '-', '-', '-'],
        ['Globex', '3', '-', '3', '-', '-', '1', '1 of 1 stopped'],
        ['Initech', '0', '-', '-', '-', '-', '-', '-'],
      ]),
    );
    expect((await refused(box.run('status', '--all-tenants', '--all', '--json'))).status).toBe(64);
  });
});
