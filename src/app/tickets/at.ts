import { AppError } from '../../core/error.ts';
import { newId } from '../../core/id.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Ticket, TicketActions, TicketDraft } from '../../core/tickets.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { Begun } from '../runs/begin.ts';
import { carryOut } from '../runs/carry-out.ts';
import type { Connected } from '../runs/client.ts';
import type { RunOptions } from '../runs/options.ts';
import type { TenantScope } from '../scope.ts';
import { newsOf, ticketFinder } from './actions.ts';
import { markOf } from './mark.ts';

/** The ticket of a key, and with what its provider is asked for it. */
export interface TicketAt {
  scope: TenantScope;
  integration: Integration;
  actions: TicketActions;
  connection: Connected;
  options: RunOptions;
  key: string;
}

/** A ticket that bears the mark, though nothing is stored of it: it is ours from now on. */
export async function adopted(at: TicketAt, release: string | null): Promise<Run | undefined> {
  const ticket = await markedTicket(at);
  if (!ticket) return undefined;
  return (await storedOnce(at, { release, place: ticket.place }, () => Promise.resolve(ticket))).run;
}

/** @throws AppError CONFLICT where several bear the mark */
export async function markedTicket({
  actions,
  connection,
  integration,
  key,
}: Omit<TicketAt, 'scope' | 'options'>): Promise<Ticket | undefined> {
  const mark = markOf(integration, key);
  const [ticket, ...others] = await actions.find(connection.client, mark);
  if (others.length === 0) return ticket;
  const keys = [ticket, ...others].map((each) => quotable(each?.key ?? each?.url ?? '?'));
  throw new AppError('CONFLICT', `several tickets are marked ${mark.label}: ${sentenceList(keys.slice(0, 5))}`, {
    hint: 'Take the mark off all but one of them.',
    details: { mark: mark.label, tickets: keys },
  });
}

/** What is to be created is stored first, then created, then stored as it is. */
export function storedOnce(
  { scope, integration, actions, connection, options, key }: TicketAt,
  { release, place }: { release: string | null; place: TicketDraft['place'] },
  create: () => Promise<Ticket>,
): Promise<Begun> {
  const { redact, provider } = connection;
  const intent = {
    id: newId('run'),
    kind: 'ticket' as const,
    integration,
    key,
    request: null,
    marker: markOf(integration, key).label,
    about: release === null ? {} : { release },
    place,
    deadline: null,
    unresolved: 'no matter' as const,
  };
  const errand = {
    ...ticketFinder(connection, actions, options.now),
    provider: provider.titleInText,
    refusesSecond: actions.refusesSecond,
    send: async (run: Run) => newsOf(await create(), run, redact, options.now()),
  };
  return carryOut(scope, intent, errand, options);
}
