import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { forEachEngine } from '../support/engines.ts';
import { addCommand } from '../support/samples.ts';
import { addSample, done, refused, workspace } from '../support/workspace.ts';

/** Names that latin1, in which ids are kept, cannot hold. */
forEachEngine((engine) => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(engine);
    await addSample(box, 'linear', '板');
  });

  test('tenants and accounts called 日本 are made and chosen by name', async () => {
    const { id } = (await done(box.run('tenant', 'add', '日本', '--json'))).json();
    await done(box.run('account', 'add', '日本@acme.test'));
    expect((await done(box.run('tenant', 'show', '日本', '--json'))).json()).toMatchObject({ id });
    expect((await done(box.run('ticket', 'list', '--tenant', '日本', '--json'))).json()).toEqual([]);
    expect((await done(box.run('account', 'show', '日本@acme.test', '--json'))).json()).toMatchObject({
      email: '日本@acme.test',
    });
    await addSample(box, 'linear', '板', '--tenant', '日本', '--account', '日本@acme.test');
    const init = ['init', '--tenant', '日本', '--account', '日本@acme.test', '--no-input', '--json'];
    expect((await done(box.run(...init))).json()).toMatchObject({ tenant: { id, displayName: '日本' } });
    await done(box.run('tenant', 'use', 'Acme'));
    await done(box.run('account', 'use', 'ops@acme.test'));
  });

  test('in a manifest and in the history too', async () => {
    await done(box.run('tenant', 'add', '東京'));
    const { env } = addCommand('linear', 'x');
    await done(box.runWith({ env, input: manifest('東京') }, 'apply', '-f', '-'));
    expect((await done(box.run('export', '--tenant', '東京'))).stdout).toContain('tenant: 東京');
    expect((await done(box.run('history', '板', '--tenant', '東京', '--json'))).json()).toHaveLength(1);
    await done(box.run('tenant', 'remove', '東京', '--yes'));
    expect((await done(box.run('history', '--tenant', '東京', '--json'))).json().length).toBeGreaterThan(0);
  });

  describe('what there is not is not found', () => {
    const commands = [
      ['tenant', 'use', '大阪'],
      ['tenant', 'show', '大阪'],
      ['tenant', 'remove', '大阪', '--yes'],
      ['account', 'use', '大阪'],
      ['account', 'remove', '大阪', '--yes'],
      ['scm', 'list', '--tenant', '大阪'],
      ['status', '--tenant', '大阪'],
      ['export', '--tenant', '大阪'],
      ['history', '--tenant', '大阪'],
      ['history', '大阪'],
      ['ticket', 'show', '大阪'],
      ['ticket', 'show', 'ticket_大阪'],
      ['ticket', 'update', '大阪', '--team-id', 'X'],
      ['ticket', 'rotate', '大阪', '--api-key', 'env:KEY', '--no-verify'],
      ['ticket', 'verify', '大阪'],
      ['ticket', 'disable', '大阪'],
      ['ticket', 'remove', '大阪', '--yes'],
      ['pipeline', 'link', '大阪', '--scm', '大阪'],
      ['scm', 'list', '--account', '大阪', '--tenant', '🚀'],
      ['ticket', 'add', 'linear', '--name', 'x', '--api-key', 'env:KEY', '--account', '大阪'],
    ];
    for (const command of commands) {
      test(command.join(' '), async () => {
        const running = box.runWith({ env: { KEY: 'lin_api_k' } }, ...command, '--json');
        expect(await refused(running)).toMatchObject({ status: 7, code: 'NOT_FOUND' });
      });
    }

    test('a manifest', async () => {
      const { env } = addCommand('linear', 'x');
      for (const verb of ['plan', 'apply']) {
        const running = await box.runWith({ env, input: manifest('大阪') }, verb, '-f', '-', '--json');
        expect([verb, running.status]).toEqual([verb, 7]);
      }
    });
  });

  describe('JSON that no engine could keep', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

    test('29 levels are kept as they are', async () => {
      const template = nested(29);
      const added = await addSample(box, 'jira', 'deep', '--epic-template', template);
      expect(added.epicTemplate).toEqual(JSON.parse(template));
    });

    for (const [title, template] of [
      ['30 levels', nested(30)],
      ['101 levels', nested(101)],
      ['20,000 levels', nested(20_000)],
      ['half a character', '{"summary": "\\ud83d"}'],
      ['half a character in a name', '{"\\ude00": "x"}'],
      ['half a character deep in it', '{"a": [{"b": ["\\ud83d!"]}]}'],
    ] as const) {
      test(`${title}: refused by add, update and apply`, async () => {
        const invalid = { status: 64, code: 'VALIDATION', field: 'epicTemplate' };
        const { args, env } = addCommand('jira', 'refused', '--epic-template', template);
        expect(await refused(box.runWith({ env }, ...args, '--json'))).toMatchObject(invalid);
        const update = box.run('ticket', 'update', '板', '--epic-template', template, '--json');
        expect(await refused(update)).toMatchObject(invalid);
        if (template.length > 10_000) return;
        const file = join(box.root, 'manifests', 'm.json');
        mkdirSync(join(box.root, 'manifests'), { recursive: true });
        writeFileSync(
          file,
          `{"tenant": "Acme", "tickets": [{"name": "x", "type": "linear", "linearApiKey": "env:SAMPLE_LINEARAPIKEY", "linearTeamId": "MOB", "epicTemplate": ${template}}]}`,
        );
        const applied = await box.runWith({ env: addCommand('linear', 'x').env }, 'apply', '-f', file, '--json');
        expect(applied.status).toBe(64);
      });
    }

    test('half a character in a list, in a value of a map and in a name', async () => {
      await addSample(box, 'github', 'code');
      await addSample(box, 'app-store', 'app');
      const document = (category: string, item: string) => `{"tenant": "Acme", "${category}": [${item}]}`;
      for (const stdin of [
        document(
          'communication',
          '{"name": "c", "type": "email", "emailRecipients": ["a\\ud83d@acme.test"], "emailFromAddress": "a@acme.test"}',
        ),
        document(
          'tickets',
          '{"name": "\\ud83d", "type": "linear", "linearApiKey": "env:SAMPLE_LINEARAPIKEY", "linearTeamId": "MOB"}',
        ),
        document(
          'pipelines',
          '{"name": "p", "type": "github-actions", "scm": "code", "target": "app", "githubWorkflowPath": ".github/workflows/x.yml", "environmentVariables": {"A": "\\ud83d"}}',
        ),
      ]) {
        const env = addCommand('linear', 'x').env;
        const applied = await box.runWith({ env, input: stdin }, 'apply', '-f', '-', '--json');
        expect([applied.status, stdin]).toEqual([64, stdin]);
      }
    });
  });
});

function manifest(tenant: string): string {
  return `tenant: ${tenant}\ntickets:\n  - { name: 板, type: linear, linearApiKey: env:SAMPLE_LINEARAPIKEY, linearTeamId: MOB }\n`;
}
