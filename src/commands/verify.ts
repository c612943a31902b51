import { readTenantNames } from '../app/tenant-names.ts';
import { countSubjects, subjectsOf } from '../app/verify-all.ts';
import { categoryList } from '../core/category.ts';
import { shellWord } from '../core/text.ts';
import { lately } from '../core/time.ts';
import { refuseUnknownFields } from '../output/render.ts';
import { type Command, switchFlag } from './command.ts';
import { durationFlag, manyFlags, verifyOptions } from './verification/options.ts';
import { allTenantsKeys, reportKeys } from './verification/report.ts';
import { runVerification } from './verification/run.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Ask the providers whether the integrations work',
  description: 'Changes nothing at a provider. A clear answer is stored; without one, what is stored stays.',
  flags: [{ name: 'all-tenants', help: 'Include every tenant' }, ...manyFlags],
  examples: ['integrations verify', 'integrations verify --all-tenants --stale 24h --json'],
  keys: allTenantsKeys,
  async run(context, input) {
    const options = verifyOptions(context, input);
    const stale = durationFlag(input, 'stale');
    const names = switchFlag(input, 'all-tenants') ? await readTenantNames(context) : undefined;
    refuseUnknownFields(context.flags.fields, names ? allTenantsKeys : reportKeys);
    const tenant = names ? {} : { tenantId: (await context.tenant()).id };
    const filter = stale === undefined ? {} : { notVerified: lately(stale) };
    const chosen = { names: categoryList.map(({ name }) => name), filter, ...tenant };
    const total = () => countSubjects(context, chosen);
    const tenantFlag = names && ((id: string) => `--tenant ${shellWord(names.refOf(id))}`);
    const asking = { ...options, ...(tenantFlag ? { tenantFlag } : {}) };
    return (await runVerification(context, subjectsOf(context, chosen), asking, { total, names })).view;
  },
};
