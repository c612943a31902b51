import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { addSample, done, workspace } from '../../support/workspace.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Applies documents, with every credential given on standard input. */
async function apply(box: Sandbox, documents: readonly { [key: string]: Json }[], ...flags: string[]) {
  const input = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  const result = await runHere(box, { input }, 'apply', '-f', '-', '--json', ...flags);
  return {
    ...result,
    items: result.stdout === '' ? [] : JSON.parse(result.stdout),
    error: () => JSON.parse(result.stderr.trimEnd().split('\n').at(-1) ?? '').error,
  };
}

function scm(name: string, organization: string, more: { [key: string]: Json } = {}): { [key: string]: Json } {
  const repositoryUrl = 'https://gitlab.com/acme/mobile';
  return {
    name,
    type: 'gitlab',
    organization,
    repositoryUrl,
    accessToken: 'value:glpat-aaaaaaaaaaaaaaaaaaaa',
    ...more,
  };
}

async function names(box: Sandbox): Promise<Record<string, string>> {
  const rows = (await done(box.run('scm', 'list', '--json'))).json() as { displayName: string; organization: string }[];
  return Object.fromEntries(rows.map(({ displayName, organization }) => [displayName, organization]));
}

forEachEngine((engine) => {
  describe('unique keys', () => {
    test('names and organizations that go round in a circle', async () => {
      const box = await workspace(engine);
      const of = (...pairs: [string, string][]) => [
        { tenant: 'Acme', scm: pairs.map(([name, organization]) => scm(name, organization)) },
      ];
      await apply(box, of(['a', 'one'], ['b', 'two'], ['c', 'three']));
      const before = (await done(box.run('scm', 'list', '--json'))).json();
      const { status, items } = await apply(box, of(['a', 'two'], ['b', 'three'], ['c', 'one'], ['d', 'four']));
      expect([status, items.map(({ action }: { action: string }) => action)]).toEqual([
        0,
        ['update', 'update', 'update', 'create'],
      ]);
      expect(await names(box)).toEqual({ a: 'two', b: 'three', c: 'one', d: 'four' });
      const after = (await done(box.run('scm', 'list', '--json'))).json();
      for (const row of before) {
        const same = after.find(({ id }: { id: string }) => id === row.id);
        expect(same).toMatchObject({ displayName: row.displayName, createdAt: row.createdAt });
      }
    });

    test('with --prune, what is new and equals a row in the unique key is that row under another name', async () => {
      const box = await workspace(engine);
      await apply(box, [{ tenant: 'Acme', scm: [scm('a', 'one'), scm('b', 'two')] }]);
      const [first] = (await done(box.run('scm', 'list', '--json'))).json();
      const wanted = [
        {
          tenant: 'Acme',
          scm: [
            { name: 'b', type: 'gitlab', organization: 'TWO' },
            { name: 'renamed', type: 'gitlab', organization: 'One' },
          ],
        },
      ];
      const refusal = await apply(box, [{ tenant: 'Acme', scm: [scm('renamed', 'one')] }]);
      expect([refusal.status, refusal.error().message]).toEqual([
        6,
        expect.stringMatching(/one SCM integration for each type and organization; "a"/),
      ]);
      const { items } = await apply(box, wanted, '--prune');
      expect(items.map(({ action, name }: { action: string; name: string }) => [action, name])).toEqual([
        ['update', 'b'],
        ['update', 'renamed'],
      ]);
      expect((await done(box.run('scm', 'show', first.id, '--json'))).json()).toMatchObject({
        displayName: 'renamed',
        organization: 'One',
      });
    });

    test('a name that goes from one to another, in one run', async () => {
      const box = await workspace(engine);
      await apply(box, [{ tenant: 'Acme', scm: [scm('a', 'one'), scm('b', 'two')] }]);
      await apply(box, [{ tenant: 'Acme', scm: [scm('b', 'one'), scm('c', 'two')] }], '--prune');
      expect(await names(box)).toEqual({ b: 'one', c: 'two' });
    });

    test('a type that changes under its name wants --prune, and then takes its pipelines along', async () => {
      const box = await workspace(engine);
      await addSample(box, 'app-store', 'app');
      const pipeline = (provider: string, more: { [key: string]: Json } = {}) => ({
        name: 'build',
        type: provider,
        scm: 'code',
        target: 'app',
        ...more,
      });
      const jenkins = {
        jenkinsUrl: 'https://ci.acme.test',
        jenkinsUsername: 'x',
        jenkinsApiToken: 'value:11aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        jenkinsJobPath: 'x',
      };
      await apply(box, [{ tenant: 'Acme', scm: [scm('code', 'one')], pipelines: [pipeline('jenkins', jenkins)] }]);
      const github = {
        ...scm('code', 'one'),
        type: 'github',
        repositoryUrl: 'https://github.com/a/b',
        accessToken: 'value:ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      };
      const refusal = await apply(box, [{ tenant: 'Acme', scm: [github] }]);
      expect([refusal.status, refusal.error().message]).toEqual([
        6,
        expect.stringMatching(/"code" is stored as a GitLab integration, and a type does not change$/),
      ]);
      const used = await apply(box, [{ tenant: 'Acme', scm: [github] }], '--prune');
      expect([used.status, used.error().message]).toEqual([
        6,
        expect.stringMatching(/"code" is used by the pipeline "build"/),
      ]);
      const { status, items } = await apply(
        box,
        [{ tenant: 'Acme', scm: [github], pipelines: [pipeline('jenkins')] }],
        '--prune',
      );
      expect([
        status,
        items.map(({ action, category }: { action: string; category: string }) => `${action} ${category}`),
      ]).toEqual([0, ['create scm', 'delete scm', 'update pipeline']]);
      expect((await done(box.run('pipeline', 'list', '--include', 'scm', '--json'))).json()).toMatchObject([
        { scm: { scmType: 'GITHUB', displayName: 'code' } },
      ]);
    });
  });

  describe('one tenant fails', () => {
    test('it stays as it was, the others go on, and the exit code is that of the first', async () => {
      const box = await workspace(engine);
      for (const name of ['B', 'C']) await done(box.run('tenant', 'add', name));
      await apply(box, [{ tenant: 'B', scm: [scm('old', 'taken')] }]);
      const all = ['Acme', 'B', 'C'].map((tenant) => ({ tenant, scm: [scm('first', 'one'), scm('second', 'taken')] }));
      const { status, items, error } = await apply(box, all, '--parallel', '3');
      expect(status).toBe(6);
      expect(error()).toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/^the tenant "B" is left as it was: <stdin>:\d+:\d+: /),
      });
      const results = items.map(({ tenant, name, result }: Record<string, string>) => `${tenant} ${name} ${result}`);
      expect(results).toEqual([
        'Acme first done',
        'Acme second done',
        'B first skipped',
        'B second failed',
        'C first done',
        'C second done',
      ]);
      expect(items[3].error).toMatchObject({ code: 'CONFLICT' });
      const list = async (tenant: string) =>
        (await done(box.run('scm', 'list', '--json', '--tenant', tenant))).json().length;
      expect([await list('Acme'), await list('B'), await list('C')]).toEqual([2, 1, 2]);
    });

    test('half-way, by the database', async () => {
      const box = await workspace(engine);
      await done(box.run('tenant', 'add', 'B'));
      await apply(box, [{ tenant: 'Acme', scm: [scm('a', 'one'), scm('b', 'two')] }]);
      const refuse = engine.name === 'sqlite' ? "SELECT RAISE(ABORT, 'no')" : "SIGNAL SQLSTATE '45000'";
      await engine.sql(
        box,
        `CREATE TRIGGER refuse BEFORE INSERT ON tenant_ticket_integrations FOR EACH ROW BEGIN ${refuse}; END`,
      );
      const ticket = {
        name: 't',
        type: 'linear',
        linearApiKey: 'value:lin_api_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        linearTeamId: 'A',
      };
      const { status, items } = await apply(
        box,
        [
          { tenant: 'Acme', scm: [scm('a', 'two'), scm('b', 'one')], tickets: [ticket] },
          { tenant: 'B', scm: [scm('a', 'one')] },
        ],
        '--prune',
      );
      expect(status).toBe(engine.name === 'sqlite' ? 6 : 4);
      expect(items.map(({ result }: { result: string }) => result)).toEqual(['failed', 'failed', 'failed', 'done']);
      expect(await names(box)).toEqual({ a: 'one', b: 'two' });
    });
  });

  test('what the manifest does not name is left alone', async () => {
    const box = await workspace(engine);
    await done(box.run('tenant', 'add', 'B'));
    const both = (more: { [key: string]: Json }) => [
      { tenant: 'Acme', ...more },
      { tenant: 'B', ...more },
    ];
    await apply(box, both({ scm: [scm('a', 'one', { defaultBranch: 'trunk', active: false })] }));
    await apply(box, [{ tenant: 'Acme' }], '--prune');
    expect(await names(box)).toEqual({ a: 'one' });
    await apply(box, [{ tenant: 'Acme', scm: [{ name: 'a', type: 'gitlab', organization: 'two' }] }]);
    const [row] = (await done(box.run('scm', 'list', '--json'))).json();
    expect(row).toMatchObject({
      organization: 'two',
      defaultBranch: 'trunk',
      isActive: false,
      credentials: { accessToken: true },
    });
    await apply(box, [{ tenant: 'Acme', scm: [{ name: 'a', type: 'gitlab', defaultBranch: null }] }]);
    expect((await done(box.run('scm', 'show', 'a', '--json'))).json()).toMatchObject({ defaultBranch: null });
    const filtered = await apply(box, both({ scm: [] }), '--prune', '--tenant', 'B');
    expect(filtered.items).toMatchObject([{ action: 'delete', tenant: 'B' }]);
    expect(await names(box)).toEqual({ a: 'two' });
  });

  test('--max-delete is counted over all tenants, before anything is written', async () => {
    const box = await workspace(engine);
    const many = Array.from({ length: 11 }, (_, index) => scm(`s${index}`, `o${index}`));
    await apply(box, [{ tenant: 'Acme', scm: many }]);
    const refusal = await apply(box, [{ tenant: 'Acme', scm: [] }], '--prune');
    expect([refusal.status, refusal.stdout, refusal.error().field]).toEqual([64, '', 'max-delete']);
    expect(Object.keys(await names(box))).toHaveLength(11);
    expect((await apply(box, [{ tenant: 'Acme', scm: [] }], '--prune', '--max-delete', '11')).status).toBe(0);
    expect(await names(box)).toEqual({});
  });

  test('a changed credential voids the verdict; a changed name does not', async () => {
    const box = await workspace(engine);
    await apply(box, [{ tenant: 'Acme', scm: [scm('a', 'one')] }]);
    const status = async () => (await done(box.run('scm', 'list', '--json'))).json()[0].verificationStatus;
    const verify = () => engine.sql(box, "UPDATE tenant_scm_integrations SET verificationStatus = 'VALID'");
    await verify();
    await apply(box, [{ tenant: 'Acme', scm: [scm('renamed', 'one')] }], '--prune');
    expect(await status()).toBe('VALID');
    await apply(box, [
      { tenant: 'Acme', scm: [scm('renamed', 'one', { accessToken: 'value:glpat-bbbbbbbbbbbbbbbbbbbb' })] },
    ]);
    expect(await status()).toBe('NOT_VERIFIED');
  });

  test('the history tells each change under its own name, and nothing of a tenant that failed', async () => {
    const box = await workspace(engine);
    await apply(box, [{ tenant: 'Acme', scm: [scm('a', 'one'), scm('b', 'two')] }]);
    await apply(box, [{ tenant: 'Acme', scm: [scm('a', 'two'), scm('b', 'one')] }]);
    await apply(box, [{ tenant: 'Acme', scm: [scm('c', 'one')] }], '--prune');
    await apply(box, [{ tenant: 'Acme', scm: [scm('d', 'one')] }]);
    const told: {
      action: string;
      displayName: string;
      command: string;
      fields: { name: string; after?: unknown }[];
    }[] = (await done(box.run('history', '--category', 'scm', '--json'))).json();
    expect(told.every(({ command }) => command === 'apply')).toBe(true);
    const lines = told.map(
      ({ action, displayName, fields }) => `${action} ${displayName} ${fields.map(({ name }) => name)}`,
    );
    expect(lines.filter((line) => !line.startsWith('create')).sort()).toEqual([
      'remove a scmType,displayName,organization,repositoryUrl,defaultBranch,accessToken,isActive',
      'update a organization',
      'update b displayName',
      'update b organization',
    ]);
    expect(lines.filter((line) => line.startsWith('create'))).toHaveLength(2);
  });

  test('two at once: no row is doubled, and none fails for the other', async () => {
    const box = await workspace(engine);
    const documents = [
      { tenant: 'Acme', scm: Array.from({ length: 40 }, (_, index) => scm(`s${index}`, `o${index}`)) },
    ];
    const input = JSON.stringify(documents[0]);
    for (let round = 0; round < 3; round += 1) {
      const results = await Promise.all(
        [0, 1, 2].map(() => box.start({ input }, 'apply', '-f', '-', '--json', '--prune', '--max-delete', '40').result),
      );
      for (const { status, stderr } of results) expect([status, stderr]).toEqual([0, '']);
      const items = results.flatMap((result) => result.json());
      expect(items.filter(({ result }: { result: string }) => result === 'done')).toHaveLength(40);
      expect(Object.keys(await names(box))).toHaveLength(40);
      await apply(box, [{ tenant: 'Acme', scm: [] }], '--prune', '--max-delete', '40');
    }
  });
});
