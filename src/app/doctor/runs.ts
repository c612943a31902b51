import { plural } from '../../core/text.ts';
import { countUnresolved, unresolvedRuns } from '../../db/stores/runs.ts';
import { type Check, type Finding, namedRows, orOk } from './check.ts';

/** Nobody knows what became of what was sent: whatever it was may be under way. */
export const runs: Check = {
  id: 'runs',
  needs: ['schema'],
  code: 'INTERNAL',
  doing: 'Looking at the runs',
  async look(given) {
    const { queries } = await given.rawDatabase();
    const found = await unresolvedRuns(queries, { limit: namedRows });
    const findings: Finding[] = [];
    if (found.length > 0) {
      const count = found.length < namedRows ? found.length : await countUnresolved(queries);
      findings.push({
        severity: 'warning',
        finding: `nobody knows what became of ${plural(count, 'run')}`,
        remedy:
          'integrations runs lists them: integrations pipeline runs NAME looks for a build once more; whether a message arrived, only a look there tells',
        count,
        rows: found.map(({ id, tenantId, category }) => ({ id, tenantId, category })),
      });
    }
    return orOk(findings, 'it is known of each what became of it');
  },
};
