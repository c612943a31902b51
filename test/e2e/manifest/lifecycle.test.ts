import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { categoryList } from '../../../src/core/category.ts';
import { providers } from '../../../src/providers/index.ts';
import type { CliResult, Sandbox } from '../../support/cli.ts';
import { type Engine, forEachEngine } from '../../support/engines.ts';
import { type Example, example } from '../../support/manifest.ts';
import { tracer } from '../../support/traces.ts';
import { done, workspace } from '../../support/workspace.ts';

interface Item {
  action: string;
  tenant: string;
  category: string;
  name: string;
  type: string;
  fields: { name: string; before: unknown; after: unknown }[];
  result?: string;
  error?: { code: string; message: string };
}

/** How many items there are of each action. */
function counted(items: readonly Item[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of items) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}

/** Two tenants with all providers each. */
async function twoTenants(engine: Engine): Promise<{ box: Sandbox; given: Example; run: Run }> {
  const box = await workspace(engine);
  await done(box.run('tenant', 'add', 'Bmce'));
  const given = example(box);
  write(given, `${given.text}\n---\n${given.text.replace('tenant: Acme', 'tenant: Bmce')}`);
  const run: Run = (...args) => box.runWith({ env: given.env }, ...args);
  return { box, given, run };
}

type Run = (...args: string[]) => Promise<CliResult>;

function write({ path }: Example, text: string): void {
  writeFileSync(path, text);
}

