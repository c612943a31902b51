import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

/** What cli.md says of categories, verbs and references, on rows of the tenant Acme. */
forEachEngine((engine) => {
  let box: Sandbox;
  const json = async (...args: string[]) => (await done(box.run(...args, '--json'))).json();
  const refuse = (...args: string[]) => refused(box.run(...args, '--json'));

  beforeAll(async () => {
    box = await workspace(engine);
  });

  describe('list', () => {
    let scms: { id: string; displayName: string; tenantId: string }[];

    beforeAll(async () => {
      await done(box.run('tenant', 'add', 'Listed'));
      await done(box.run('tenant', 'use', 'Listed'));
      // One after the other, so that the order of the ids is known.
      await addSample(box, 'github', 'zebra');
      await addSample(box, 'gitlab', 'Äpfel', '--disabled');
      await addSample(box, 'bitbucket', 'apples');
      const table = 'tenant_scm_integrations';
      await engine.sql(box, `UPDATE ${table} SET verificationStatus = 'EXPIRED' WHERE displayName = 'zebra'`);
      await addSample(box, 'github', 'elsewhere', '--tenant', 'Acme');
      scms = await json('scm', 'list');
    });

    test('is an array ordered by id, all of it', () => {
      expect(scms.map(({ displayName }) => displayName)).toEqual(['zebra', 'Äpfel', 'apples']);
      expect(scms.map(({ id }) => id)).toEqual(scms.map(({ id }) => id).toSorted());
    });

    test.each([
      [['--type', 'bitbucket'], ['apples']],
      [['--status', 'EXPIRED'], ['zebra']],
      [
        ['--status', 'NOT_VERIFIED'],
        ['Äpfel', 'apples'],
      ],
      [['--active'], ['zebra', 'apples']],
      [['--inactive'], ['Äpfel']],
      [
        ['--limit', '2'],
        ['zebra', 'Äpfel'],
      ],
      [['--active', '--status', 'NOT_VERIFIED', '--type', 'github'], []],
      [['--all-tenants'], ['zebra', 'Äpfel', 'apples', 'elsewhere']],
    ])('%j', async (flags, expected) => {
      const rows: typeof scms = await json('scm', 'list', ...flags);
      expect(rows.map(({ displayName }) => displayName)).toEqual(expected);
    });

    test('--after goes on behind an id, and --all-tenants says whose a row is', async () => {
      const [first] = scms;
      const rest: typeof scms = await json('scm', 'list', '--after', first?.id ?? '', '--limit', '1');
      expect(rest.map(({ displayName }) => displayName)).toEqual(['Äpfel']);
      const all: typeof scms = await json('scm', 'list', '--all-tenants');
      expect(new Set(all.map(({ tenantId }) => tenantId)).size).toBe(2);
    });

    test.each([
      [['--type', 'jira'], 'type', '--type is one of github, gitlab, bitbucket'],
      [['--status', 'FINE'], 'status', '--status is one of NOT_VERIFIED, VALID, INVALID, EXPIRED'],
      [['--limit', '0'], 'limit', '--limit is a whole number of at least 1'],
      [['--active', '--inactive'], null, '--active and --inactive exclude each other'],
    ])('%j is refused', async (flags, field, message) => {
      expect(await refuse('scm', 'list', ...flags)).toMatchObject({ status: 64, code: 'USAGE', field, message });
    });

    test('finds nothing: an empty array, and a sentence for people', async () => {
      expect(await json('ticket', 'list')).toEqual([]);
      expect((await done(box.run('ticket', 'list'))).stdout).toMatch(/^No ticket integrations\b.*\n$/);
    });
  });

  describe('references', () => {
    let first: { id: string };
    let second: { id: string };
    const show = (ref: string) => refuse('ticket', 'show', ref, '--tenant', 'Refs');

    beforeAll(async () => {
      await done(box.run('tenant', 'add', 'Refs'));
      first = await addSample(box, 'jira', 'board', '--tenant', 'Refs');
      second = await addSample(box, 'linear', first.id.slice(7), '--tenant', 'Refs');
    });

    test('an exact id wins, then an exact name, then a part of an id', async () => {
      const ids = (refs: string[]) =>
        eachOf(refs, async (ref) => (await json('ticket', 'show', ref, '--tenant', 'Refs')).id);
      // The name of the second one is the end of the first one's id.
      const end = first.id.slice(-12);
      const refs = [first.id, 'board', ' board ', first.id.slice(7), end, `ticket_${first.id.slice(7, -2)}`];
      expect(await ids(refs)).toEqual([first.id, first.id, first.id, second.id, first.id, first.id]);
    });

    test('too short a part, a part of the prefix, a name in other letters: NOT_FOUND', async () => {
      for (const ref of [first.id.slice(-5), 'ticket', 'ticket_', 'Board', 'boar', '']) {
        expect(await show(ref)).toMatchObject({
          status: 7,
          code: 'NOT_FOUND',
          message: `no ticket integration named "${ref}" in tenant "Refs"`,
          hint: 'integrations ticket list',
        });
      }
    });

    test('a part that several ids have is CONFLICT and lists them', async () => {
      const shared = [...first.id].findIndex((letter, index) => letter !== second.id[index]);
      const part = first.id.slice(7, shared);
      expect(part.length).toBeGreaterThanOrEqual(6);
      const refusal = await show(part);
      expect(refusal).toMatchObject({ status: 6, code: 'CONFLICT', details: { ids: [first.id, second.id] } });
      expect(refusal.message).toContain(`${first.id}, ${second.id}`);
    });

    test.each([['update', '--project-key', 'WEB'], ['enable'], ['disable'], ['remove', '--yes']])(
      '%s takes no part of an id where nobody can be asked',
      async (verb, ...flags) => {
        const refusal = await refuse('ticket', verb, first.id.slice(-12), ...flags, '--tenant', 'Refs', '--no-input');
        expect(refusal).toMatchObject({ status: 7, code: 'NOT_FOUND' });
        expect(await json('ticket', 'show', 'board', '--tenant', 'Refs')).toEqual(first);
      },
    );
  });

  describe('names', () => {
    beforeAll(() => done(box.run('tenant', 'add', 'Names')));

    const add = (name: string) => {
      const { args, env } = addCommand('linear', name, '--tenant', 'Names');
      return box.runWith({ env }, ...args, '--json');
    };

    test('are trimmed, NFC, and compared byte by byte', async () => {
      const added = (await done(add('  Zoe\u0308  '))).json();
      expect(added.displayName).toBe('Zo\u00eb');
      for (const name of ['Zoe', 'zoë', '🚀', '🛸']) expect((await done(add(name))).json().displayName).toBe(name);
      expect(await refused(add('Zoë'))).toEqual({
        status: 6,
        code: 'CONFLICT',
        message: `a name is unique among the ticket integrations of a tenant; "Zoë" (${added.id}) is there already`,
        hint: `integrations ticket show ${added.id}`,
        field: 'displayName',
        details: { id: added.id, displayName: 'Zoë' },
      });
      expect(await refuse('ticket', 'update', 'Zoe', '--name', '🚀', '--tenant', 'Names')).toMatchObject({ status: 6 });
    });

    test('are free again in another category and another tenant', async () => {
      await done(add('shared'));
      expect((await addSample(box, 'slack', 'shared', '--tenant', 'Names')).displayName).toBe('shared');
      await done(box.run('tenant', 'add', 'Namesakes'));
      expect((await addSample(box, 'linear', 'shared', '--tenant', 'Namesakes')).displayName).toBe('shared');
    });
  });

  describe('what breaks a unique key', () => {
    beforeAll(() => done(box.run('tenant', 'add', 'Unique')));

    test('an SCM of the same type and organization, whatever its letters, and a second target of a type', async () => {
      const scm = await addSample(box, 'github', 'one', '--tenant', 'Unique');
      const target = await addSample(box, 'app-store', 'one', '--tenant', 'Unique');
      const again = async (provider: string, ...flags: string[]) => {
        const { args, env } = addCommand(provider, 'two', '--tenant', 'Unique', ...flags);
        return refused(box.runWith({ env }, ...args, '--json'));
      };
      expect(await again('github', '--organization', 'ACME')).toMatchObject({
        status: 6,
        code: 'CONFLICT',
        message: `a tenant has one SCM integration for each type and organization; "one" (${scm.id}) is there already`,
      });
      expect(await again('app-store')).toMatchObject({
        status: 6,
        code: 'CONFLICT',
        message: `a tenant has one target integration of each type; "one" (${target.id}) is there already`,
      });
    });
  });

  describe('pipelines', () => {
    let ids: Record<'github' | 'gitlab' | 'app' | 'release' | 'nightly', string>;
    const inPipes = (...args: string[]) => [...args, '--tenant', 'Pipes'];

    beforeAll(async () => {
      await done(box.run('tenant', 'add', 'Pipes'));
      const [github, gitlab, app] = [
        await addSample(box, 'github', 'code', '--tenant', 'Pipes'),
        await addSample(box, 'gitlab', 'lab', '--tenant', 'Pipes'),
        await addSample(box, 'play-store', 'app', '--tenant', 'Pipes'),
      ];
      const release = await addSample(box, 'github-actions', 'release', '--tenant', 'Pipes');
      const nightly = await addSample(box, 'jenkins', 'nightly "x"', '--tenant', 'Pipes');
      ids = { github: github.id, gitlab: gitlab.id, app: app.id, release: release.id, nightly: nightly.id };
    });

    test('list --include nests what each uses', async () => {
      const rows = await json(...inPipes('pipeline', 'list', '--include', 'scm,target'));
      expect(rows).toHaveLength(2);
      for (const row of rows) {
        expect(row.scm).toMatchObject({ id: ids.github, displayName: 'code', credentials: { accessToken: true } });
        expect(row.target).toMatchObject({ id: ids.app, credentials: { googlePrivateKey: true } });
      }
      const [one] = await json(...inPipes('pipeline', 'list', '--include', 'target', '--limit', '1'));
      expect([typeof one.target, one.scm]).toEqual(['object', undefined]);
      expect(await refuse('pipeline', 'list', '--include', 'ticket')).toMatchObject({ status: 64, field: 'include' });
    });

    test('a type that does not fit its SCM is refused, by add, update and link', async () => {
      const misfit = {
        status: 64,
        message: 'a GitHub Actions pipeline needs a GitHub scm integration; "lab" is of GitLab',
        field: 'scmIntegrationId',
      };
      const { args, env } = addCommand('github-actions', 'other', '--scm', 'lab');
      expect(await refused(box.runWith({ env }, ...inPipes(...args, '--json')))).toMatchObject(misfit);
      expect(await refuse(...inPipes('pipeline', 'update', 'release', '--scm', 'lab'))).toMatchObject(misfit);
      expect(await refuse(...inPipes('pipeline', 'link', 'release', '--scm', 'lab'))).toMatchObject(misfit);
      const ci = addCommand('gitlab-ci', 'other', '--scm', 'code');
      expect(await refused(box.runWith({ env: ci.env }, ...inPipes(...ci.args, '--json')))).toMatchObject({
        status: 64,
        message: 'a GitLab CI pipeline needs a GitLab scm integration; "code" is of GitHub',
      });
    });

    test('link points at another SCM or target and answers with the pipeline', async () => {
      const linked = await json(...inPipes('pipeline', 'link', ids.nightly, '--scm', 'lab'));
      expect(linked).toMatchObject({ id: ids.nightly, scmIntegrationId: ids.gitlab, targetIntegrationId: ids.app });
      const back = await json(...inPipes('pipeline', 'link', 'nightly "x"', '--scm', ids.github, '--target', 'app'));
      expect(back).toMatchObject({ scmIntegrationId: ids.github, verificationStatus: 'NOT_VERIFIED' });
      expect(await refuse(...inPipes('pipeline', 'link', 'release'))).toMatchObject({
        status: 64,
        code: 'USAGE',
        message: 'missing: --scm or --target',
      });
      expect(await refuse(...inPipes('pipeline', 'link', 'release', '--target', 'nothing'))).toMatchObject({
        status: 7,
      });
    });

    test('what a pipeline uses is not removed, and the pipelines are named', async () => {
      expect(await refuse(...inPipes('scm', 'remove', 'code', '--yes'))).toMatchObject({
        status: 6,
        code: 'CONFLICT',
        message: 'the scm integration "code" is used by the pipelines "release" and "nightly "x""',
        details: {
          pipelines: [
            { id: ids.release, displayName: 'release' },
            { id: ids.nightly, displayName: 'nightly "x"' },
          ],
        },
      });
      expect(await refuse(...inPipes('target', 'remove', 'app', '--yes'))).toMatchObject({ status: 6 });
      expect(await refuse(...inPipes('target', 'remove', 'app', '--dry-run'))).toMatchObject({ status: 6 });
    });

    test('remove asks; --dry-run only shows; --cascade takes the pipelines too', async () => {
      expect(await refuse(...inPipes('scm', 'remove', 'lab'))).toMatchObject({
        status: 64,
        code: 'USAGE',
        hint: 'Add --yes.',
      });
      const doomed = [
        { category: 'pipeline', id: ids.release, displayName: 'release' },
        { category: 'pipeline', id: ids.nightly, displayName: 'nightly "x"' },
        { category: 'scm', id: ids.github, displayName: 'code' },
      ];
      expect(await json(...inPipes('scm', 'remove', 'code', '--cascade', '--dry-run'))).toEqual(doomed);
      expect(await json(...inPipes('pipeline', 'list', '--fields', 'id'))).toHaveLength(2);
      expect(await json(...inPipes('scm', 'remove', 'code', '--cascade', '--yes'))).toEqual(doomed);
      expect(await json(...inPipes('pipeline', 'list'))).toEqual([]);
      expect(await json(...inPipes('scm', 'list', '--fields', 'id'))).toEqual([{ id: ids.gitlab }]);
    });
  });

  test('aliases of the categories', async () => {
    await addSample(box, 'email', 'mail');
    const pairs = [
      ['target', 'targets'],
      ['pipeline', 'pipelines'],
      ['communication', 'comm'],
      ['ticket', 'tickets'],
    ];
    const answers = await eachOf(pairs, (pair) => eachOf(pair, (name) => json(name, 'list', '--all-tenants')));
    for (const [whole, alias] of answers) expect(alias).toEqual(whole);
    expect(answers.flat(2)).not.toEqual([]);
  });

  test('status tells what each pipeline is stopped by', async () => {
    await done(box.run('tenant', 'add', 'Stopped'));
    const at = ['--tenant', 'Stopped'];
    const scm = await addSample(box, 'gitlab', 'code', ...at);
    await addSample(box, 'app-store', 'app', ...at);
    const runs = await addSample(box, 'jenkins', 'runs', ...at);
    expect((await json('status', ...at)).pipelines).toEqual([
      { id: runs.id, displayName: 'runs', canRun: true, stoppedBy: [] },
    ]);
    await done(box.run('scm', 'disable', 'code', ...at));
    await engine.sql(
      box,
      `UPDATE tenant_target_integrations SET verificationStatus = 'INVALID', verificationError = 'no'`,
    );
    const status = await json('status', ...at);
    expect(status.tenant).toEqual({ id: scm.tenantId, displayName: 'Stopped' });
    expect(status.pipelines[0]).toMatchObject({
      canRun: false,
      stoppedBy: ['its scm "code" is switched off', 'its target "app" is INVALID'],
    });
    expect(status.integrations).toEqual([
      {
        id: scm.id,
        displayName: 'code',
        category: 'scm',
        type: 'gitlab',
        isActive: false,
        verificationStatus: 'NOT_VERIFIED',
        verificationError: null,
        lastVerifiedAt: null,
        credentialExpiresAt: null,
      },
      expect.objectContaining({ category: 'target', type: 'app-store', verificationError: 'no' }),
      expect.objectContaining({ category: 'pipeline', type: 'jenkins', displayName: 'runs' }),
    ]);
    expect((await done(box.run('status', ...at))).stdout).toMatch(
      /runs is stopped: its scm "code" is switched off; its/,
    );
  });

  test('graph draws a tree, Mermaid or DOT', async () => {
    await done(box.run('tenant', 'add', 'Drawn "x"'));
    const at = ['--tenant', 'Drawn "x"'];
    const scm = await addSample(box, 'bitbucket', 'code "a" <b>', ...at);
    await addSample(box, 'play-store', 'app', ...at);
    const jenkins = await addSample(box, 'jenkins', 'builds', '--scm', scm.id, ...at);
    const [tree, mermaid, dot, data] = await eachOf(
      ['tree', 'mermaid', 'dot', 'json'],
      async (format) => (await done(box.run('graph', '-o', format, ...at))).stdout,
    );
    expect(tree).toBe(
      [
        'Drawn "x"',
        '├── scm',
        '│   └── code "a" <b> (Bitbucket)',
        '├── target',
        '│   └── app (Google Play)',
        '└── pipeline',
        '    └── builds (Jenkins)',
        '        ├── uses scm code "a" <b>',
        '        └── uses target app',
        '',
      ].join('\n'),
    );
    expect(mermaid).toContain(`    ${scm.id}["code #34;a#34; #60;b#62; (Bitbucket)"]\n`);
    expect(mermaid).toContain(`  ${jenkins.id} -->|scm| ${scm.id}\n`);
    expect(dot).toContain(`    "${scm.id}" [label="code \\"a\\" <b> (Bitbucket)"];\n`);
    expect(dot).toContain(`  "${jenkins.id}" -> "${scm.id}" [label="scm"];\n`);
    expect(JSON.parse(data ?? '').edges).toHaveLength(2);
    expect((await done(box.run('graph', ...at))).stdout).toBe(tree);
    expect(await refuse('graph', '-o', 'yaml')).toMatchObject({ status: 64, field: 'output' });
  });
});
