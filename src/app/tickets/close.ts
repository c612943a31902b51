import { NotDone } from '../../core/client.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { record } from '../../db/stores/history.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { isUnresolved } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { entryOf, settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { newsOf } from './actions.ts';
import type { TicketAt } from './at.ts';
import { withTicket } from './find.ts';

export interface Closed {
  run: Run;
  /** `unchanged`: it was done before. */
  result: 'closed' | 'unchanged';
}

/**
 * Moves the ticket of a key to what is done at its provider; one that is done is left alone.
 * @param to the name of one of several ways or states
 * @throws AppError NOT_FOUND where there is none, CONFLICT where nobody knows whether it was created or where it is in the
 * trash, VALIDATION where `to` has to choose, UNDECIDED where it is not known to be closed
 */
export function closeTicket(
  scope: TenantScope,
  integration: Integration,
  { key, to }: { key: string; to: string | undefined },
  options: RunOptions,
): Promise<Closed> {
  return withTicket(scope, integration, { key, options }, async (at, run) => {
    refuseNotThere(run);
    if (run.state !== 'open') return { run, result: 'unchanged' };
    return { run: await closed(at, run, to), result: 'closed' };
  });
}

/** @throws AppError CONFLICT for a ticket of which nobody knows, and one in the trash */
function refuseNotThere(run: Run): void {
  const details = { runId: run.id, url: run.url };
  if (isUnresolved(run)) {
    throw new AppError('CONFLICT', 'nobody knows yet whether the ticket was created', {
      hint: `Look for ${run.marker ?? 'it'} at the provider.`,
      details,
    });
  }
  if (run.state === 'trashed')
    throw new AppError('CONFLICT', `the ticket ${quotable(run.providerRunId ?? '')} is in the trash`, {
      hint: 'Bring it back there first.',
      details,
    });
}

async function closed(
  { scope, actions, connection, options }: TicketAt,
  run: Run,
  to: string | undefined,
): Promise<Run> {
  const { client, redact } = connection;
  const ticket = await actions.close(client, run.place, to).catch(async (error: unknown) => {
    if (!(error instanceof NotDone) || error.outcome !== 'uncertain') throw error;
    const seen = await actions.state(client, run.place).catch((trouble: unknown) => {
      if (trouble instanceof Refusal || trouble instanceof Undecided) return undefined;
      throw trouble;
    });
    if (seen?.state === 'done') return seen;
    throw error;
  });
  await noteClosed(scope, run);
  return settleNews(scope, run, newsOf(ticket, run, redact, options.now()), options.now());
}

async function noteClosed(scope: TenantScope, run: Run): Promise<void> {
  const actor = await scope.deps.actor();
  await scope.write((_, transaction) =>
    record(transaction, { tenant: scope.tenant, actor }, [entryOf(run, 'close', 'started')]),
  );
}
