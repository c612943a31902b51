import { readOverview } from '../app/overview.ts';
import type { Context } from '../context.ts';
import type { OneView } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { placeOf, statusView } from './status-view.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show the tenant at a glance, and what stops its pipelines',
  description: 'With more than twenty integrations it counts them, and shows only what is wrong.',
  flags: [{ name: 'all', help: 'Show all of them, however many' }],
  examples: ['integrations status', 'integrations status --all', 'integrations status --tenant Acme --json'],
  run: show,
};

async function show(context: Context, input: Input): Promise<OneView> {
  const overview = await readOverview(context, await context.tenant());
  return statusView(overview, await placeOf(context), switchFlag(input, 'all'));
}
