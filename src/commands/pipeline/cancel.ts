import { cancelBuild, refuseNotOpen } from '../../app/builds/cancel.ts';
import { pipelineOf } from '../../app/builds/pipeline-of.ts';
import { findRun } from '../../app/runs/find.ts';
import { runKeys } from '../../app/runs/present.ts';
import type { Context } from '../../context.ts';
import { hasEnded } from '../../core/builds.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { View } from '../../output/view.ts';
import type { Command, Input } from '../command.ts';
import { confirm } from '../confirm.ts';
import { openScope } from '../integration/scope.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { oneRun } from '../runs/view.ts';
import { tenantTold } from '../where.ts';

export const cancelVerb: Command = {
  name: 'cancel',
  summary: 'Cancel a build; asks first',
  args: [{ name: 'run', help: 'Its id, as trigger and runs tell it', required: true }],
  flags: [allowHttpFlag],
  examples: ['integrations pipeline cancel run_01234567 --yes'],
  keys: runKeys,
  run: cancel,
};

async function cancel(context: Context, input: Input): Promise<View> {
  const scope = await openScope(context);
  const run = await findRun(scope, input.args[0] ?? '', context.canAsk);
  const pipeline = await pipelineOf(scope, run);
  refuseNotOpen(run);
  const number = run.providerRunId === null ? '' : ` #${quotable(run.providerRunId, 20)}`;
  await confirm(context, {
    message: `Cancel the build${number} of "${quotable(run.displayName)}" in ${tenantTold(scope.tenant)}?`,
    asks: 'cancelling asks first',
  });
  const seen = await context.wait('Cancelling the build', () =>
    cancelBuild(scope, pipeline, run, runOptions(context, input), { patiently: true }),
  );
  const isCancelled = seen.state === 'cancelled';
  if (isCancelled) context.note(`Cancelled the build of "${quotable(run.displayName)}".`);
  const failure = new AppError('FAILED', hasEnded(seen.state) ? 'the build came to its own end' : 'the build goes on', {
    hint: `integrations pipeline watch ${run.id}`,
    details: { runId: run.id },
  });
  return oneRun(seen, scope.when, isCancelled ? undefined : failure);
}
