import { diverting } from '../app/diverting.ts';
import { defaultSleep, type RunOptions } from '../app/runs/options.ts';
import type { TenantScope } from '../app/scope.ts';
import { AppError } from '../core/error.ts';
import { type Asked, cancelled } from './asking.ts';
import { requireOptions } from './option-names.ts';
import { readAllowHttp, readSignal } from './reading.ts';
import type { ActOptions } from './types.ts';

/** @throws AppError USAGE, CANCELLED where the signal ended what was only asked; what is being sent comes to its answer */
export async function acting<T>(
  { deps }: TenantScope,
  { asked, environment }: Asked<ActOptions>,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  requireOptions(asked, { signal: true, allowHttp: true });
  const interrupted = readSignal(asked.signal);
  if (interrupted.aborted) throw cancelled();
  const options = {
    env: environment,
    allowHttp: readAllowHttp(asked.allowHttp),
    now: () => new Date(),
    divert: diverting(deps),
  };
  try {
    return await work({ ...options, interrupted, sleep: defaultSleep });
  } catch (error) {
    const isCut = interrupted.aborted && error instanceof AppError && error.code === 'UNDECIDED';
    throw isCut ? cancelled() : error;
  }
}
