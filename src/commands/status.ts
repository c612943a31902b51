import { readOverview } from '../app/overview.ts';
import type { Context } from '../context.ts';
import type { OneView } from '../output/view.ts';
import type { Command } from './command.ts';
import { placeOf, statusView } from './status-view.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show the tenant at a glance, and what stops its pipelines',
  examples: ['integrations status', 'integrations status --tenant Acme --json'],
  run: show,
};

async function show(context: Context): Promise<OneView> {
  return statusView(await readOverview(context, await context.tenant()), await placeOf(context));
}
