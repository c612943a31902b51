import { pipelineOf } from '../../app/builds/pipeline-of.ts';
import { findRun } from '../../app/runs/find.ts';
import { runKeys } from '../../app/runs/present.ts';
import type { Context } from '../../context.ts';
import type { View } from '../../output/view.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { openScope } from '../integration/scope.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { followShown } from './follow.ts';

export const watchVerb: Command = {
  name: 'watch',
  summary: 'Follow a build until it ends',
  description: 'Ctrl-C leaves the build alone. At its deadline it is cancelled, as with trigger --wait.',
  args: [{ name: 'run', help: 'Its id, as trigger and runs tell it', required: true }],
  flags: [{ name: 'logs', help: 'Show its log on standard error' }, allowHttpFlag],
  examples: ['integrations pipeline watch run_01234567', 'integrations pipeline watch run_01234567 --logs --json'],
  keys: runKeys,
  run: watch,
};

async function watch(context: Context, input: Input): Promise<View | undefined> {
  const scope = await openScope(context);
  const run = await findRun(scope, input.args[0] ?? '', true);
  const pipeline = await pipelineOf(scope, run);
  const options = runOptions(context, input);
  return followShown(context, scope, { pipeline, run, options, withLog: switchFlag(input, 'logs') });
}
