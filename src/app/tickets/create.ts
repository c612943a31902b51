import type { Ticket, TicketContent, TicketDraft } from '../../core/tickets.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { connectedTo } from '../runs/client.ts';
import { refuseDisabled } from '../runs/errors.ts';
import { knownRun } from '../runs/known.ts';
import { isUnresolved, lookUp } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import type { TenantScope } from '../scope.ts';
import { ticketActionsOf, ticketFinder } from './actions.ts';
import { adopted, markedTicket, storedOnce, type TicketAt } from './at.ts';
import { contentOf } from './content.ts';
import { linkTicket } from './link.ts';
import { markOf } from './mark.ts';
import type { Created, TicketRequest } from './request.ts';

/**
 * Creates the ticket of a key, once. What the provider does not tell leaves its run `unknown`.
 * @throws AppError VALIDATION for a template, a variable or a field that does not fit, CONFLICT where several tickets bear
 * its mark, FAILED, NOT_FOUND, VERIFICATION_FAILED or UNDECIDED where nothing was created
 */
export async function createTicket(
  scope: TenantScope,
  integration: Integration,
  asked: TicketRequest,
  options: RunOptions,
): Promise<Created> {
  const actions = ticketActionsOf(integration);
  const key = asked.key ?? asked.release;
  const known = await knownRun(scope, integration, { key, request: null });
  if (known && !isUnresolved(known))
    return linkTicket(scope, integration, { run: known, asked, isNew: false }, options);
  refuseDisabled(integration);
  const content = contentOf(integration, actions.names, wordsOf(scope, asked, options));
  const made = await connectedTo(scope, integration, options, async (connection) => {
    const at = { scope, integration, actions, connection, options, key };
    const found = known ? await lookedUp(at, known) : await adopted(at, asked.release);
    return found ? { run: found, isNew: false } : created(at, asked.release, content);
  });
  return linkTicket(scope, integration, { ...made, asked }, options);
}

/** A run whose fate is not known, as it is now; undefined where what it asked for may be sent again. */
async function lookedUp({ scope, actions, connection, options }: TicketAt, known: Run): Promise<Run | undefined> {
  if (actions.refusesSecond) return undefined;
  return lookUp(scope, known, ticketFinder(connection, actions, options.now), options, { patiently: false });
}

async function created(at: TicketAt, release: string, content: TicketContent): Promise<{ run: Run; isNew: boolean }> {
  const { actions, connection, integration, key } = at;
  const draft = await actions.draft(connection.client, content, markOf(integration, key));
  const create = () => actions.create(connection.client, draft);
  const { run, isRepeat } = await storedOnce(at, { release, place: draft.place }, create);
  return { run, isNew: !isRepeat };
}

/** What would be sent; only asked, and nothing is stored. */
export interface TicketPreview extends Pick<TicketDraft, 'url' | 'body'> {
  key: string;
  /** By which the ticket would be found. */
  mark: string;
  title: string;
  /** The ticket that is there already, so that none would be created. */
  existing: Pick<Ticket, 'key' | 'url'> | undefined;
}

export async function previewTicket(
  scope: TenantScope,
  integration: Integration,
  asked: TicketRequest,
  options: RunOptions,
): Promise<TicketPreview> {
  const actions = ticketActionsOf(integration);
  const key = asked.key ?? asked.release;
  const known = await knownRun(scope, integration, { key, request: null });
  const content = contentOf(integration, actions.names, wordsOf(scope, asked, options));
  return connectedTo(scope, integration, options, async (connection) => {
    const mark = markOf(integration, key);
    const { url, body } = await actions.draft(connection.client, content, mark);
    const existing = known
      ? { key: known.providerRunId, url: known.url }
      : await markedTicket({ actions, connection, integration, key });
    return { key, mark: mark.label, title: content.title, url, body, existing };
  });
}

function wordsOf({ tenant }: TenantScope, { release, title, values, link }: TicketRequest, { now }: RunOptions) {
  const known = {
    version: release,
    date: now().toISOString().slice(0, 10),
    tenant: tenant.displayName ?? tenant.id,
    ...(link === undefined ? {} : { releaseUrl: link }),
  };
  return { release, title, variables: { ...known, ...values } };
}
