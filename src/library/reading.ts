import { usage } from '../core/error.ts';
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
