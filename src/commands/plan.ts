import type { Context } from '../context.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { manifestFlags, planAll, prepare } from './manifest/prepare.ts';
import { changesView, conflictOf, itemOf, planKeys } from './manifest/report.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'Show what apply would change',
  description:
    'Reads the manifest, compares it with what is stored, and writes nothing. Of a credential it tells only whether\nit changes; with --no-credentials none is read, which is for changes that others propose.',
  flags: [
    ...manifestFlags,
    { name: 'no-credentials', help: 'Read no credential and need no key' },
    { name: 'detailed-exitcode', help: 'End with 2 where there are differences' },
  ],
  examples: [
    'integrations plan -f integrations.yaml',
    'integrations plan -f integrations.yaml --no-credentials --detailed-exitcode',
  ],
  run: showPlan,
};

async function showPlan(context: Context, input: Input): Promise<View> {
  const preparation = await prepare(context, input, !switchFlag(input, 'no-credentials'));
  const planned = await planAll(context, preparation);
  const items = planned.flatMap(({ tenant, changes }) => changes.map((change) => itemOf(tenant, change)));
  const differs = items.some(({ action }) => action !== 'none');
  return {
    ...changesView(items, planKeys),
    ...(differs && switchFlag(input, 'detailed-exitcode') ? { exitStatus: 2 } : {}),
    failure: () => planned.map(conflictOf).find((conflict) => conflict !== undefined),
  };
}
