import { itemOf, lineOf, reasonOf, reportView, statusOf } from '../commands/verification/report.ts';
import type { Context } from '../context.ts';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { links } from '../core/links.ts';
import type { VerificationStatus } from '../db/stores/codec.ts';
import { countRows, type ListFilter, listPages } from '../db/stores/list.ts';
import type { DecidedRow } from '../db/stores/verdict.ts';
import type { Data, ManyView } from '../output/view.ts';
import type { Subject, Verified, VerifyOptions } from '../verify/verify.ts';

const batchSize = 25;
const batchMs = 1_000;

interface Selection {
  names: readonly CategoryName[];
  /** Absent: all tenants. */
  tenantId?: string;
  filter: ListFilter;
}

/** Rows to verify, with all that it takes, in the order of the categories and of their ids. */
export async function* subjectsOf(context: Context, { names, tenantId, filter }: Selection): AsyncGenerator<Subject> {
  const { queries } = await context.database();
  for (const category of categoryList.filter(({ name }) => names.includes(name))) {
    const joins = category.name === 'pipeline' ? links : [];
    const query = { category, filter, joins, sealed: true, ...(tenantId === undefined ? {} : { tenantId }) };
    for await (const page of listPages(queries, query)) {
      for (const { integration, ...uses } of page) yield { category, row: integration, uses };
    }
  }
}

/** How many rows `subjectsOf` would give. */
export async function countSubjects(context: Context, { names, tenantId, filter }: Selection): Promise<number> {
  const { queries } = await context.database();
  const tenant = tenantId === undefined ? {} : { tenantId };
  let count = 0;
  for (const name of names) count += await countRows(queries, { category: categories[name], filter, ...tenant });
  return count;
}

/** Asks the providers, stores what they decide in batches, and reports it in the order of the subjects. */
export async function verifyAll(
  context: Context,
  subjects: AsyncIterable<Subject>,
  options: VerifyOptions,
  total: () => Promise<number>,
): Promise<ManyView> {
  const { createVerifier, inParallel } = await import('../verify/verify.ts');
  const verifier = createVerifier(await context.sealers(), options);
  const order: string[] = [];
  const items = new Map<string, Data>();
  let batch: Verified[] = [];
  let since = Date.now();
  let unopened: Verified['unopened'];

  async function store(): Promise<void> {
    const left = await record(context, batch, options.now());
    for (const each of batch) {
      const { id } = each.subject.row;
      items.set(id, itemOf(each, left.has(id) ? { status: left.get(id) } : undefined));
    }
    batch = [];
    since = Date.now();
  }

  async function verify(subject: Subject): Promise<Verified> {
    const verified = await verifier.verify(subject);
    if (verified.unopened?.code !== 'KEY_UNAVAILABLE') return verified;
    // It may have been sealed anew since this run began.
    await context.takeNewKeys();
    return verifier.verify(subject);
  }

  async function* untilInterrupted(): AsyncGenerator<Subject> {
    for await (const subject of subjects) {
      if (options.interrupted.aborted) return;
      order.push(subject.row.id);
      yield subject;
    }
  }

  const release = context.interruption.hold();
  const progress = await context.progress(total);
  try {
    for await (const verified of inParallel(untilInterrupted(), options.concurrency, verify)) {
      // What was under way when Ctrl-C came was ended by us, not by its provider.
      if (options.interrupted.aborted && verified.verdict.outcome === 'undecided') continue;
      unopened ??= verified.unopened;
      batch.push(verified);
      progress?.done(lineOf(verified));
      if (batch.length >= batchSize || Date.now() - since > batchMs) await store();
    }
    await store();
  } catch (error) {
    // What is decided is kept, whatever else went wrong.
    await store();
    throw error;
  } finally {
    progress?.stop();
    await verifier.close();
    release();
  }
  const report = reportView(
    order.map((id) => items.get(id)).filter((item) => item !== undefined),
    options.interrupted.aborted,
  );
  return unopened && !options.interrupted.aborted ? { ...report, failure: () => unopened } : report;
}

/** @returns the rows that changed meanwhile, whose verdict is not stored, by id with their status */
async function record(
  context: Context,
  batch: readonly Verified[],
  decidedAt: Date,
): Promise<Map<string, VerificationStatus | undefined>> {
  const decided = batch.flatMap(({ subject, verdict }): DecidedRow[] => {
    const status = statusOf(verdict);
    return status ? [{ ...subject, status, reason: reasonOf(verdict), expiresAt: verdict.expiresAt, decidedAt }] : [];
  });
  if (decided.length === 0) return new Map();
  const { recordVerdicts } = await import('../db/stores/verdict.ts');
  const database = await context.database();
  const left = await database.transaction((queries) => recordVerdicts(queries, decided, context.sameCredential));
  for (const id of left.keys())
    context.warn(`${id} was changed while its provider was asked; the verdict is not stored.`);
  return left;
}
