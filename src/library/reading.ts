import { invalid, usage } from '../core/error.ts';
import { moment } from '../core/time.ts';

const mostRows = 1_000_000_000;

/** @throws AppError USAGE */
export function limitOf(given: unknown): number | undefined {
  return given === undefined ? undefined : wholeNumber(given, 'limit', mostRows);
}

/** A whole number of at least 1. @throws AppError USAGE */
export function wholeNumber(given: unknown, field: string, most: number): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= most) return given;
  throw usage(`${field} is a whole number from 1 to ${most}`, { field });
}

/** @throws AppError USAGE */
export function momentOf(given: unknown, field: string): string | undefined {
  if (given === undefined) return undefined;
  if (given instanceof Date && !Number.isNaN(given.getTime())) return moment(given);
  throw usage(`${field} is a Date`, { field });
}

/** What stands in the place of a signal that is not given never ends. @throws AppError USAGE */
export function readSignal(given: unknown): AbortSignal {
  if (given === undefined) return new AbortController().signal;
  if (given instanceof AbortSignal) return given;
  throw usage('signal is an AbortSignal', { field: 'signal' });
}

/** Only what says so sends credentials in the clear. @throws AppError VALIDATION */
export function readAllowHttp(given: unknown): boolean {
  return readSwitch(given, 'allowHttp', false);
}

/** @throws AppError VALIDATION */
export function readSwitch(given: unknown, field: string, preset: boolean): boolean {
  if (given === undefined) return preset;
  if (typeof given === 'boolean') return given;
  throw invalid(`${field} must be true or false`, { field });
}

/** @throws AppError USAGE for what is neither a ref nor a list of them */
export function refsOf(given: string | readonly string[]): readonly string[] {
  if (typeof given === 'string') return [given];
  if (Array.isArray(given)) return given;
  throw usage('refs is an id, a name, or a list of them', { field: 'refs' });
}
