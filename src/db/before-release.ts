import { AppError } from '../core/error.ts';
import { shellWord } from '../core/text.ts';
import { describeLocation, type Location } from './location.ts';

/** A clause about a database of version 0.1, which was never released: it is not brought up to date. */
export const madeBeforeRelease = 'made before the first release (0.1); start a new one';

/** Of the migrations that a database names. */
export function isBeforeRelease(applied: readonly string[]): boolean {
  return applied.some((name) => name.startsWith('20261122_'));
}

/** @throws AppError SCHEMA_OUTDATED */
export function refuseBeforeRelease(applied: readonly string[], location: Location): void {
  if (!isBeforeRelease(applied)) return;
  throw new AppError('SCHEMA_OUTDATED', `the database ${describeLocation(location)} was ${madeBeforeRelease}`, {
    hint: startAnew(location),
  });
}

/** How to start a new database in its place. */
export function startAnew(location: Location): string {
  if (location.engine === 'mysql')
    return 'Make an empty database, name it in INTEGRATIONS_DATABASE_URL, then: integrations init';
  const { path } = location;
  return `mv ${shellWord(path)} ${shellWord(`${path}.0.1`)} && integrations init`;
}
