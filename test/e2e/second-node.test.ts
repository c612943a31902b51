import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli, type Sandbox } from '../support/cli.ts';
import { forEachEngine } from '../support/engines.ts';
import { checkout } from '../support/programs.ts';
import { addCommand, sampleOf } from '../support/samples.ts';
import { type SecondNode, secondNode } from '../support/second-node.ts';
import { refused } from '../support/workspace.ts';

/** The essential walk on another major of Node, as a user of that Node has it installed. */
describe('on another Node', () => {
  let other: SecondNode;

  beforeAll(async () => {
    other = await secondNode();
  }, 300_000);

  test('it is another one', () => {
    expect(other.version).toMatch(/^v\d+\./);
    expect(other.version.split('.')[0]).not.toBe(process.version.split('.')[0]);
  });

  test('it is installed with what is native alone, and answers', async () => {
    expect(other.printed).not.toMatch(/rolldown|chunk|error/i);
    const { dependencies } = JSON.parse(readFileSync(join(other.folder, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies)).toEqual(['better-sqlite3']);
    // What is bundled is not there once more.
    const { components } = JSON.parse(readFileSync(join(other.folder, 'dist', 'sbom.cdx.json'), 'utf8'));
    const bundled = new Set(components.map(({ name }: { name: string }) => name));
    const installed = readdirSync(join(other.folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(expect.arrayContaining(['better-sqlite3']));
    expect(installed.filter((name) => bundled.has(name))).toEqual([]);

    const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    const told = await runCli(['--version'], { node: other.node, bin: other.bin });
    expect([told.status, told.stdout, told.stderr]).toEqual([0, `${version}\n`, '']);
  });

  forEachEngine((engine) => {
    test('init, one of each category, list, show, update, remove', async () => {
      const box: Sandbox = await engine.sandbox();
      const run = async (args: string[], env: Record<string, string | undefined> = {}) => {
        const result = await box.runWith({ node: other.node, bin: other.bin, env }, ...args, '--json');
        expect(`${result.status} ${args.join(' ')} ${result.status === 0 ? '' : result.stderr}`).toBe(
          `0 ${args.join(' ')} `,
        );
        return result.json();
      };
      const add = (provider: string, name: string, ...more: string[]) => {
        const { args, env } = addCommand(provider, name, ...more);
        return run(args, env);
      };

      const made = await run(['init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file']);
      expect(made).toMatchObject({ keyCreated: true, tenant: { displayName: 'Acme' } });
      const scm = await add('github', 'code');
      const target = await add('app-store', 'app');
      const pipeline = await add('github-actions', 'build');
      await add('slack', 'chat');
      await add('jira', 'board');

      const [listed] = await run(['pipeline', 'list', '--include', 'scm,target']);
      expect(listed).toMatchObject({ id: pipeline.id, scm: { id: scm.id }, target: { id: target.id } });
      const shown = await run(['target', 'show', 'app', '--reveal', '--yes']);
      const values = sampleOf('app-store').credentials.map(({ column, value }) => [column, value]);
      expect(shown.credentials).toEqual(Object.fromEntries(values));
      expect(await run(['ticket', 'update', 'board', '--project-key', 'WEB'])).toMatchObject({ jiraProjectKey: 'WEB' });
      expect((await run(['status'])).pipelines).toMatchObject([{ displayName: 'build', canRun: true }]);

      const failing = (...args: string[]) =>
        refused(box.runWith({ node: other.node, bin: other.bin }, ...args, '--json'));
      expect(await failing('scm', 'remove', 'code', '--yes')).toMatchObject({ status: 6, code: 'CONFLICT' });
      expect(await failing('scm', 'add', 'github')).toMatchObject({ status: 64, code: 'USAGE' });
      expect(await failing('scm', 'list', '--bogus')).toMatchObject({ status: 64, code: 'USAGE' });
      expect(await run(['scm', 'remove', 'code', '--cascade', '--yes'])).toHaveLength(2);
      expect(await run(['pipeline', 'list'])).toEqual([]);
    });

    test('what one Node stored, the other opens', async () => {
      const box = await engine.sandbox();
      const on = (node: object, env: Record<string, string | undefined>, ...args: string[]) =>
        box.runWith({ ...node, env }, ...args, '--json');
      const another = { node: other.node, bin: other.bin };
      const init = ['init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file'];
      expect((await on(another, {}, ...init)).status).toBe(0);
      const [one, two] = [addCommand('linear', 'one'), addCommand('linear', 'two')];
      expect((await on({}, one.env, ...one.args)).status).toBe(0);
      expect((await on(another, two.env, ...two.args)).status).toBe(0);
      const revealed = await Promise.all([
        on(another, {}, 'ticket', 'show', 'one', '--reveal', '--yes'),
        on({}, {}, 'ticket', 'show', 'two', '--reveal', '--yes'),
      ]);
      const { value } = sampleOf('linear').credentials[0] ?? {};
      expect(revealed.map((result) => result.json().credentials.linearApiKey)).toEqual([value, value]);
    });
  });
});
