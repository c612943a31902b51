import { closeTicket } from '../../app/tickets/close.ts';
import type { Context } from '../../context.ts';
import type { View } from '../../output/view.ts';
import { type Command, type Input, textFlag } from '../command.ts';
import { openScope } from '../integration/scope.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { inTenantTold } from '../where.ts';
import { keyOf, oneTicket, ticketKeys } from './view.ts';

export const closeVerb: Command = {
  name: 'close',
  summary: 'Move the ticket of a key to what is done there',
  description:
    'What is done is told by its provider, whatever the status is called. A ticket that is done is left alone.',
  args: [{ name: 'ref', help: 'Its name, its id, or a part of its id', required: true }],
  flags: [
    { name: 'key', value: 'key', help: 'The key or the version that it was created with' },
    { name: 'to', value: 'status', help: 'Which of several ways or statuses to take' },
    allowHttpFlag,
  ],
  examples: [
    'integrations ticket close board --key 2.4.0',
    'integrations ticket close board --key 2.4.0 --to Released',
  ],
  keys: ticketKeys,
  run: close,
};

async function close(context: Context, input: Input): Promise<View> {
  const asked = { key: keyOf(input), to: textFlag(input, 'to') };
  const scope = await openScope(context);
  const integration = await scope.findForChange('ticket', input.args[0] ?? '');
  const { run, result } = await context.wait('Closing the ticket', () =>
    closeTicket(scope, integration, asked, runOptions(context, input)),
  );
  const where = await inTenantTold(context, scope.tenant);
  return oneTicket(context, { run, result, where, when: scope.when });
}
