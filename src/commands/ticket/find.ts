import { findTicket } from '../../app/tickets/find.ts';
import type { Context } from '../../context.ts';
import type { View } from '../../output/view.ts';
import type { Command, Input } from '../command.ts';
import { openScope } from '../integration/scope.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { inTenantTold } from '../where.ts';
import { keyOf, oneTicket, ticketKeys } from './view.ts';

export const findVerb: Command = {
  name: 'find',
  summary: 'Ask for the ticket of a key, and whether it is done',
  description: 'One whose answer was lost is looked for once more; nothing is created.',
  args: [{ name: 'ref', help: 'Its name, its id, or a part of its id', required: true }],
  flags: [{ name: 'key', value: 'key', help: 'The key or the version that it was created with' }, allowHttpFlag],
  examples: ['integrations ticket find board --key 2.4.0', 'integrations ticket find board --key 2.4.0 --json'],
  keys: ticketKeys,
  run: find,
};

async function find(context: Context, input: Input): Promise<View> {
  const key = keyOf(input);
  const scope = await openScope(context);
  const integration = await scope.find('ticket', input.args[0] ?? '');
  const run = await context.wait('Asking for the ticket', () =>
    findTicket(scope, integration, key, runOptions(context, input)),
  );
  const where = await inTenantTold(context, scope.tenant);
  return oneTicket(context, { run, result: 'existing', where, when: scope.when });
}
