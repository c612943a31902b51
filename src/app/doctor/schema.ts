import { plural, sentenceList } from '../../core/text.ts';
import { isBeforeRelease, madeBeforeRelease, startAnew } from '../../db/before-release.ts';
import { type HostKeyFault, hostKeyFaults } from '../../db/host-keys.ts';
import { schemaState } from '../../db/migrate.ts';
import { areCascadesOvertaken, isMendable } from '../../db/repair.ts';
import { missingParts } from '../../db/schema-parts.ts';
import { type Check, type Finding, orOk } from './check.ts';

const migrate = 'integrations db migrate';
const restore = 'Restore the table from a backup: its rows are gone.';

/** The migrations of this version, no others, and the tables and columns that they make. */
export const schema: Check = {
  id: 'schema',
  needs: ['database'],
  code: 'SCHEMA_OUTDATED',
  doing: 'Reading the schema',
  async look(given) {
    const database = await given.rawDatabase();
    const { applied, pending, unknown } = await schemaState(database.queries);
    if (isBeforeRelease(applied)) {
      return [{ severity: 'error', finding: `it was ${madeBeforeRelease}`, remedy: startAnew(database.location) }];
    }
    const findings: Finding[] = [];
    if (unknown.length > 0) {
      const finding = `the database was migrated by a newer version of integrations: ${sentenceList(unknown)}`;
      findings.push({ severity: 'error', finding, remedy: 'Install the newer version of integrations.' });
    }
    if (pending.length > 0) {
      const finding = applied.length === 0 ? 'there are no tables yet' : `not applied yet: ${sentenceList(pending)}`;
      findings.push({ severity: 'error', finding, remedy: migrate });
    }
    // Before all migrations are applied, what they make cannot be there.
    const missing = pending.length > 0 ? [] : await missingParts(database.queries);
    for (const { kind, table, name } of missing) {
      if (kind === 'table')
        findings.push({ severity: 'error', finding: `the table ${table} is missing`, remedy: migrate });
      if (kind === 'column') {
        findings.push({ severity: 'error', finding: `the table ${table} lacks the column ${name}`, remedy: restore });
      }
    }
    return orOk(findings, `${plural(applied.length, 'migration')}, the newest ${applied.at(-1)}`);
  },
};

/** The indexes, foreign keys and triggers of the tables. */
export const schemaParts: Check = {
  id: 'schema-parts',
  needs: ['schema'],
  code: 'SCHEMA_OUTDATED',
  doing: 'Reading the schema',
  async look(given) {
    const database = await given.rawDatabase();
    const findings = (await missingParts(database.queries)).map(
      (part): Finding => ({
        severity: 'error',
        finding: `the table ${part.table} lacks the ${part.kind} ${part.name}`,
        remedy: isMendable(part, database) ? migrate : 'Restore the database from a backup.',
      }),
    );
    if (await areCascadesOvertaken(database.queries)) {
      findings.push({
        severity: 'error',
        finding: "a tenant that has pipelines cannot be deleted in SQL: the pipelines' table was altered",
        remedy: migrate,
      });
    }
    return orOk(findings, 'every index, foreign key and trigger is there');
  },
};

/** The host's tables take our references, those that are there and those to come. */
export const hostTables: Check = {
  id: 'host-tables',
  needs: ['database'],
  code: 'SCHEMA_OUTDATED',
  doing: 'Reading the host tables',
  async look(given) {
    const { queries } = await given.rawDatabase();
    const faults = await hostKeyFaults(queries);
    return orOk(
      faults.map(({ finding, remedy }) => ({ severity: 'error', finding, remedy: hostRemedy(remedy) })),
      'tenants and accounts can be referred to',
    );
  },
};

function hostRemedy(remedy: HostKeyFault['remedy']): string {
  return remedy === 'follow' ? migrate : remedy.advice;
}
