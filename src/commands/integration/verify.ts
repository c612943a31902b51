import { countSubjects, subjectsOf } from '../../app/verify-all.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { written } from '../../core/text.ts';
import { lately } from '../../core/time.ts';
import type { ListFilter } from '../../db/stores/list.ts';
import type { Subject } from '../../verify/verify.ts';
import type { Command, Input } from '../command.ts';
import { durationFlag, manyFlags, verifyOptions } from '../verification/options.ts';
import { reportKeys } from '../verification/report.ts';
import { runVerification } from '../verification/run.ts';
import { openScope } from './scope.ts';

export function verifyVerb(category: Category): Command {
  return {
    name: 'verify',
    summary: `Ask the provider whether ${written(category.noun)}s work`,
    description: 'Changes nothing at the provider. A clear answer is stored; without one, what is stored stays.',
    args: [{ name: 'ref', help: 'Names or ids; none for the whole category', variadic: true }],
    flags: manyFlags,
    examples: [`integrations ${category.name} verify`, `integrations ${category.name} verify mobile --json`],
    keys: reportKeys,
    run: verifyCategory,
  };

  async function verifyCategory(context: Context, input: Input) {
    const options = verifyOptions(context, input);
    const stale = durationFlag(input, 'stale');
    const filter = stale === undefined ? {} : { notVerified: lately(stale) };
    const total = async () => {
      if (input.args.length > 0) return new Set(input.args).size;
      return countSubjects(context, { names: [category.name], tenantId: (await context.tenant()).id, filter });
    };
    return (await runVerification(context, subjects(context, input.args, filter), options, { total })).view;
  }

  async function* subjects(context: Context, refs: readonly string[], filter: ListFilter): AsyncGenerator<Subject> {
    const scope = await openScope(context);
    const query = { names: [category.name], tenantId: scope.tenant.id };
    if (refs.length === 0) return yield* subjectsOf(context, { ...query, filter });
    // All references are looked up before the first provider is asked.
    const ids = new Set<string>();
    for (const ref of refs) ids.add((await scope.find(category.name, ref)).id);
    for (const only of ids) yield* subjectsOf(context, { ...query, filter: { ...filter, only } });
  }
}
