import { statSync } from 'node:fs';
import { categoryList } from '../../core/category.ts';
import { plural, quotable, sentenceList, shellWord } from '../../core/text.ts';
import { type FileFaults, faultsOfFile } from '../../db/file-check.ts';
import { clockAhead, damageOf, readOnlySettings } from '../../db/health.ts';
import { describeLocation } from '../../db/location.ts';
import { type Check, type Finding, namedRows, ok, orOk } from './check.ts';

const restore = 'Put a backup in its place; copies from before each migration are next to it.';
const toleratedMs = 60_000;

/** It can be reached, and the file is sound. */
export const database: Check = {
  id: 'database',
  needs: ['config'],
  code: 'DATABASE_UNAVAILABLE',
  doing: 'Connecting to the database',
  async look(given) {
    const { location, password } = await given.settings();
    // Opening it would make it.
    if (location.engine === 'sqlite' && isMissing(location.path)) {
      return [{ severity: 'error', finding: `there is no database ${location.path}`, remedy: 'integrations init' }];
    }
    const name = describeLocation(location);
    const opened = await given.rawDatabase();
    const damage = await damageOf(opened);
    if (damage === undefined) {
      const readOnly = await readOnlySettings(opened);
      return readOnly.length > 0
        ? [readOnlyFinding(name, readOnly)]
        : ok(password ? `${name}, its password from ${password.origin}` : name);
    }
    return [
      {
        severity: 'error',
        finding: `the file ${name} is damaged: ${damage}`,
        remedy: restore,
      },
    ];
  },
};

/** What its file says of itself agrees: each index with its table, each reference with its row. */
export const integrity: Check = {
  id: 'integrity',
  needs: ['database'],
  code: 'DATABASE_UNAVAILABLE',
  doing: 'Comparing the indexes with their tables',
  async look(given) {
    const { location } = await given.rawDatabase();
    if (location.engine !== 'sqlite') return ok('the server looks after its own files');
    const faults = await faultsOfFile(location, namedRows);
    const file = shellWord(location.path);
    if (!faults) {
      return [
        {
          severity: 'info',
          finding: 'not checked to the end: the file is too large to be read within 20 seconds',
          remedy: `sqlite3 ${file} 'PRAGMA integrity_check; PRAGMA foreign_key_check'`,
        },
      ];
    }
    return orOk([...fileFindings(faults), ...orphanFindings(faults)], 'its indexes and its references are sound');
  },
};

function fileFindings({ broken, indexes }: FileFaults): Finding[] {
  const [first, ...others] = broken;
  const findings: Finding[] = [];
  if (first !== undefined) {
    const more = others.length > 0 ? `, and ${plural(others.length, 'further fault')}` : '';
    findings.push({
      severity: 'error',
      finding: `the file is damaged: ${quotable(first, 200)}${more}`,
      remedy: restore,
    });
  }
  if (indexes.length > 0) {
    findings.push({
      severity: 'error',
      finding: `${plural(indexes.length, 'index', 'indexes')} of the file ${indexes.length === 1 ? 'does' : 'do'} not agree with the rows, so that reads may miss some of them: ${sentenceList(indexes)}`,
      remedy: 'To rebuild them: integrations db migrate',
    });
  }
  return findings;
}

function orphanFindings({ orphans: { count, rows } }: FileFaults): Finding[] {
  if (count === 0) return [];
  const missing = [...new Set(rows.map(({ table, parent }) => `${table} to ${parent}`))];
  return [
    {
      severity: 'error',
      finding: `${plural(count, 'reference')} to rows that do not exist, from ${sentenceList(missing)}: another program wrote to the file without its foreign keys`,
      remedy: 'Put the missing rows back, or remove these with the program that left them.',
      count,
      rows: rows.map(({ table, id, tenantId }) => ({ id, tenantId: tenantId ?? '', category: categoryOfTable(table) })),
    },
  ];
}

function categoryOfTable(table: string): string {
  return categoryList.find((category) => category.table === table)?.name ?? '';
}

function readOnlyFinding(name: string, settings: readonly string[]): Finding {
  const off = settings.map((setting) => `${setting} = OFF`).join(', ');
  return {
    severity: 'warning',
    finding: `the server of ${name} is read-only (${sentenceList(settings)}): reading works, but nothing can be changed`,
    remedy: `Name the server that accepts changes in INTEGRATIONS_DATABASE_URL. If it is this one: SET GLOBAL ${off}`,
  };
}

/** Whether there is no such file; one that cannot be looked at is there. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** The database's clock and ours agree: by ours credentials end and requests are signed. */
export const clock: Check = {
  id: 'clock',
  needs: ['database'],
  code: 'INTERNAL',
  doing: 'Comparing the clocks',
  async look(given) {
    const ahead = await clockAhead(await given.rawDatabase());
    if (ahead === undefined) return ok("the embedded database uses this machine's clock");
    const seconds = Math.round(Math.abs(ahead) / 1000);
    if (Math.abs(ahead) <= toleratedMs) return ok(`${seconds} s from the database's`);
    return [
      {
        severity: 'warning',
        finding: `this machine's clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's`,
        remedy: 'Set the one that is wrong, best by NTP: timedatectl set-ntp true',
      },
    ];
  },
};
