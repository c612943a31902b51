import { manifestFlags, type Planned, planAll, prepare } from '../app/manifest/prepare.ts';
import { type Review, startReview } from '../app/manifest/review.ts';
import type { Context } from '../context.ts';
import { AppError, usage } from '../core/error.ts';
import { plural } from '../core/text.ts';
import { databaseError } from '../db/errors.ts';
import { tenantStore } from '../db/stores/host.ts';
import { writableStoresOf } from '../db/stores/writable-stores.ts';
import { writeChanges } from '../manifest/apply.ts';
import type { Change } from '../manifest/change.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, numberFlag, switchFlag, textFlag } from './command.ts';
import { changesView, conflictOf, failureOf, type Outcome, outcomeData, planKeys } from './manifest/report.ts';
import { verifyChanged } from './manifest/verify-changed.ts';
import { manyFlags, verifyOptions } from './verification/options.ts';

const applyKeys = [...planKeys, 'result', 'error', 'verification'];

export const apply: Command = {
  name: 'apply',
  summary: 'Bring what is stored in line with a manifest',
  description:
    'Each tenant is changed whole or not at all; where one fails, the others go on. Nothing is deleted without --prune.',
  flags: [
    ...manifestFlags,
    { name: 'plan', value: 'path', help: 'Apply only what "plan --out" wrote down' },
    { name: 'max-delete', value: 'n', help: 'With --prune, refuse to delete more; 10 where it is not given' },
    { name: 'parallel', value: 'n', help: 'Tenants at a time, 1 to 4; 1 where it is not given' },
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
  const preparation = await prepare(context, input, true);
  const path = textFlag(input, 'plan');
  const review = path === undefined ? undefined : await startReview(context, input, preparation, path);
  const planned = await context.wait('Comparing', () => planAll(context, preparation, review?.see));
  review?.refuseOther();
  refuseDeletions(planned, maxDelete);
  const changing = planned.filter(({ changes }) => changes.some(({ action }) => action !== 'none'));
  const outcomes = new Map<Planned, Outcome>();
  if (changing.length > 0) {
    const writer = await writerOf(context, review);
    const { engine } = await context.database();
    const queue = [...changing];
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) outcomes.set(next, await writer(next));
    };
    // SQLite has one writer at a time.
    const workers = engine === 'sqlite' ? 1 : parallel;
    await context.wait('Writing', () => Promise.all(Array.from({ length: workers }, work)));
  }
  const failed = planned.map((each) => failureOf(each, outcomes.get(each))).find((error) => error !== undefined);
  const verified = verifying && (await verifyChanged(context, outcomes, verifying));
  return {
    ...changesView(
      planned.flatMap((each) => outcomeData(each, outcomes.get(each), verified?.items)),
      applyKeys,
    ),
    failure: () => failed ?? verified?.failure,
  };
}

/** Carries out a plan in one transaction, made anew with what is stored then. */
async function writerOf(context: Context, review: Review | undefined): Promise<(planned: Planned) => Promise<Outcome>> {
  const database = await context.database();
  const [sealers, { id: accountId }, actor] = [await context.sealers(), await context.account(), await context.actor()];
  return async (planned) => {
    const { tenant, changes } = planned;
    try {
      const conflict = conflictOf(planned);
      if (conflict) return { changes, error: conflict };
      return await database.transaction(async (queries) => {
        await tenantStore(queries).lock(tenant.id);
        const { changes: now, state } = await planned.planAgain(queries);
        review?.refuseChanged(tenant, state);
        const found = conflictOf({ tenant, changes: now });
        if (found) throw found;
        if (deletionsIn(now) > deletionsIn(changes)) throw changedMeanwhile();
        const stores = writableStoresOf(queries, { tenant, actor, same: context.sameCredential });
        await writeChanges(stores, now, { sealer: sealers(tenant.id), accountId });
        await context.confirmKey();
        return { changes: now };
      });
    } catch (error) {
      return { changes, error: toldError(error, database.location) };
    }
  };
}

function toldError(error: unknown, location: Parameters<typeof databaseError>[1]): AppError {
  if (error instanceof AppError) return error;
  const known = databaseError(error, location);
  if (known) return known;
  return new AppError('INTERNAL', 'something unforeseen happened', {
    hint: 'Run it again with --debug and report what it says.',
    cause: error,
  });
}

function deletionsIn(changes: readonly Change[]): number {
  return changes.filter(({ action }) => action === 'delete').length;
}

function changedMeanwhile(): AppError {
  return new AppError('CONFLICT', 'there is more to delete now than when it was counted', { hint: 'Run it again.' });
}

/** @throws AppError USAGE */
function refuseDeletions(planned: readonly Planned[], most: number): void {
  const count = planned.reduce((sum, { changes }) => sum + deletionsIn(changes), 0);
  if (count <= most) return;
  throw usage(`this would delete ${plural(count, 'integration')}, and at most ${most} may be deleted`, {
    hint: `Look at them with "integrations plan --prune"; if all of them may go: --max-delete ${count}`,
    field: 'max-delete',
  });
}
