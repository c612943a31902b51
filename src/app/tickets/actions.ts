import { AppError } from '../../core/error.ts';
import type { Ticket, TicketActions } from '../../core/tickets.ts';
import { moment } from '../../core/time.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { Connected } from '../runs/client.ts';
import type { Finder } from '../runs/look-up.ts';
import type { Started } from '../runs/settle.ts';
import { markOf } from './mark.ts';

/** How the provider of an integration keeps tickets. @throws AppError where it does not */
export function ticketActionsOf(integration: Integration): TicketActions {
  const provider = providerOf(categoryOf(integration), integration);
  const { ticket } = provider.actions;
  if (ticket) return ticket;
  throw new AppError('USAGE', `${provider.titleInText} keeps no tickets`);
}

/** What a provider says of a ticket, as it is stored. */
export function newsOf(
  ticket: Ticket,
  { place, endedAt }: Pick<Run, 'place' | 'endedAt'>,
  redact: Connected['redact'],
  now: Date,
): Started {
  const shown = (text: string | null) => text && redact(text);
  return {
    state: ticket.state,
    providerState: shown(ticket.providerState),
    providerRunId: shown(ticket.key),
    url: shown(ticket.url),
    detail: null,
    place: { ...place, ...ticket.place },
    endedAt: ticket.state === 'open' ? null : (endedAt ?? moment(now)),
  };
}

/** How a ticket is found whose answer was lost. */
export function ticketFinder({ client, redact }: Connected, actions: TicketActions, now: () => Date): Finder {
  return {
    lag: actions.lag,
    redact,
    async find(run) {
      const tickets = await actions.find(
        client,
        markOf({ tenantId: run.tenantId, id: run.integrationId }, run.key ?? ''),
      );
      return tickets.map((ticket) => newsOf(ticket, run, redact, now()));
    },
  };
}
