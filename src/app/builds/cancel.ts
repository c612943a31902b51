import { hasEnded } from '../../core/builds.ts';
import { NotDone } from '../../core/client.ts';
import { unbroken } from '../../core/effects.ts';
import { AppError } from '../../core/error.ts';
import { shellWord } from '../../core/text.ts';
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
    const doubt = await askToCancel(scope, run, () => actions.cancel(client, run.place));
    const until = now().getTime() + (patiently ? patienceMs : 0);
    for (let turn = 1; ; turn += 1) {
      run = await look(run, turn).catch((error: unknown) => {
        if (error instanceof Undecided || error instanceof Refusal) return run;
        throw error;
      });
      const isOver = now().getTime() + everyMs > until || interrupted.aborted;
      if (isOver && doubt && !hasEnded(run.state)) throw doubt;
      if (isOver || hasEnded(run.state)) return run;
      await sleep(everyMs, interrupted);
    }
  });
}

/** @throws AppError CONFLICT where there is nothing to cancel */
export function refuseNotOpen(run: Run): void {
  if (run.endedAt !== null) throw ended(run);
  if (!isUnresolved(run)) return;
  throw new AppError('CONFLICT', `nobody knows whether the build of ${run.createdAt} was started`, {
    hint: `integrations pipeline runs ${shellWord(run.displayName)} looks for it again.`,
    details: { runId: run.id },
  });
}

function ended(run: Run): AppError {
  return new AppError('CONFLICT', `the build has ended already: ${run.state.replaceAll('_', ' ')}`, {
    details: { runId: run.id, state: run.state },
  });
}

/**
 * Asks a provider to cancel a build, once. The history has that it is asked before it is, and what came of it afterwards:
 * where this process ends in between, it tells of a request whose fate nobody knows.
 * @returns why nobody knows whether it was cancelled; undefined where that is known
 * @throws NotDone where it was refused or not sent, and what else kept it from being sent
 */
export async function askToCancel(
  scope: TenantScope,
  run: Run,
  send: () => Promise<void>,
): Promise<NotDone | undefined> {
  const { effects } = await scope.deps.database();
  await noteCancel(scope, run, 'asked');
  effects.note(run.id, `the request to cancel the run ${run.id}`);
  return unbroken(effects, async () => {
    try {
      await send();
    } catch (error) {
      await noteCancel(scope, run, error instanceof NotDone ? error.outcome : 'not sent');
      if (error instanceof NotDone && error.outcome === 'uncertain') return error;
      throw error;
    }
    await noteCancel(scope, run, 'started');
    return undefined;
  });
}

async function noteCancel(scope: TenantScope, run: Run, outcome: NotDone['outcome'] | 'asked' | 'started') {
  const actor = await scope.deps.actor();
  await scope.write((_, transaction) =>
    record(transaction, { tenant: scope.tenant, actor }, [entryOf(run, 'cancel', outcome)]),
  );
}
