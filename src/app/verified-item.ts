import type { JsonObject } from '../core/field.ts';
import { providerOf } from '../db/stores/codec.ts';
import type { Verified } from '../verify/verify.ts';
import { statusOf } from './verdict.ts';
import type { Stored } from './verify-all.ts';

/** An item of the report on a verification, as scripts see it. */
export function verifiedItem(
  { subject: { category, row }, verdict, latencyMs }: Verified,
  leftOut: Stored['leftOut'],
): JsonObject {
  const status = leftOut ? leftOut.status : statusOf(verdict);
  return {
    id: row.id,
    displayName: row.displayName,
    category: category.name,
    type: providerOf(category, row).name,
    outcome: verdict.outcome,
    status: status ?? row.verificationStatus,
    previousStatus: row.verificationStatus,
    checks: verdict.checks.map((check) => ({ ...check })),
    errorCode: verdict.errorCode,
    hint: leftOut ? 'It was changed meanwhile, so this is not stored: verify it again.' : verdict.hint,
    expiresAt: verdict.expiresAt,
    account: verdict.account,
    latencyMs,
  };
}
