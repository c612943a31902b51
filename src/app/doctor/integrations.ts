import { categories, categoryList } from '../../core/category.ts';
import { plural, quotable, sentenceList, shellWord } from '../../core/text.ts';
import { dayMs, lately, moment } from '../../core/time.ts';
import { strangerRemedy } from '../../db/stores/codec.ts';
import { type LinkFault, linkFaults } from '../../db/stores/link-faults.ts';
import { countRows, type ListFilter, listPages } from '../../db/stores/list.ts';
import { strangers } from '../../db/stores/strangers.ts';
import { type Affected, type Check, type Finding, type Inspected, namedRows, ok, orOk } from './check.ts';

const staleDays = 7;
const endingDays = 14;

/** Each row is of a provider that this version knows. */
export const types: Check = {
  id: 'types',
  needs: ['schema'],
  code: 'SCHEMA_OUTDATED',
  doing: 'Looking at the types',
  async look(context) {
    const { queries } = await context.rawDatabase();
    const findings = (await strangers(queries, namedRows)).map(({ category, count, rows }): Finding => {
      const named = [...new Set(rows.map(({ type }) => `"${quotable(type)}"`))];
      const [first] = rows;
      return {
        severity: 'error',
        finding: `${plural(count, category.noun)} of a type that this version does not know: ${sentenceList(named)}`,
        remedy: first && strangerRemedy(category, first),
        count,
        rows: rows.map(({ id, tenantId }) => ({ id, tenantId, category: category.name })),
      };
    });
    return orOk(findings, 'every integration is of a provider that this version knows');
  },
};

/** Pipelines use what is of their tenant and of their kind. */
export const pipelines: Check = {
  id: 'pipelines',
  needs: ['schema'],
  code: 'INTERNAL',
  doing: 'Looking at the pipelines',
  async look(given) {
    const { queries } = await given.rawDatabase();
    const findings: Finding[] = [];
    let more = 0;
    for await (const fault of linkFaults(queries)) {
      if (findings.length < namedRows) findings.push(linkFinding(fault));
      else more += 1;
    }
    if (more > 0)
      findings.push({ severity: 'error', finding: `${plural(more, 'further fault')} of this kind`, count: more });
    return orOk(findings, 'each uses an SCM and a target of its own tenant that suit it');
  },
};

function linkFinding({ id, tenantId, displayName, link, reason }: LinkFault): Finding {
  return {
    severity: 'error',
    finding: `the pipeline "${quotable(displayName)}" (${id}) ${reason}`,
    remedy: `integrations pipeline link ${shellWord(id)} --${link} REF --tenant ${shellWord(tenantId)}`,
    rows: [{ id, tenantId, category: 'pipeline' }],
  };
}

/** When the providers were last asked. */
export const verifications: Check = {
  id: 'verifications',
  needs: ['schema'],
  code: 'INTERNAL',
  doing: 'Looking at the verifications',
  async look(given) {
    const period = lately(staleDays * dayMs);
    const { count, rows } = await matching(given, { active: true, notVerified: period });
    if (count === 0) return ok(`all that are switched on were verified within ${staleDays} days`);
    const ahead = await matching(given, { active: true, verifiedAfter: period.to });
    const future = ahead.count > 0 ? `, ${ahead.count} of them dated in the future: a clock is or was wrong` : '';
    return [
      {
        severity: 'warning',
        finding: `${plural(count, 'integration')} not verified within ${staleDays} days${future}`,
        remedy: `integrations verify --all-tenants --stale ${staleDays}d`,
        count,
        rows,
      },
    ];
  },
};

/** Credentials that end soon, or have ended. */
export const ending: Check = {
  id: 'expiry',
  needs: ['schema'],
  code: 'INTERNAL',
  doing: 'Looking at when credentials end',
  async look(given) {
    const now = Date.now();
    const ended = await matching(given, { endsBefore: moment(new Date(now)) });
    const { count, rows } = await matching(given, { endsBefore: moment(new Date(now + endingDays * dayMs)) });
    if (count === 0) return ok(`none is known to end within ${endingDays} days`);
    const past = ended.count > 0 ? `, ${ended.count} of them have already ended` : '';
    return [
      {
        severity: 'warning',
        finding: `${plural(count, 'credential')} ending within ${endingDays} days${past}`,
        remedy: `Rotate what this lists: integrations expiring --within ${endingDays}d --all-tenants`,
        count,
        rows,
      },
    ];
  },
};

/** How many integrations of all tenants match, and the first of them. */
async function matching(given: Inspected, filter: ListFilter): Promise<{ count: number; rows: Affected[] }> {
  const { queries } = await given.rawDatabase();
  let count = 0;
  const rows: Affected[] = [];
  for (const { name } of categoryList) {
    const category = categories[name];
    count += await countRows(queries, { category, filter });
    const limit = namedRows - rows.length;
    for await (const page of listPages(queries, { category, filter: { ...filter, limit }, joins: [] })) {
      rows.push(...page.map(({ integration: { id, tenantId } }) => ({ id, tenantId, category: name })));
    }
  }
  return { count, rows };
}
