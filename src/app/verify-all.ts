import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { links } from '../core/links.ts';
import { plural } from '../core/text.ts';
import type { VerificationStatus } from '../db/stores/codec.ts';
import { countRows, type ListFilter, wholePages } from '../db/stores/list.ts';
import type { DecidedRow } from '../db/stores/verdict.ts';
import type { Subject, Verified, VerifyOptions } from '../verify/verify.ts';
import type { Deps } from './deps.ts';
import { decisionOf } from './verdict.ts';

const batchSize = 25;
const batchMs = 1_000;

/** Which integrations are verified. */
export interface Selection {
  names: readonly CategoryName[];
  /** Absent: all tenants. */
  tenantId?: string;
  filter: ListFilter;
}

/** Rows to verify, with all that it takes, in the order of the categories and of their ids. */
export async function* subjectsOf(
  deps: Pick<Deps, 'database'>,
  { names, tenantId, filter }: Selection,
): AsyncGenerator<Subject> {
  const { queries } = await deps.database();
  for (const category of categoryList.filter(({ name }) => names.includes(name))) {
    const joins = category.name === 'pipeline' ? links : [];
    const query = { category, filter, joins, ...(tenantId === undefined ? {} : { tenantId }) };
    for await (const page of wholePages(queries, query)) {
      for (const { integration, ...uses } of page) yield { category, row: integration, uses };
    }
  }
}

/** How many rows `subjectsOf` would give. */
export async function countSubjects(
  deps: Pick<Deps, 'database'>,
  { names, tenantId, filter }: Selection,
): Promise<number> {
  const { queries } = await deps.database();
  const tenant = tenantId === undefined ? {} : { tenantId };
  let count = 0;
  for (const name of names) count += await countRows(queries, { category: categories[name], filter, ...tenant });
  return count;
}

/** What became of a subject. */
export interface Stored {
  verified: Verified;
  /**
   * Where its verdict is not stored, because what it was reached with is stored no more: the status that is.
   * Undefined in it: the row is gone.
   */
  leftOut: { status: VerificationStatus | undefined } | undefined;
}

/**
 * Asks the providers, and stores what they decide in batches.
 * @param onVerified is told of each as it comes
 * @returns each when what it came to is stored, a batch at a time
 */
export async function* verifyAll(
  deps: Deps,
  subjects: AsyncIterable<Subject>,
  options: VerifyOptions,
  onVerified: (verified: Verified) => void,
): AsyncGenerator<Stored> {
  const { createVerifier, inParallel } = await import('../verify/verify.ts');
  const verifier = createVerifier(await deps.openers(), options);
  let batch: Verified[] = [];
  let since = Date.now();
  let kept = 0;
  const { effects } = await deps.database();

  async function stored(): Promise<Stored[]> {
    const { decided, left } = await storeDecisions(deps, batch, options.now());
    kept += decided - left.size;
    if (kept > 0) effects.note('verdicts', `the ${plural(kept, 'verdict')} that came first`);
    const done = batch.map((verified): Stored => {
      const { id } = verified.subject.row;
      return { verified, leftOut: left.has(id) ? { status: left.get(id) } : undefined };
    });
    batch = [];
    since = Date.now();
    return done;
  }

  async function verify(subject: Subject): Promise<Verified> {
    const verified = await verifier.verify(subject);
    if (verified.unopened?.code !== 'KEY_UNAVAILABLE') return verified;
    // It may have been sealed anew since this run began.
    await deps.takeNewKeys();
    return verifier.verify(subject);
  }

  async function* untilInterrupted(): AsyncGenerator<Subject> {
    for await (const subject of subjects) {
      if (options.interrupted.aborted) return;
      yield subject;
    }
  }

  try {
    for await (const verified of inParallel(untilInterrupted(), options.concurrency, verify)) {
      // What was under way when Ctrl-C came was ended by us, not by its provider.
      if (options.interrupted.aborted && verified.verdict.outcome === 'undecided') continue;
      batch.push(verified);
      onVerified(verified);
      if (batch.length >= batchSize || Date.now() - since > batchMs) yield* await stored();
    }
    yield* await stored();
  } catch (error) {
    // What is decided is kept, whatever else went wrong.
    await stored();
    throw error;
  } finally {
    await verifier.close();
  }
}

/** @returns how many verdicts there are, and the rows that changed meanwhile, whose verdict is not stored, by id with their status */
async function storeDecisions(
  deps: Deps,
  batch: readonly Verified[],
  decidedAt: Date,
): Promise<{ decided: number; left: Map<string, VerificationStatus | undefined> }> {
  const decided = batch.flatMap(({ subject, verdict }): DecidedRow[] => {
    const decision = decisionOf(verdict, subject.uses, decidedAt);
    return decision ? [{ ...subject, ...decision }] : [];
  });
  if (decided.length === 0) return { decided: 0, left: new Map() };
  const { storeVerdicts } = await import('../db/stores/verdict.ts');
  const database = await deps.database();
  const left = await database.transaction((queries) => storeVerdicts(queries, decided, deps.sameCredential));
  for (const id of left.keys()) deps.warn(`${id} was changed while its provider was asked; the verdict is not stored.`);
  return { decided: decided.length, left };
}
