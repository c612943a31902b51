import { applyAll, deletionsIn, isDatabaseGone } from '../app/manifest/apply.ts';
import { failureOf, outcomeItems } from '../app/manifest/items.ts';
import { type Planned, planAll } from '../app/manifest/prepare.ts';
import { startReview } from '../app/manifest/review.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import { plural, shellWord } from '../core/text.ts';
import { readPlanFile } from '../manifest/plan-file.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, listFlag, numberFlag, switchFlag, textFlag } from './command.ts';
import { confirmChanges } from './manifest/confirm-changes.ts';
import { manifestFlags, readManifests } from './manifest/read-manifests.ts';
import { changesView, planKeys, unlistedIn } from './manifest/report.ts';
import { verifyChanged } from './manifest/verify-changed.ts';
import { manyFlags, verifyOptions } from './verification/options.ts';

const applyKeys = [...planKeys, 'result', 'error', 'verification'];

export const apply: Command = {
  name: 'apply',
  summary: 'Make the stored integrations match a manifest',
  description:
    'In a terminal it shows its plan and asks; --yes answers, and --plan is the answer. Each tenant is changed whole or not at all; where one fails, the others go on, unless the database is gone. Nothing is deleted without --prune.',
  flags: [
    ...manifestFlags,
    { name: 'plan', value: 'path', help: 'Apply only what "plan --out" saved' },
    { name: 'max-delete', value: 'n', help: 'With --prune, refuse to delete more than this (default 10)' },
    { name: 'parallel', value: 'n', help: 'Tenants at a time, 1 to 4 (default 1)' },
    { name: 'verify', help: 'Then ask the providers about what changed' },
    ...manyFlags.filter(({ name }) => name !== 'stale'),
  ],
  examples: [
    'integrations apply -f integrations.yaml',
    'integrations apply -f integrations.yaml --plan reviewed.plan',
    'integrations apply -f integrations.yaml --prune --max-delete 20',
  ],
  keys: applyKeys,
  run: applyManifest,
};

async function applyManifest(context: Context, input: Input): Promise<View> {
  const maxDelete = numberFlag(input, 'max-delete', { preset: 10, least: 0, most: 1_000_000 });
  const parallel = numberFlag(input, 'parallel', { preset: 1, least: 1, most: 4 });
  const verifying = switchFlag(input, 'verify') ? verifyOptions(context, input) : undefined;
  const preparation = await readManifests(context, input, true);
  const path = textFlag(input, 'plan');
  const review =
    path === undefined
      ? undefined
      : await startReview(context, preparation, readPlanFile(path), switchFlag(input, 'prune'));
  const planned = await context.wait('Comparing', () => planAll(context, preparation, review));
  review?.refuseOther();
  refuseDeletions(planned, maxDelete, listFlag(input, 'file'));
  const isShown = !review && (await confirmChanges(context, planned));
  const outcomes = await context.wait('Writing', () => applyAll(context, planned, { review, isShown, parallel }));
  const failed = planned.map((each) => failureOf(each, outcomes.get(each))).find((error) => error !== undefined);
  const verified =
    verifying && (await verifyChanged(context, isDatabaseGone(outcomes) ? new Map() : outcomes, verifying));
  return {
    ...changesView(
      planned.flatMap((each) => outcomeItems(each, outcomes.get(each), verified?.items)),
      { unlisted: unlistedIn(planned) },
      applyKeys,
    ),
    failure: () => failed ?? verified?.failure,
  };
}

/** @throws AppError USAGE */
function refuseDeletions(planned: readonly Planned[], most: number, paths: readonly string[]): void {
  const count = planned.reduce((sum, { changes }) => sum + deletionsIn(changes), 0);
  if (count <= most) return;
  const plan = ['integrations plan', ...paths.map((path) => `-f ${shellWord(path)}`), '--prune'].join(' ');
  throw usage(`this would delete ${plural(count, 'integration')}, and at most ${most} may be deleted`, {
    hint: `Look at them with "${plan}"; if all of them may go, add --max-delete ${count}.`,
    field: 'max-delete',
  });
}
