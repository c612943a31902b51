import { AppError } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import type { CheckOutcome, Verdict } from '../core/verification.ts';
import type { VerificationStatus } from '../db/stores/codec.ts';
import type { Decision } from '../db/stores/verdict.ts';

const statuses: Readonly<Record<Verdict['outcome'], Decision['status'] | undefined>> = {
  valid: 'VALID',
  invalid: 'INVALID',
  expired: 'EXPIRED',
  undecided: undefined,
};

/** The status that a verdict is stored as; undefined leaves what is stored. */
export function statusOf(verdict: Verdict): Exclude<VerificationStatus, 'NOT_VERIFIED'> | undefined {
  return statuses[verdict.outcome];
}

/** What is to be stored of a verdict; undefined for one that decides nothing. */
export function decisionOf(verdict: Verdict, uses: Decision['uses'], decidedAt: Date): Decision | undefined {
  const status = statusOf(verdict);
  return status && { uses, status, reason: verdictReason(verdict), expiresAt: verdict.expiresAt, decidedAt };
}

/** The check that decided, and what it found; null for a valid one. */
export function verdictReason(verdict: Verdict): string | null {
  const broken = firstOf(verdict.checks, 'failed', 'undecided');
  return verdict.outcome === 'valid' || !broken ? null : `${broken.name}: ${broken.detail}`;
}

/** The check that weighs most: one of the first outcome before any of the next. */
export function firstOf<Checked extends { outcome: string }>(
  checks: readonly Checked[],
  ...outcomes: CheckOutcome[]
): Checked | undefined {
  return outcomes.flatMap((wanted) => checks.find(({ outcome }) => outcome === wanted) ?? [])[0];
}

export function isRefused({ outcome }: Verdict): boolean {
  return outcome === 'invalid' || outcome === 'expired';
}

/** @param consequence what that means for what is stored, as a clause */
export function refusedError(verdict: Verdict, name: string, consequence: string): AppError {
  return new AppError(
    'VERIFICATION_FAILED',
    `the provider refuses "${quotable(name)}" (${verdictReason(verdict) ?? verdict.outcome}); ${consequence}`,
    detailsOf(verdict),
  );
}

export function undecidedError(verdict: Verdict, name: string, consequence: string): AppError {
  return new AppError(
    'UNDECIDED',
    `the provider could not decide on "${quotable(name)}" (${verdictReason(verdict) ?? verdict.outcome}); ${consequence}`,
    detailsOf(verdict),
  );
}

function detailsOf({ outcome, errorCode, checks, hint }: Verdict) {
  return { hint: hint ?? undefined, details: { outcome, errorCode, checks } };
}
