import type { TenantNames } from '../../app/tenant-names.ts';
import { verifiedItem } from '../../app/verified-item.ts';
import { verifyAll } from '../../app/verify-all.ts';
import { outputSetting } from '../../config/settings.ts';
import type { Context } from '../../context.ts';
import type { AppError } from '../../core/error.ts';
import type { Data, ManyView } from '../../output/view.ts';
import type { Subject, VerifyOptions } from '../../verify/verify.ts';
import { createOrderedItems } from './ordered-items.ts';
import { reportView } from './report.ts';

/** What came of verifying, in the order of the subjects. */
export interface Report {
  items: Iterable<Data>;
  view: ManyView;
}

/** Whether the answer has the reasons in it, as all formats have but `name` and one of other fields. */
async function tellsReasons({ flags, env, config }: Context): Promise<boolean> {
  if (flags.fields) return flags.fields.includes('checks');
  return outputSetting(flags, env, await config()) !== 'name';
}

/** Verifies with a bar for whoever watches; Ctrl-C ends it once what is decided is stored. */
export async function runVerification(
  context: Context,
  subjects: AsyncIterable<Subject>,
  options: VerifyOptions,
  { total, names }: { total: () => Promise<number>; names?: TenantNames | undefined },
): Promise<Report> {
  const items = createOrderedItems();
  let unopened: AppError | undefined;

  async function* counted(): AsyncGenerator<Subject> {
    for await (const subject of subjects) {
      items.expect(subject.row.id);
      yield subject;
    }
  }

  const withTenant = (item: Data, tenantId: string): Data =>
    names ? { ...item, tenantId, tenantName: names.nameOf(tenantId) } : item;

  const release = context.interruption.hold();
  const progress = await context.progress(total);
  try {
    const results = verifyAll(context, counted(), options, (verified) => {
      unopened ??= verified.unopened;
      progress?.advance(1);
    });
    for await (const { verified, leftOut } of results) {
      const { id, tenantId } = verified.subject.row;
      items.add(id, withTenant(verifiedItem(verified, leftOut), tenantId));
    }
    items.end();
  } finally {
    progress?.stop();
    release();
  }
  const interrupted = options.interrupted.aborted;
  const view = reportView(items, { interrupted, names, tellsReasons: await tellsReasons(context) });
  return { items, view: unopened && !interrupted ? { ...view, failure: () => unopened } : view };
}