forEachEngine((engine) => {
  test('all providers in two tenants: plan, apply, plan, change, prune, export and back', async () => {
    const { box, given, run } = await twoTenants(engine);
    const { path } = given;
    const find = tracer(given.credentials.map(({ column, core }) => ({ name: column, value: core })));
    const answers: string[] = [];
    const json = async (...args: string[]): Promise<Item[]> => {
      const { stdout, stderr } = await done(run(...args, '--json', '--debug'));
      answers.push(stdout, stderr);
      return JSON.parse(stdout);
    };

    const before = await json('plan', '-f', path);
    expect(counted(before)).toEqual({ create: 2 * providers.length });
    expect(before[0]).toMatchObject({
      action: 'create',
      tenant: 'Acme',
      category: 'scm',
      name: 'mobile',
      type: 'github',
    });
    expect(before[0]?.fields).toContainEqual({ name: 'accessToken', before: null, after: 'changed' });
    expect(await run('plan', '-f', path, '--detailed-exitcode')).toMatchObject({ status: 2, stderr: '' });
    expect((await done(box.run('scm', 'list', '--all-tenants', '--json'))).json()).toEqual([]);

    const applied = await json('apply', '-f', path);
    expect(applied.map(({ result }) => result)).toEqual(Array(28).fill('done'));
    expect(applied.map(({ result: _, ...item }) => item)).toEqual(before);
    expect(counted(await json('plan', '-f', path))).toEqual({ none: 28 });
    expect(await run('plan', '-f', path, '--detailed-exitcode')).toMatchObject({ status: 0 });
    const again = await json('apply', '-f', path);
    expect(again.map(({ action, result }) => [action, result])).toEqual(Array(28).fill(['none', 'skipped']));

    const changed = given.text
      .replace('jiraProjectKey: MOB', 'jiraProjectKey: WEB')
      .replace('jiraApiToken: env:ACME_JIRA_TOKEN', 'jiraApiToken: env:ACME_SLACK_TOKEN')
      .replace('defaultBranch: master', 'defaultBranch: null')
      .replace(/ {2}- name: operations[\s\S]*/, '');
    write(given, changed);
    expect((await json('plan', '-f', path)).filter(({ action }) => action !== 'none')).toEqual(
      [
        update('scm', 'legacy', 'bitbucket', ['defaultBranch', 'master', null]),
        update('ticket', 'board', 'jira', ['jiraApiToken', 'set', 'changed'], ['jiraProjectKey', 'MOB', 'WEB']),
      ].map((item) => ({
        ...item,
        fields: expect.arrayContaining(item.fields),
      })),
    );
    expect(counted(await json('plan', '-f', path, '--prune'))).toEqual({ none: 11, update: 2, delete: 1 });
    expect(counted(await json('apply', '-f', path))).toEqual({ none: 11, update: 2 });
    const pruned = await json('apply', '-f', path, '--prune');
    expect(pruned.filter(({ action }) => action !== 'none')).toEqual([
      {
        action: 'delete',
        tenant: 'Acme',
        category: 'ticket',
        name: 'operations',
        type: 'azure-devops',
        fields: [],
        result: 'done',
      },
    ]);

    const exported = (await done(run('export', '--all-tenants'))).stdout;
    expect(parseAllDocuments(exported).map((document) => document.toJS().tenant)).toEqual(['Acme', 'Bmce']);
    const replanned = await box.runWith({ input: exported }, 'plan', '-f', '-', '--prune', '--json');
    expect(counted(replanned.json())).toEqual({ none: 27 });
    expect((await done(run('export', '--all-tenants'))).stdout).toBe(exported);

    await done(box.run('tenant', 'remove', 'Bmce', '--yes'));
    expect((await done(box.run('scm', 'list', '--json'))).json()).toHaveLength(3);
    answers.push(exported, (await done(run('export', '--credentials', 'env'))).stdout);
    expect(answers.flatMap(find)).toEqual([]);
    expect(find(await engine.dump(box))).toEqual([]);
  });

  test('what an export holds goes into an empty database, with the credentials given', async () => {
    const { given, run } = await twoTenants(engine);
    await done(run('apply', '-f', given.path, '--parallel', '4'));
    const exported = (await done(run('export', '--credentials', 'env', '-o', 'json'))).stdout;
    const document = JSON.parse(exported);
    const variables = [...exported.matchAll(/"(\w+)": "env:(\w+)"/g)];
    expect(new Set(variables.map(([, , name]) => name)).size).toBe(variables.length);

    const other = await workspace(engine);
    const items: Record<string, string>[] = Object.values(document).flat() as never;
    const env = Object.fromEntries(
      variables.map(([, column, name]) => {
        const type = items.find((item) => Object.values(item).includes(`env:${name}`))?.['type'];
        return [name, given.credentials.find((each) => each.column === column && each.provider === type)?.value];
      }),
    );
    const options = { env, input: exported };
    await done(other.runWith(options, 'apply', '-f', '-'));
    expect((await done(other.run('export', '--credentials', 'env', '-o', 'json'))).stdout).toBe(exported);
    const plan = await other.runWith(options, 'plan', '-f', '-', '--json');
    expect(counted(plan.json())).toEqual({ none: providers.length });
    for (const { name } of categoryList) expect((await done(other.run(name, 'list', '--json'))).json()).not.toEqual([]);
  });

  test('a plan is written to a new file, and through no link', async () => {
    const { box, given, run } = await twoTenants(engine);
    const [victim, link] = [`${box.root}/victim`, `${box.root}/link`];
    writeFileSync(victim, 'theirs');
    symlinkSync(victim, link);
    symlinkSync(`${box.root}/not-yet`, `${box.root}/dangling`);
    for (const path of [victim, link, `${box.root}/dangling`]) {
      const refusal = await run('plan', '-f', given.path, '--out', path, '--json');
      expect([refusal.status, refusal.error().code]).toEqual([6, 'CONFLICT']);
    }
    expect(readFileSync(victim, 'utf8')).toBe('theirs');
    expect(existsSync(`${box.root}/not-yet`)).toBe(false);
    await done(run('plan', '-f', given.path, '--out', `${box.root}/new.plan`));
    expect(statSync(`${box.root}/new.plan`).mode & 0o777).toBe(0o600);
  });

  test('a reviewed plan is applied as it is, or not at all', async () => {
    const { box, given, run } = await twoTenants(engine);
    const plan = `${box.root}/reviewed.plan`;
    await done(run('plan', '-f', given.path, '--out', plan));
    const other = { env: { ...given.env, ACME_JIRA_TOKEN: 'another-token-of-the-same-field' } };
    const refusal = await box.runWith(other, 'apply', '-f', given.path, '--plan', plan, '--json');
    expect([refusal.status, refusal.stdout, refusal.error().code]).toEqual([6, '', 'CONFLICT']);
    await done(run('tenant', 'list'));
    await done(run('apply', '-f', given.path, '--plan', plan));
    const late = await run('apply', '-f', given.path, '--plan', plan, '--json');
    expect([late.status, late.error().message]).toEqual([
      6,
      expect.stringMatching(/^what is stored of the tenant "Acme" has changed/),
    ]);

    rmSync(plan);
    await done(run('plan', '-f', given.path, '--out', plan));
    await done(box.run('scm', 'disable', 'mobile', '--tenant', 'Bmce'));
    const changed = await run('apply', '-f', given.path, '--plan', plan, '--json');
    expect([changed.status, changed.error().message]).toEqual([
      6,
      expect.stringMatching(/^what is stored of the tenant "Bmce" has changed/),
    ]);
    write(given, given.text);
    expect((await run('apply', '-f', given.path, '--plan', plan)).status).toBe(6);
  });
});

function update(category: string, name: string, type: string, ...fields: [string, unknown, unknown][]): Item {
  return {
    action: 'update',
    tenant: 'Acme',
    category,
    name,
    type,
    fields: fields.map(([field, before, after]) => ({ name: field, before, after })),
  };
}
