import { describe, expect, it } from 'vitest';
import type { Double } from '../../support/builds/double.ts';
import { githubWithRuns } from '../../support/builds/github.ts';
import { jenkinsWithBuilds } from '../../support/builds/jenkins.ts';
import type { Sandbox } from '../../support/cli.ts';
import { type Engine, mysql, sqlite } from '../../support/engines.ts';
import { slackDouble } from '../../support/messages/slack.ts';
import { addCommand } from '../../support/samples.ts';
import { linearWithIssues } from '../../support/tickets/linear.ts';
import { done, workspace } from '../../support/workspace.ts';

/** What a release's script does, each line with a key of its own. */
const script = [
  'ticket create board --release 2.4.0',
  'notify release_started --var app=Acme --var version=2.4.0 --key 2.4.0-started',
  'pipeline trigger ios --env LANE=store --run-id 2.4.0 --wait',
  'pipeline trigger android --env LANE=store --run-id 2.4.0 --wait',
  'notify release_completed --var app=Acme --var version=2.4.0 --key 2.4.0-completed',
  'ticket close board --key 2.4.0',
] as const;

for (const engine of [sqlite, mysql])
  describe(`${engine.name}: a release day`, () => {
    it('is told, built and closed once, also where its script runs once more', async () => {
      const [day, box] = await prepared(engine);
      const first = await run(box);
      expect(first[0]).toMatchObject({ result: 'created' });
      expect(first[2]).toMatchObject({ state: 'succeeded' });
      expect(first[3]).toMatchObject({ state: 'succeeded' });
      expect(first[5]).toMatchObject({ result: 'closed' });
      const all = day.doneSoFar();
      expect(all).toEqual({ tickets: ['Release 2.4.0'], messages: 4, ios: ['store'], android: ['store'] });

      const again = await run(box);
      expect(day.doneSoFar()).toEqual(all);
      expect(again[0]).toMatchObject({ result: 'existing', runId: first[0].runId });
      for (const step of [1, 4])
        expect(again[step].map(({ outcome }: { outcome: string }) => outcome)).toEqual(['duplicate', 'duplicate']);
      for (const step of [2, 3]) expect(again[step]).toMatchObject({ state: 'succeeded', runId: first[step].runId });
      expect(again[5]).toMatchObject({ result: 'unchanged' });

      const runs: { kind: string }[] = (await done(box.run('runs', '--json'))).json();
      expect(runs.map(({ kind }) => kind).sort()).toEqual([
        ...['build', 'build', 'message', 'message', 'message', 'message', 'ticket'],
      ]);
      expect((await done(box.run('status', '--json'))).json().unresolvedRuns).toEqual([]);
    });

    it('stopped after any of its lines, it goes on where it was', async () => {
      const [day, box] = await prepared(engine);
      for (let lines = 1; lines <= script.length; lines += 1) await run(box, lines);
      expect(day.doneSoFar()).toEqual({ tickets: ['Release 2.4.0'], messages: 4, ios: ['store'], android: ['store'] });
    });
  });

/** Runs the script, or its first lines. @returns their answers */
async function run(box: Sandbox, lines: number = script.length) {
  const answers = [];
  for (const line of script.slice(0, lines)) answers.push((await done(box.run(...line.split(' '), '--json'))).json());
  return answers;
}

/** A tenant with a tracker, a channel and two pipelines, each at a double whose builds succeed at once. */
async function prepared(engine: Engine) {
  const [jenkins, github, slack, linear] = [
    await jenkinsWithBuilds(),
    await githubWithRuns(),
    await slackDouble(),
    await linearWithIssues(),
  ];
  const box = await workspace(engine, { ...jenkins.env, ...github.env, ...slack.env, ...linear.env });
  const add = async (provider: string, name: string, ...more: string[]) => {
    const { args, env } = addCommand(provider, name, ...more);
    await done(box.runWith({ env }, ...args));
  };
  await add('github', 'code');
  await add('app-store', 'store');
  await add('play-store', 'play');
  await add('jenkins', 'ios', '--scm', 'code', '--target', 'store', ...jenkins.pipeline.flags);
  await add('github-actions', 'android', '--scm', 'code', '--target', 'play');
  // The samples store one that these jobs do not declare.
  for (const name of ['ios', 'android']) await done(box.run('pipeline', 'update', name, '--env', 'NOTE='));
  await add('slack', 'chat', '--notify-on', 'release_started', '--notify-on', 'release_completed');
  await add('linear', 'board', ...linear.flags);
  await done(box.run('ticket', 'update', 'board', '--epic-template', '{"title":"Release {{version}}"}'));
  for (const double of [jenkins, github]) succeedAtOnce(double);
  const lanesOf = ({ started }: Double) => started.map(({ parameters }) => parameters['LANE']);
  const doneSoFar = () => ({
    tickets: linear.tickets.map(({ title }) => title),
    messages: slack.standing.length,
    ios: lanesOf(jenkins as Double),
    android: lanesOf(github),
  });
  return [{ doneSoFar }, box] as const;
}

function succeedAtOnce(double: Pick<Double, 'instead' | 'phase' | 'started'>): void {
  double.instead = ({ method }) => {
    if (method === 'GET' && double.started.length > 0) double.phase = 'succeeded';
    return undefined;
  };
}
