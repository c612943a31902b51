import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { connectedTo } from '../runs/client.ts';
import { knownRun } from '../runs/known.ts';
import { isUnresolved, lookUp } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { newsOf, ticketActionsOf, ticketFinder } from './actions.ts';
import { adopted, type TicketAt } from './at.ts';
import { markOf } from './mark.ts';

/**
 * The ticket of a key as its provider shows it now: by what is stored, else by its mark there. One whose answer was lost is
 * looked up.
 * @returns its run; `unknown` where nobody knows yet whether it was created
 * @throws AppError NOT_FOUND where there is none, or where it is gone
 */
export function findTicket(
  scope: TenantScope,
  integration: Integration,
  key: string,
  options: RunOptions,
): Promise<Run> {
  return withTicket(scope, integration, { key, options }, (_, run) => Promise.resolve(run));
}

/** Does something with the ticket of a key, as it is seen now; nothing with one that may not be there. */
export async function withTicket<T>(
  scope: TenantScope,
  integration: Integration,
  { key, options }: { key: string; options: RunOptions },
  work: (at: TicketAt, run: Run) => Promise<T>,
): Promise<T> {
  const actions = ticketActionsOf(integration);
  const known = await knownRun(scope, integration, { key, request: null });
  return connectedTo(scope, integration, options, async (connection) => {
    const at = { scope, integration, actions, connection, options, key };
    const run = known ? await seenNow(at, known) : await adopted(at, null);
    if (run) return work(at, run);
    throw new AppError(
      'NOT_FOUND',
      `there is no ticket for "${quotable(key)}" at "${quotable(integration.displayName)}"`,
      {
        hint: `It would have the mark ${markOf(integration, key).label}. Is --key right?`,
      },
    );
  });
}

async function seenNow({ scope, actions, connection, options }: TicketAt, run: Run): Promise<Run> {
  if (isUnresolved(run))
    return lookUp(scope, run, ticketFinder(connection, actions, options.now), options, { patiently: false });
  const ticket = await actions.state(connection.client, run.place);
  return settleNews(scope, run, newsOf(ticket, run, connection.redact, options.now()), options.now());
}
