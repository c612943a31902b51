import { AppError } from '../../core/error.ts';
import { moment } from '../../core/time.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { unresolvedStates } from '../../db/stores/runs.ts';
import type { TenantScope } from '../scope.ts';
import type { RunOptions } from './options.ts';
import { type Started, settleNews, settleStarted } from './settle.ts';

/** How what may have been done is found at the provider. */
export interface Finder {
  /** How long what was done may take until it is found, and how often it is looked for. */
  lag: { everyMs: number; forMs: number };
  /** All that may be it. @throws Refusal | Undecided, and AppError KEY_UNAVAILABLE where nobody can tell whether one is */
  find(run: Run): Promise<readonly Started[]>;
  /** Masks what was sent, in what is stored of a failure. */
  redact(text: string): string;
}

/** Whether nobody knows what became of it, looked for or set aside. */
export function isUnknown({ state }: Pick<Run, 'state'>): boolean {
  return unresolvedStates.includes(state);
}

/** Whether it is still to be looked for. */
export function isUnresolved({ state, endedAt }: Pick<Run, 'state' | 'endedAt'>): boolean {
  return isUnknown({ state }) && endedAt === null;
}

/**
 * Looks at the provider what became of a run: one that is found is adopted. None, several, or no answer leave it unknown;
 * nothing is ever sent again.
 * @param patiently waits until the provider would show it
 */
export async function lookUp(
  scope: TenantScope,
  run: Run,
  finder: Finder,
  options: RunOptions,
  { patiently }: { patiently: boolean },
): Promise<Run> {
  const { now, sleep, interrupted } = options;
  const { everyMs, forMs } = finder.lag;
  const begun = now().getTime();
  for (;;) {
    const found = await scope.deps
      .withNewKeys(() => finder.find(run))
      .catch((error: unknown) => {
        if (hinders(error)) return error;
        throw error;
      });
    const [only, another] = Array.isArray(found) ? (found as readonly Started[]) : [];
    if (only && !another) return settleStarted(scope, run, only, now());
    const isDecided = another !== undefined || found instanceof Refusal || found instanceof AppError;
    const isOver = !patiently || isDecided || interrupted.aborted;
    if (isOver || now().getTime() - begun + everyMs > forMs)
      return settleUnknown(scope, run, finder.redact(detailOf(found)), options);
    await sleep(everyMs, interrupted);
  }
}

function settleUnknown(scope: TenantScope, run: Run, detail: string, { now }: RunOptions): Promise<Run> {
  return settleNews(scope, run, { state: 'unknown', detail, changedAt: moment(now()) }, now());
}

/** What keeps a run from being looked up, and no more than that. */
function hinders(error: unknown): error is Error {
  if (error instanceof AppError) return error.code === 'KEY_UNAVAILABLE';
  return error instanceof Refusal || error instanceof Undecided;
}

function detailOf(found: readonly Started[] | Error): string {
  if (!Array.isArray(found)) return `it could not be looked up: ${(found as Error).message}`;
  if (found.length === 0) return 'the provider shows nothing that could be it';
  const places = found.map(({ url, providerRunId }) => url ?? providerRunId ?? '').filter(Boolean);
  return `the provider shows several that could be it: ${places.slice(0, 5).join(', ')}`;
}
