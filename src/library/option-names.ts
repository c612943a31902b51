import { usage } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import { isRecord } from '../core/record.ts';
import { quotable, sentenceList } from '../core/text.ts';
import type { AskOptions, PageFilter, StoreOptions, UpdateOptions, VerifyOptions } from './types.ts';

/** All that a call may be given, by name; the type keeps the list whole. */
type Names<Options> = Readonly<Record<keyof Options, true>>;

export const askNames: Names<AskOptions> = { signal: true, timeout: true, allowHttp: true };
export const verifyNames: Names<VerifyOptions> = { ...askNames, concurrency: true, stale: true };
export const storeNames: Names<StoreOptions> = { ...askNames, verify: true };
/** Those of `rotate` too. */
export const updateNames: Names<UpdateOptions> = { ...storeNames, ifMatch: true };
export const pageNames: Names<PageFilter> = { after: true, limit: true };

/**
 * Refuses what a program without types may give, and what nobody reads: a key that is misspelled is no key.
 * @param what the parameter that it is given as
 * @throws AppError USAGE
 */
export function requireOptions<Options extends object>(given: Options, names: Names<Options>, what = 'options'): void {
  if (!isRecord(given)) throw usage(`${what} must be an object`, { field: what });
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const known = Object.keys(names);
  const near = nearest(
    unknown,
    known.map((name) => name.toLowerCase()),
  );
  const meant = known.find((name) => name.toLowerCase() === near);
  throw usage(`${what} has no "${quotable(unknown)}"`, {
    hint: meant ? `Is "${meant}" meant?` : `It may have ${sentenceList(known)}.`,
    field: quotable(unknown),
  });
}
