import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../core/error.ts';
import { plural, quotable, sentenceList } from '../../core/text.ts';
import { databaseError } from '../../db/errors.ts';
import type { Database } from '../../db/queries.ts';
import { isGone } from '../../db/repeat.ts';
import { tenantStore } from '../../db/stores/host.ts';
import { writeChanges } from '../../manifest/apply.ts';
import type { Change } from '../../manifest/change.ts';
import type { Deps } from '../deps.ts';
import { inTenant } from '../scope.ts';
import type { Planned } from './prepare.ts';
import type { Review } from './review.ts';

/** What became of a tenant. */
export interface Outcome {
  changes: readonly Change[];
  /** Nothing of it is stored. */
  error?: AppError;
}

/** What somebody agreed to. */
export interface Approval {
  /** With `--plan`. */
  review: Review | undefined;
  /** The changes were looked at as they were planned. */
  isShown: boolean;
}

/**
 * Carries out the plans that change something, each tenant whole or not at all. Where one fails the others go on, unless
 * the database is gone: that was waited for once, and each of them would wait again.
 */
export async function applyAll(
  deps: Deps,
  planned: readonly Planned[],
  { review, isShown, parallel }: Approval & { parallel: number },
): Promise<Map<Planned, Outcome>> {
  const outcomes = new Map<Planned, Outcome>();
  const queue = planned.filter(({ changes }) => changes.some(({ action }) => action !== 'none'));
  if (queue.length === 0) return outcomes;
  const apply = await applierOf(deps, { review, isShown });
  const { writers, effects } = await deps.database();
  const done: string[] = [];
  const work = async () => {
    for (let next = queue.shift(); next && !isDatabaseGone(outcomes); next = queue.shift()) {
      const outcome = await apply(next);
      outcomes.set(next, outcome);
      if (outcome.error) continue;
      done.push(next.tenant.displayName ?? next.tenant.id);
      effects.note('tenants', `what the manifest says of ${tenantsTold(done)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(writers, parallel) }, work));
  return outcomes;
}

const mostNamed = 5;

function tenantsTold(names: readonly string[]): string {
  const more = names.length - mostNamed;
  const named = names.slice(0, mostNamed).map((name) => `"${quotable(name)}"`);
  return sentenceList(more > 0 ? [...named, plural(more, 'more tenant')] : named);
}

export function isDatabaseGone(outcomes: ReadonlyMap<Planned, Outcome>): boolean {
  return [...outcomes.values()].some(({ error }) => isGone(error?.cause));
}

/** Carries out a plan in one transaction, made anew with what is stored then. */
async function applierOf(deps: Deps, { review, isShown }: Approval): Promise<(planned: Planned) => Promise<Outcome>> {
  const [database, sealers] = [await deps.database(), await deps.sealers()];
  const [{ id: accountId }, actor] = [await deps.account(), await deps.actor()];
  return async (planned) => {
    const { tenant, changes } = planned;
    try {
      const conflict = conflictOf(planned);
      if (conflict) return { changes, error: conflict };
      return await inTenant(deps, { tenant, actor }, async (stores, transaction) => {
        await tenantStore(transaction).lock(tenant.id);
        const { changes: now, digest } = await planned.planAgain(transaction);
        review?.refuseChanged(tenant, digest);
        const found = conflictOf({ changes: now });
        if (found) throw found;
        if (deletionsIn(now) > deletionsIn(changes)) throw changedMeanwhile();
        if (isShown && !isSame(now, changes)) throw otherThanShown();
        await writeChanges(stores, now, { sealer: sealers(tenant.id), accountId });
        return { changes: now };
      });
    } catch (error) {
      return { changes, error: toldError(error, database) };
    }
  };
}

/** The first change of a tenant that what is stored does not allow. */
export function conflictOf({ changes }: Pick<Planned, 'changes'>): AppError | undefined {
  return changes.find(({ conflict }) => conflict)?.conflict;
}

function toldError(error: unknown, { location }: Database): AppError {
  if (error instanceof AppError) return error;
  const known = databaseError(error, location, 'apply');
  if (known) return known;
  return new AppError('INTERNAL', 'something unexpected happened', {
    hint: 'Run it again with --debug and report what it says.',
    cause: error,
  });
}

export function deletionsIn(changes: readonly Change[]): number {
  return changes.filter(({ action }) => action === 'delete').length;
}

/** Whether two plans do the same to the same; ids are made anew with each. */
function isSame(one: readonly Change[], other: readonly Change[]): boolean {
  const told = (changes: readonly Change[]) =>
    changes.map(({ action, category, name, fields }) => [action, category.name, name, fields]);
  return isDeepStrictEqual(told(one), told(other));
}

function otherThanShown(): AppError {
  return new AppError('CONFLICT', 'what is stored has changed since the plan was shown', {
    hint: 'Run it again, and look at the new plan.',
  });
}

function changedMeanwhile(): AppError {
  return new AppError('CONFLICT', 'there is more to delete now than when it was counted', { hint: 'Run it again.' });
}
