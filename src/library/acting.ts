import { diverting } from '../app/diverting.ts';
import { defaultSleep, type RunOptions } from '../app/runs/options.ts';
import type { TenantScope } from '../app/scope.ts';
import { AppError, usage } from '../core/error.ts';
import { type Asked, cancelled } from './asking.ts';
import type { ActOptions } from './types.ts';

/** @throws AppError CANCELLED where the signal ended what was only asked; what is being sent comes to its answer */
export async function acting<T>(
  { deps }: TenantScope,
  { environment, signal, allowHttp = false }: Asked<ActOptions>,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const interrupted = signal ?? new AbortController().signal;
  if (interrupted.aborted) throw cancelled();
  const options = { env: environment, allowHttp, now: () => new Date(), divert: diverting(deps) };
  try {
    return await work({ ...options, interrupted, sleep: defaultSleep });
  } catch (error) {
    const isCut = interrupted.aborted && error instanceof AppError && error.code === 'UNDECIDED';
    throw isCut ? cancelled() : error;
  }
}

const mostOfKey = 128;

/** A caller's own name for what is done once. @throws AppError USAGE */
export function requireKey(key: unknown, field = 'key'): asserts key is string {
  if (typeof key === 'string' && key.trim() !== '' && [...key].length <= mostOfKey) return;
  throw usage(`${field} is a text of 1 to ${mostOfKey} characters`, { field });
}
