import { readOverview, readOverviews } from '../app/overview.ts';
import { readTenantNames } from '../app/tenant-names.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { totalsView } from './status-totals.ts';
import { placeOf, statusView } from './status-view.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show the tenant at a glance, and what stops its pipelines',
  description: 'With more than twenty integrations it counts them, and shows only what is wrong.',
  flags: [
    { name: 'all', help: 'Show all of them, however many' },
    { name: 'all-tenants', help: 'Show the totals of every tenant' },
  ],
  examples: [
    'integrations status',
    'integrations status --all',
    'integrations status --tenant Acme --json',
    'integrations status --all-tenants',
  ],
  run: show,
};

async function show(context: Context, input: Input): Promise<View> {
  const place = await placeOf(context);
  const all = switchFlag(input, 'all');
  if (!switchFlag(input, 'all-tenants')) {
    return statusView(await readOverview(context, await context.tenant()), place, all);
  }
  if (all)
    throw usage('--all shows every integration of one tenant, --all-tenants shows totals: give one of the two', {
      field: 'all',
    });
  return totalsView(readOverviews(context), place, await readTenantNames(context));
}
