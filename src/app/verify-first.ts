import { refuseStaleCredentials } from '../core/audience.ts';
import { AppError } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import { linkColumns, links } from '../core/links.ts';
import { refuseProblems } from '../core/problems.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import type { Verdict } from '../core/verification.ts';
import { categoryOf, type Integration, providerOf } from '../db/stores/codec.ts';
import type { Decision } from '../db/stores/verdict.ts';
import type { VerifyOptions } from '../verify/verify.ts';
import { refuseUnconfirmed } from './confirmed.ts';
import { differingValues } from './integrations.ts';
import { storedValues } from './present.ts';
import type { TenantScope } from './scope.ts';
import { decisionOf, isRefused, refusedError, undecidedError } from './verdict.ts';

/** Values that are not stored yet. */
export interface Proposal {
  provider: Provider;
  /** What they will stand in; a new integration as `blankRow` has it. */
  row: Integration;
  /** All values, as they will be. */
  values: FieldValues;
  /** Those of them that are new. */
  given: FieldValues;
}

/** What the provider said of a proposal. */
export interface Answered {
  verdict: Verdict;
  /** To be stored with it; undefined where the provider decided nothing. */
  decision: Decision | undefined;
}

/** Asks the provider about values that are not stored yet. @throws AppError CONFLICT where they would go nobody knows where */
export async function askFirst(scope: TenantScope, proposal: Proposal, options: VerifyOptions): Promise<Answered> {
  const { stores, deps } = scope;
  const { provider, row: found, values, given } = proposal;
  if (found.id !== '') await refuseUnconfirmed(scope, provider, found, given);
  const { category } = provider;
  const row = { ...proposal.row, credentialExpiresAt: knownEnd(proposal.row, given) };
  const uses: Decision['uses'] = {};
  for (const link of category.name === 'pipeline' ? links : []) {
    const used = await stores[link].get(String(values[linkColumns[link]]));
    if (used) uses[link] = used;
  }
  const { createVerifier } = await import('../verify/verify.ts');
  const verifier = createVerifier(await deps.openers(), options);
  try {
    const verdict = await deps.withNewKeys(async () => {
      const verified = await verifier.verify({ category, row, uses }, values);
      if (verified.unopened) throw verified.unopened;
      return verified.verdict;
    });
    // What was ended by us was not left open by its provider.
    if (options.interrupted.aborted) throw new AppError('CANCELLED', 'Cancelled.');
    return { verdict, decision: decisionOf(verdict, uses, options.now()) };
  } finally {
    await verifier.close();
  }
}

/**
 * Asks about an integration that is to be made.
 * @throws RefusedFirst where the provider refuses it
 */
export async function askAboutNew(
  scope: TenantScope,
  { provider, values }: Pick<Proposal, 'provider' | 'values'>,
  options: VerifyOptions,
): Promise<Answered> {
  const proposal = { provider, row: blankRow(provider, scope.tenant.id, values), values, given: values };
  const answered = await askFirst(scope, proposal, options);
  refuseRefused(answered, proposal);
  return answered;
}

/**
 * Asks about a row as it will be; undefined where nothing would change.
 * @throws RefusedFirst where the provider refuses it
 */
export async function askAboutChange(
  scope: TenantScope,
  found: Integration,
  given: FieldValues,
  options: VerifyOptions,
): Promise<Answered | undefined> {
  const category = categoryOf(found);
  const provider = providerOf(category, found);
  refuseProblems(provider, { ...storedValues(provider, found), ...given });
  refuseStaleCredentials(provider, found, given);
  if (Object.keys(differingValues(found, given)).length === 0) return undefined;
  const { openValues } = await import('../verify/verify.ts');
  const opener = await scope.opener();
  const whole = await scope.deps.withNewKeys(() => openValues(category, found, opener, given));
  const proposal = { provider, row: found, values: { ...whole, ...given }, given };
  const answered = await askFirst(scope, proposal, options);
  refuseRefused(answered, proposal);
  return answered;
}

/** An end that was noted of an old credential says nothing of a new one. */
function knownEnd({ credentialExpiresAt }: Integration, given: FieldValues): string | null {
  const end = given['credentialExpiresAt'];
  if (end !== undefined) return typeof end === 'string' ? end : null;
  return Object.values(given).some((value) => value instanceof Secret) ? null : credentialExpiresAt;
}

/** The provider refuses what is not stored yet. Somebody who can be asked may correct it. */
export class RefusedFirst extends AppError {
  readonly answered: Answered;

  constructor(answered: Answered, { row }: Proposal) {
    const { code, message, hint, details } = refusedError(answered.verdict, row.displayName, 'nothing is stored');
    super(code, message, { hint, details });
    this.answered = answered;
  }
}

function refuseRefused(answered: Answered, proposal: Proposal): void {
  if (isRefused(answered.verdict)) throw new RefusedFirst(answered, proposal);
}

/** What is to be told once it is stored: that nothing was decided, or that what was decided holds no more. */
export function undecidedAfter({ verdict, decision }: Answered, row: Integration): AppError | undefined {
  const { displayName, verificationStatus } = row;
  if (!decision) return undecidedError(verdict, displayName, `it is stored as ${verificationStatus}`);
  return leftOut(decision, row);
}

/** That a decision is not stored, because what it was reached with is stored no more; undefined where it is. */
export function leftOut({ status }: Decision, row: Integration): AppError | undefined {
  const { id, displayName, verificationStatus } = row;
  if (verificationStatus === status) return undefined;
  return new AppError(
    'UNDECIDED',
    `what "${quotable(displayName)}" uses was changed while the provider was asked; it is stored as NOT_VERIFIED`,
    { hint: `integrations ${categoryOf(row).name} verify ${id}` },
  );
}

/** A new integration as its verification sees it. */
export function blankRow({ category, type }: Provider, tenantId: string, values: FieldValues): Integration {
  return {
    id: '',
    displayName: String(values['displayName'] ?? ''),
    configuredByAccountId: '',
    [category.typeColumn]: type,
    verificationStatus: 'NOT_VERIFIED',
    lastVerifiedAt: null,
    verificationError: null,
    credentialExpiresAt: null,
    isActive: true,
    createdAt: '',
    updatedAt: '',
    tenantId,
  };
}
