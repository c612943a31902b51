import type { Outcome } from '../../app/manifest/apply.ts';
import type { Planned } from '../../app/manifest/prepare.ts';
import { subjectsOf } from '../../app/verify-all.ts';
import type { Context } from '../../context.ts';
import { categoryList } from '../../core/category.ts';
import type { AppError } from '../../core/error.ts';
import type { Data } from '../../output/view.ts';
import type { Subject, VerifyOptions } from '../../verify/verify.ts';
import { runVerification } from '../verification/run.ts';

interface Verification {
  /** Items of `verify`'s report, by id. */
  items: ReadonlyMap<string, Data>;
  failure: AppError | undefined;
}

/** Asks the providers about what was made or changed, and stores what they say. */
export async function verifyChanged(
  context: Context,
  outcomes: ReadonlyMap<Planned, Outcome>,
  options: VerifyOptions,
): Promise<Verification> {
  const changed = [...outcomes].flatMap(([{ tenant }, { changes, error }]) => {
    const written = changes.filter(({ action }) => action === 'create' || action === 'update');
    const ids = new Set(written.map(({ id }) => id));
    return error || ids.size === 0 ? [] : [{ tenantId: tenant.id, ids, written }];
  });
  async function* subjects(): AsyncGenerator<Subject> {
    for (const { tenantId, ids, written } of changed) {
      const names = categoryList
        .map(({ name }) => name)
        .filter((name) => written.some((each) => each.category.name === name));
      for await (const subject of subjectsOf(context, { names, tenantId, filter: {} })) {
        if (ids.has(subject.row.id)) yield subject;
      }
    }
  }
  const total = changed.reduce((sum, { ids }) => sum + ids.size, 0);
  const { items, view } = await runVerification(context, subjects(), options, { total: async () => total });
  return { items: new Map([...items].map((item) => [String(item['id']), item])), failure: view.failure?.() };
}
