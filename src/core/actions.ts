import type { BuildActions } from './builds.ts';
import type { MessageActions } from './messages.ts';
import type { TicketActions } from './tickets.ts';

/** What can be done at a provider, by kind. */
export interface Actions {
  build?: BuildActions;
  message?: MessageActions;
  ticket?: TicketActions;
}
