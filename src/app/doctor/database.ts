import { statSync } from 'node:fs';
import { clockAhead, damageOf } from '../../db/health.ts';
import { describeLocation } from '../../db/location.ts';
import { type Check, ok } from './check.ts';

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
    const damage = await damageOf(await given.rawDatabase());
    if (damage === undefined) return ok(password ? `${name}, its password from ${password.origin}` : name);
    return [
      {
        severity: 'error',
        finding: `the file ${name} is damaged: ${damage}`,
        remedy: 'Put a backup in its place; copies of before each migration lie beside it.',
      },
    ];
  },
};

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
    if (ahead === undefined) return ok("the embedded database goes by this machine's clock");
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
