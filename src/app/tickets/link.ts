import { AppError } from '../../core/error.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { connectedTo } from '../runs/client.ts';
import { isUnresolved } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { ticketActionsOf } from './actions.ts';
import type { Created, TicketRequest } from './request.ts';

/** Beside what the provider's actions keep in `place`: what the ticket leads to already. */
const linkedName = 'linked';

/** Lets a ticket lead to what was asked for, where it does not yet. Where that fails the ticket is there all the same. */
export async function linkTicket(
  scope: TenantScope,
  integration: Integration,
  { run, asked, isNew }: { run: Run; asked: Pick<TicketRequest, 'link' | 'release'>; isNew: boolean },
  options: RunOptions,
): Promise<Created> {
  const told: Created = { run, result: isNew ? 'created' : 'existing', warnings: [] };
  const { link: url, release } = asked;
  if (url === undefined || run.place[linkedName] === url || isUnresolved(run) || run.state === 'trashed') return told;
  const actions = ticketActionsOf(integration);
  try {
    await connectedTo(scope, integration, options, ({ client }) =>
      actions.link(client, run.place, { url, title: `Release ${release}` }),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...told, warnings: [`The ticket is there, but the link is not on it: ${error.message}.`] };
  }
  const place = { ...run.place, [linkedName]: url };
  return { ...told, run: await settleNews(scope, run, { place }, options.now()) };
}
