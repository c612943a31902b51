import { countSubjects, subjectsOf } from '../app/verify-all.ts';
import { categoryList } from '../core/category.ts';
import { lately } from '../core/time.ts';
import { type Command, switchFlag } from './command.ts';
import { durationFlag, manyFlags, verifyOptions } from './verification/options.ts';
import { reportKeys } from './verification/report.ts';
import { runVerification } from './verification/run.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Ask the providers whether the integrations work',
  description: 'Nothing is changed at a provider. What it decides is stored; what it leaves open stays as it was.',
  flags: [{ name: 'all-tenants', help: 'Those of every tenant' }, ...manyFlags],
  examples: ['integrations verify', 'integrations verify --all-tenants --stale 24h --json'],
  keys: reportKeys,
  async run(context, input) {
    const options = verifyOptions(context, input);
    const stale = durationFlag(input, 'stale');
    const tenant = switchFlag(input, 'all-tenants') ? {} : { tenantId: (await context.tenant()).id };
    const filter = stale === undefined ? {} : { notVerified: lately(stale) };
    const chosen = { names: categoryList.map(({ name }) => name), filter, ...tenant };
    const total = () => countSubjects(context, chosen);
    return (await runVerification(context, subjectsOf(context, chosen), options, total)).view;
  },
};
