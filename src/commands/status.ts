import { integrationMetrics } from '../app/metrics.ts';
import { readOverview, readOverviews } from '../app/overview.ts';
import { readTenantNames } from '../app/tenant-names.ts';
import { outputSetting } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import { plural, shellWord } from '../core/text.ts';
import { unresolvedIds, unresolvedRuns } from '../db/stores/runs.ts';
import type { OneView, View } from '../output/view.ts';
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
    const tenant = await context.tenant();
    const named = context.flags.tenant;
    const tenantFlag = named === undefined ? '' : ` --tenant ${shellWord(named)}`;
    const view = statusView(await readOverview(context, tenant), place, { all, tenantFlag });
    return withRuns(view, await unresolvedIn(context, tenant.id));
  }
  if (all)
    throw usage('--all shows every integration of one tenant, --all-tenants shows totals: give one of the two', {
      field: 'all',
    });
  return totalsView(readOverviews(context), place, {
    names: await readTenantNames(context),
    runsIn: async (tenantIds) => unresolvedIds((await context.database()).queries, tenantIds, mostRuns),
  });
}

const mostRuns = 100;

/** The runs of which nobody knows what became, by their ids. */
async function unresolvedIn(context: Context, tenantId: string): Promise<string[]> {
  const { queries } = await context.database();
  return (await unresolvedRuns(queries, { tenantId, limit: mostRuns })).map(({ id }) => id);
}

function withRuns(view: OneView, ids: readonly string[]): OneView {
  const data = { ...view.data, unresolvedRuns: [...ids] };
  if (ids.length === 0) return { ...view, data };
  const told = `nobody knows what became of ${plural(ids.length, 'run')}: integrations runs`;
  return { ...view, data, lines: [...view.lines, ['Runs', told, 'yellow']] };
}
