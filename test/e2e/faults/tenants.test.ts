import { beforeAll, expect, test } from 'vitest';
import { type CategoryName, categories, categoryList } from '../../../src/core/category.ts';
import type { Sandbox } from '../../support/cli.ts';
import { type Engine, forEachEngine } from '../../support/engines.ts';
import { addCommand, credentialFlags, sampleOf } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

const providers = {
  scm: 'github',
  target: 'app-store',
  pipeline: 'github-actions',
  communication: 'slack',
  ticket: 'jira',
};

/** Two tenants side by side; with B active nothing of A can be read, named, linked or changed. */
forEachEngine((engine) => {
  let box: Sandbox;
  let ofA: Record<CategoryName, { id: string; tenantId: string }>;

  beforeAll(async () => {
    box = await workspace(engine);
    await done(box.run('tenant', 'add', 'B'));
    const add = (category: CategoryName, name: string, ...flags: string[]) =>
      addSample(box, providers[category], name, ...flags);
    ofA = {
      scm: await add('scm', 'code'),
      target: await add('target', 'app'),
      communication: await add('communication', 'chat'),
      ticket: await add('ticket', 'board'),
      pipeline: await add('pipeline', 'build'),
    };
    await done(box.run('tenant', 'use', 'B'));
    await add('scm', 'b code');
    await add('target', 'b app');
    await add('pipeline', 'b build', '--scm', 'b code', '--target', 'b app');
  });

  const names = { scm: 'code', target: 'app', pipeline: 'build', communication: 'chat', ticket: 'board' };

  test('no verb finds them, by name, id or a part of it', async () => {
    const before = await rowsOf(engine, box);
    const lines = categoryList.flatMap(({ name: category }) => {
      const { id } = ofA[category];
      const sample = sampleOf(providers[category]);
      const change = [...sample.change.flags, ...credentialFlags(sample).flags];
      return [
        [category, 'show', names[category]],
        [category, 'show', id.slice(-12)],
        [category, 'show', id, '--reveal', '--yes'],
        [category, 'update', id, ...change],
        [category, 'enable', id],
        [category, 'disable', id],
        [category, 'remove', id, '--yes', ...(category === 'scm' ? ['--cascade'] : [])],
        [category, 'remove', names[category], '--yes'],
      ];
    });
    await eachOf([...lines, ['pipeline', 'link', ofA.pipeline.id, '--scm', 'b code']], async (line) => {
      const env = credentialFlags(sampleOf(providers[line[0] as CategoryName])).env;
      const refusal = await refused(box.runWith({ env }, ...line, '--json'));
      expect([line.join(' '), refusal.status, refusal.code]).toEqual([line.join(' '), 7, 'NOT_FOUND']);
      expect(refusal.message).toMatch(/ in tenant "B"$/);
    });
    expect(await rowsOf(engine, box)).toEqual(before);
  });

  test('no pipeline can be made of them or linked to them', async () => {
    const before = await rowsOf(engine, box);
    for (const [flag, own, foreign] of [
      ['--scm', ['--target', 'b app'], ofA.scm.id],
      ['--target', ['--scm', 'b code'], ofA.target.id],
    ] as const) {
      const { args, env } = addCommand('github-actions', 'crossing', ...own, flag, foreign);
      const lines = [
        args,
        ['pipeline', 'link', 'b build', flag, foreign],
        ['pipeline', 'update', 'b build', flag, foreign],
      ];
      for (const line of lines) {
        expect(await refused(box.runWith({ env }, ...line, '--json'))).toMatchObject({ status: 7, code: 'NOT_FOUND' });
      }
    }
    expect(await rowsOf(engine, box)).toEqual(before);
  });

  test('lists, status and graph show none of them; --all-tenants shows all', async () => {
    const lines = [
      ...categoryList.map(({ name }) => [name, 'list']),
      ['status'],
      ['graph'],
      ['pipeline', 'list', '--include', 'scm,target'],
    ];
    const ids = Object.values(ofA).map(({ id }) => id);
    await eachOf(lines, async (line) => {
      const { stdout } = await done(box.run(...line, '--json'));
      expect(
        ids.filter((id) => stdout.includes(id)),
        line.join(' '),
      ).toEqual([]);
    });
    const after = await done(box.run('scm', 'list', '--after', ofA.scm.id, '-o', 'name'));
    expect(after.stdout.trim().split('\n')).toHaveLength(1);
    expect((await done(box.run('scm', 'list', '--all-tenants', '-o', 'name'))).stdout).toContain(ofA.scm.id);
  });

  test('the database itself refuses a pipeline across tenants', async () => {
    const { table } = categories.pipeline;
    const link = (column: string, id: string) =>
      engine.sql(box, `UPDATE ${table} SET ${column} = ? WHERE displayName = 'b build'`, [id]);
    await expect(link('scmIntegrationId', ofA.scm.id)).rejects.toThrow(/foreign key/i);
    await expect(link('targetIntegrationId', ofA.target.id)).rejects.toThrow(/foreign key/i);
  });

  test('removing B leaves A as it was', async () => {
    const ofTenantA = (rows: Awaited<ReturnType<typeof rowsOf>>) =>
      rows.filter((row) => row['tenantId'] === ofA.scm.tenantId);
    const before = ofTenantA(await rowsOf(engine, box));
    await done(box.run('tenant', 'remove', 'B', '--yes'));
    expect(await rowsOf(engine, box)).toEqual(before);
  });
});

async function rowsOf(engine: Engine, box: Sandbox) {
  const rows = await Promise.all(
    categoryList.map(({ table }) => engine.sql(box, `SELECT * FROM ${table} ORDER BY id`)),
  );
  return rows.flat();
}
