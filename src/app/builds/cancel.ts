import { hasEnded } from '../../core/builds.ts';
import { AppError } from '../../core/error.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { record } from '../../db/stores/history.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { connectedTo } from '../runs/client.ts';
import { isUnresolved } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { entryOf, settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { buildActionsOf, newsOf } from './actions.ts';

const everyMs = 2_000;
const patienceMs = 60_000;

/**
 * Cancels a build, once, and asks for it.
 * @param patiently waits until its provider says so, for a minute at most
 * @returns the run as it was seen last: a provider may let a build go on
 * @throws AppError CONFLICT for one that has ended, or whose fate is not known; FAILED where it may not be cancelled
 */
export async function cancelBuild(
  scope: TenantScope,
  pipeline: Integration,
  given: Run,
  options: RunOptions,
  { patiently }: { patiently: boolean },
): Promise<Run> {
  refuseNotOpen(given);
  const actions = buildActionsOf(pipeline);
  const { now, sleep, interrupted } = options;
  return connectedTo(scope, pipeline, options, async ({ client, redact }) => {
    const look = async (run: Run, turn: number) =>
      settleNews(scope, run, newsOf(await actions.state(client, run.place, turn), run, redact, now()), now());
    let run = await look(given, 0);
    if (hasEnded(run.state)) throw ended(run);
    await actions.cancel(client, run.place);
    await noteCancelled(scope, run);
    const until = now().getTime() + (patiently ? patienceMs : 0);
    for (let turn = 1; ; turn += 1) {
      run = await look(run, turn).catch((error: unknown) => {
        if (error instanceof Undecided || error instanceof Refusal) return run;
        throw error;
      });
      if (hasEnded(run.state) || now().getTime() + everyMs > until || interrupted.aborted) return run;
      await sleep(everyMs, interrupted);
    }
  });
}

/** @throws AppError CONFLICT where there is nothing to cancel */
export function refuseNotOpen(run: Run): void {
  if (run.endedAt !== null) throw ended(run);
  if (!isUnresolved(run)) return;
  throw new AppError('CONFLICT', `nobody knows whether the build of ${run.createdAt} was started`, {
    hint: '"integrations pipeline runs" looks for it again.',
    details: { runId: run.id },
  });
}

function ended(run: Run): AppError {
  return new AppError('CONFLICT', `the build has ended already: ${run.state.replaceAll('_', ' ')}`, {
    details: { runId: run.id, state: run.state },
  });
}

async function noteCancelled(scope: TenantScope, run: Run): Promise<void> {
  const actor = await scope.deps.actor();
  await scope.write((_, transaction) =>
    record(transaction, { tenant: scope.tenant, actor }, [entryOf(run, 'cancel', 'started')]),
  );
}
