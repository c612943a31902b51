import { createHash } from 'node:crypto';
import { AppError } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import { categoryOf, codecOf, type Integration, isEndTold, observed, providerOf } from '../db/stores/codec.ts';

/**
 * The version of a row: another one after each change that somebody makes, a credential's included. What its provider
 * says of it, and a build of a pipeline, make no other version. Of what is sealed the seal is hashed, which is a new one
 * each time.
 */
export function versionOf(row: Integration): string {
  const category = categoryOf(row);
  const told = isEndTold(providerOf(category, row), row);
  // What is observed is as if it were not set: a first verification makes no other version either.
  const values = codecOf(category).columns.map((column) => (isObserved(column, told) ? null : (row[column] ?? null)));
  const hash = createHash('sha256').update(JSON.stringify(values));
  return hash.digest().subarray(0, 16).toString('base64url');
}

function isObserved(column: string, isEndObserved: boolean): boolean {
  return observed.has(column) || column === 'lastTriggeredAt' || (isEndObserved && column === 'credentialExpiresAt');
}

/** @throws AppError CONFLICT where the row is of another version, as where it changes after it was read */
export function refuseOtherVersion(row: Integration, version: string): void {
  if (versionOf(row) === version) return;
  const { noun, name } = categoryOf(row);
  throw new AppError('CONFLICT', `the ${noun} "${quotable(row.displayName)}" was changed meanwhile`, {
    hint: `Look at it with "integrations ${name} show ${row.id}", then try again.`,
    details: { changed: [] },
  });
}
