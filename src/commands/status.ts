import { integrationMetrics } from '../app/metrics.ts';
import { readOverview, readOverviews } from '../app/overview.ts';
import { readTenantNames } from '../app/tenant-names.ts';
import { outputSetting } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import { shellWord } from '../core/text.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { formats } from './global-flags.ts';
import { totalsView } from './status-totals.ts';
import { placeOf, statusView } from './status-view.ts';

const metricsFormat = 'prometheus';

export const status: Command = {
  name: 'status',
  summary: 'Show the tenant at a glance, and what stops its pipelines',
  description:
    'With more than twenty integrations it counts them, and shows only what is wrong. With -o prometheus it is what a textfile collector reads.',
  flags: [
    { name: 'all', help: 'Show all of them, however many' },
    { name: 'all-tenants', help: 'Show the totals of every tenant' },
  ],
  examples: [
    'integrations status',
    'integrations status --all',
    'integrations status --tenant Acme --json',
    'integrations status --all-tenants',
    'integrations status --all-tenants -o prometheus',
  ],
  formats: [...formats, metricsFormat],
  run: show,
};

async function show(context: Context, input: Input): Promise<View> {
  const all = switchFlag(input, 'all');
  const isOfAll = switchFlag(input, 'all-tenants');
  if (outputSetting(context.flags, context.env, await context.config()) === metricsFormat) {
    return { kind: 'text', text: integrationMetrics(context, isOfAll ? undefined : (await context.tenant()).id) };
  }
  const place = await placeOf(context);
  if (!isOfAll) {
    const { tenant } = context.flags;
    const tenantFlag = tenant === undefined ? '' : ` --tenant ${shellWord(tenant)}`;
    return statusView(await readOverview(context, await context.tenant()), place, { all, tenantFlag });
  }
  if (all)
    throw usage('--all shows every integration of one tenant, --all-tenants shows totals: give one of the two', {
      field: 'all',
    });
  return totalsView(readOverviews(context), place, await readTenantNames(context));
}
