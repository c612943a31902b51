import { beforeEach, describe, expect, it } from 'vitest';
import { type Jenkins, type JenkinsStart, jenkinsWithBuilds } from '../../support/builds/jenkins.ts';
import type { Sandbox } from '../../support/cli.ts';
import { type forEachEngine, mysql, sqlite } from '../../support/engines.ts';
import { addCommand } from '../../support/samples.ts';
import { done, workspace } from '../../support/workspace.ts';

const stored = ['--env', 'LANE=release', '--env', 'NOTE='];

async function boxWith(engine: Parameters<Parameters<typeof forEachEngine>[0]>[0], jenkins: Jenkins): Promise<Sandbox> {
  const box = await workspace(engine);
  const add = async (provider: string, name: string, ...more: string[]) => {
    const { args, env } = addCommand(provider, name, ...more);
    await done(box.runWith({ env }, ...args));
  };
  await add('github', 'code');
  await add('app-store', 'app');
  const url = `${jenkins.server.url}/jenkins`;
  await add('jenkins', 'ios', '--scm', 'code', '--target', 'app', '--url', url, ...stored);
  return box;
}

for (const engine of [sqlite, mysql])
  describe(engine.name, () => {
    let jenkins: Jenkins;
    let box: Sandbox;
    const trigger = (...flags: string[]) => box.run('pipeline', 'trigger', 'ios', '--json', ...flags);
    const listed = async () => (await done(box.run('runs', '--json'))).json();

    beforeEach(async () => {
      jenkins = await jenkinsWithBuilds();
      box = await boxWith(engine, jenkins);
    });

    it('starts a build, and says where it is', async () => {
      const result = await trigger('--env', 'LANE=beta');
      expect(result).toMatchObject({ status: 0 });
      const run = result.json();
      expect(run).toMatchObject({ state: 'queued', providerState: null, parameters: ['LANE'], ref: null, key: null });
      expect(jenkins.builds.map(({ parameters }) => parameters)).toEqual([{ LANE: 'beta' }]);
      expect(await listed()).toMatchObject([
        { runId: run.runId, kind: 'build', category: 'pipeline', displayName: 'ios' },
      ]);
      const pipeline = (await done(box.run('pipeline', 'show', 'ios', '--json'))).json();
      expect(pipeline.lastTriggeredAt).toBe(run.startedAt);
      const [event] = (await done(box.run('history', '--json', '--limit', '1'))).json();
      expect(event).toMatchObject({
        action: 'start',
        category: 'pipeline',
        displayName: 'ios',
        command: 'pipeline trigger',
      });
      expect(JSON.stringify(event.fields)).not.toContain('beta');
    });
  });

void ({} as JenkinsStart);
