import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from './system-error.ts';

/**
 * This process in a few characters that may stand in a file's name: its id, where that id holds, and when it began. A
 * later process that gets the same id is another one.
 */
export function ownIdentity(): string {
  return [process.pid, place(), beginOf(process.pid) ?? unknownBegin].join('-');
}

/** The identity with which a text begins. */
export function identityOf(text: string): string | undefined {
  return /^\d+-[0-9a-f]{8}-\d+/.exec(text)?.[0];
}

export function pidOf(identity: string): number {
  return Number.parseInt(identity, 10);
}

/** Whether a process has ended; undefined where this machine cannot tell. */
export function hasEnded(identity: string): boolean | undefined {
  const [pid, where, began] = identity.split('-');
  if (where !== place()) return undefined;
  if (began !== unknownBegin) return beginOf(Number(pid)) !== began;
  return isRunning(Number(pid)) ? undefined : true;
}

const unknownBegin = '0';

/** Of the machine since it started and, in a container, of its process ids; of the machine's name alone where there is no /proc. */
function place(): string {
  const parts = [hostname(), tryTo(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())];
  parts.push(tryTo(() => readlinkSync('/proc/self/ns/pid')));
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}

/** In the system's clock ticks since it started; undefined for a process that has ended, and where there is no /proc. */
function beginOf(pid: number): string | undefined {
  const stat = tryTo(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The program's name stands in parentheses and may hold anything.
  const [state, ...others] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' || state === 'X' ? undefined : others[18];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
