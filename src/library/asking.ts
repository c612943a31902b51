import type { Deps } from '../app/deps.ts';
import { diverting } from '../app/diverting.ts';
import type { TenantScope } from '../app/scope.ts';
import { verifiedItem } from '../app/verified-item.ts';
import { type Selection, subjectsOf, verifyAll } from '../app/verify-all.ts';
import { AppError, usage } from '../core/error.ts';
import { durationMs, lately } from '../core/time.ts';
import type { VerifyOptions as Asking, Subject } from '../verify/verify.ts';
import { requireOptions, verifyNames } from './option-names.ts';
import { readAllowHttp, readSignal, wholeNumber } from './reading.ts';
import type { AskOptions, Environment, VerificationItem, VerifyOptions } from './types.ts';

/** How a call asks providers, and the variables that say where those are. */
export interface Asked<Options extends AskOptions = AskOptions> {
  asked: Options;
  environment: Environment;
}

export function askingOf(deps: Deps, { asked, environment }: Asked<VerifyOptions>): Asking {
  requireOptions(asked, verifyNames);
  const { timeout = 15, concurrency = 8 } = asked;
  const interrupted = readSignal(asked.signal);
  if (interrupted.aborted) throw cancelled();
  return {
    env: environment,
    concurrency: wholeNumber(concurrency, 'concurrency', 1_000),
    perHost: 4,
    timeoutMs: wholeNumber(timeout, 'timeout', 3_600) * 1_000,
    allowHttp: readAllowHttp(asked.allowHttp),
    now: () => new Date(),
    interrupted,
    divert: diverting(deps),
  };
}

/**
 * Asks the providers, and stores what they decide; after the signal what was decided before it.
 * @returns an item for each, in the order of the selections
 */
export async function verifyRows(
  { deps }: TenantScope,
  selections: readonly Selection[],
  options: Asked<VerifyOptions>,
): Promise<VerificationItem[]> {
  const asking = askingOf(deps, options);
  const notVerified = staleness(options.asked.stale);
  const order: string[] = [];
  const items = new Map<string, VerificationItem>();

  async function* subjects(): AsyncGenerator<Subject> {
    for (const { filter, ...selection } of selections) {
      for await (const subject of subjectsOf(deps, { ...selection, filter: { ...filter, notVerified } })) {
        order.push(subject.row.id);
        yield subject;
      }
    }
  }

  for await (const { verified, leftOut } of verifyAll(deps, subjects(), asking, () => undefined)) {
    items.set(verified.subject.row.id, verifiedItem(verified, leftOut) as unknown as VerificationItem);
  }
  if (asking.interrupted.aborted) throw cancelled();
  return order.flatMap((id) => items.get(id) ?? []);
}

function staleness(stale: string | undefined) {
  if (stale === undefined) return undefined;
  const length = durationMs(stale);
  if (length === undefined) throw usage('stale is a duration such as 30m, 24h or 7d', { field: 'stale' });
  return lately(length);
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'Cancelled.');
}
