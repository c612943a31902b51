import { refreshBuilds } from '../../app/builds/refresh.ts';
import { runKeys } from '../../app/runs/present.ts';
import type { Context } from '../../context.ts';
import { runStore } from '../../db/stores/runs.ts';
import type { View } from '../../output/view.ts';
import { type Command, type Input, limitOf, textFlag } from '../command.ts';
import { openScope } from '../integration/scope.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { manyRuns } from '../runs/view.ts';

export const runsVerb: Command = {
  name: 'runs',
  summary: 'List the builds of a pipeline, and ask for the open ones',
  description: 'The newest first. One whose answer was lost is looked for once more; nothing is started.',
  args: [{ name: 'pipeline', help: 'Its name, its id, or a part of its id', required: true }],
  flags: [{ name: 'limit', value: 'n', help: 'Show at most this many' }, allowHttpFlag],
  examples: ['integrations pipeline runs ios-release', 'integrations pipeline runs ios-release --limit 1 --json'],
  keys: runKeys,
  run: list,
};

async function list(context: Context, input: Input): Promise<View> {
  const limit = limitOf(textFlag(input, 'limit'));
  const scope = await openScope(context);
  const pipeline = await scope.find('pipeline', input.args[0] ?? '');
  const options = runOptions(context, input);
  const trouble = await context.wait('Asking for the open builds', () => refreshBuilds(scope, pipeline, options));
  if (trouble !== undefined)
    context.warn(`Not every open build could be asked for: ${trouble}. It is shown as it was seen last.`);
  const { queries } = await context.database();
  return manyRuns(runStore(queries, scope.tenant.id).list({ integrationId: pipeline.id, limit }), scope.when, {
    empty: 'No build of it was started yet.',
    noun: 'build',
  });
}
