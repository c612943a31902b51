import { type Flag, type Input, switchFlag } from '../commands/command.ts';
import { askFlags, moment, verifyOptions } from '../commands/verification/options.ts';
import { reasonOf, statusOf } from '../commands/verification/report.ts';
import type { Context } from '../context.ts';
import type { Category } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import { type Link, linkColumns, links } from '../core/links.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import type { Verdict } from '../core/verification.ts';
import type { Integration, StoredValue } from '../db/stores/codec.ts';
import type { Stores } from '../db/stores/index.ts';
import type { VerifyOptions } from '../verify/verify.ts';

interface Asked {
  category: Category;
  /** What the values will stand in. */
  row: Integration;
  /** All values, as they will be. */
  values: FieldValues;
  /** Those of them that are new. */
  given: FieldValues;
}

/** Asks the provider about values that are not stored yet. */
export async function askBeforeStoring(
  context: Context,
  stores: Stores,
  { category, row: stored, values, given }: Asked,
  options: VerifyOptions,
): Promise<Verdict> {
  const row = { ...stored, credentialExpiresAt: knownEnd(stored, given) };
  const { createVerifier } = await import('../verify/verify.ts');
  const verifier = createVerifier(await context.sealers(), options);
  const uses: Partial<Record<Link, Integration>> = {};
  for (const link of category.name === 'pipeline' ? links : []) {
    const used = await stores[link].get(String(values[linkColumns[link]]));
    if (used) uses[link] = used;
  }
  try {
    const { verdict, unopened } = await verifier.verify({ category, row, uses }, values);
    if (unopened) throw unopened;
    return verdict;
  } finally {
    await verifier.close();
  }
}

/** An end that was noted of an old credential says nothing of a new one. */
function knownEnd({ credentialExpiresAt }: Integration, given: FieldValues): string | null {
  const end = given['credentialExpiresAt'];
  if (end !== undefined) return typeof end === 'string' ? end : null;
  return Object.values(given).some((value) => value instanceof Secret) ? null : credentialExpiresAt;
}

export const verifyFirstFlags: readonly Flag[] = [
  { name: 'verify', help: 'Ask the provider first, and store nothing that it refuses' },
  ...askFlags,
];

interface Verified {
  /** To be stored with the rest. */
  columns: Record<string, StoredValue>;
  /** What is to be told when it is stored. */
  failure: (stored: Integration) => AppError | undefined;
}

/**
 * What `--verify` asks before `add` and `update` store; nothing without it.
 * @throws AppError VERIFICATION_FAILED when the provider refuses
 */
export async function verifyFirst(context: Context, stores: Stores, asked: Asked, input: Input): Promise<Verified> {
  if (!switchFlag(input, 'verify')) return { columns: {}, failure: () => undefined };
  const options = verifyOptions(context, input);
  const verdict = await askBeforeStoring(context, stores, asked, options);
  const { displayName } = asked.row;
  if (isRefused(verdict)) throw refusedError(verdict, displayName, 'nothing is stored');
  const isOpen = verdict.outcome === 'undecided';
  return {
    columns: verdictColumns(verdict, options.now()),
    failure: ({ verificationStatus }) =>
      isOpen ? undecidedError(verdict, displayName, `it is stored as ${verificationStatus}`) : undefined,
  };
}

/** A verdict as the columns that keep it; an undecided one keeps nothing. */
export function verdictColumns(verdict: Verdict, decidedAt: Date): Record<string, StoredValue> {
  const status = statusOf(verdict);
  if (!status) return {};
  return {
    verificationStatus: status,
    lastVerifiedAt: moment(decidedAt),
    verificationError: reasonOf(verdict),
    ...(verdict.expiresAt === null ? {} : { credentialExpiresAt: verdict.expiresAt }),
  };
}

export function isRefused({ outcome }: Verdict): boolean {
  return outcome === 'invalid' || outcome === 'expired';
}

/** @param consequence what that means for what is stored, as a clause */
export function refusedError(verdict: Verdict, name: string, consequence: string): AppError {
  return new AppError(
    'VERIFICATION_FAILED',
    `the provider refuses "${quotable(name)}" (${reasonOf(verdict) ?? verdict.outcome}); ${consequence}`,
    detailsOf(verdict),
  );
}

export function undecidedError(verdict: Verdict, name: string, consequence: string): AppError {
  return new AppError(
    'UNDECIDED',
    `the provider could not decide on "${quotable(name)}" (${reasonOf(verdict) ?? verdict.outcome}); ${consequence}`,
    detailsOf(verdict),
  );
}

function detailsOf({ outcome, errorCode, checks, hint }: Verdict) {
  return { hint: hint ?? undefined, details: { outcome, errorCode, checks } };
}
