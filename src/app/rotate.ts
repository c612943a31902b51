import { audienceOf } from '../core/audience.ts';
import { AppError, usage } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import { isSameAudience } from '../core/origins.ts';
import { refuseProblems } from '../core/problems.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { shellWord } from '../core/text.ts';
import type { Sealed, Sealer } from '../crypto/seal.ts';
import { categoryOf, type Integration, providerOf } from '../db/stores/codec.ts';
import { sealValues } from '../db/stores/sealed-row.ts';
import type { VerifyOptions } from '../verify/verify.ts';
import { refuseUnconfirmed } from './confirmed.ts';
import { openReplaced, sealReplaced } from './previous.ts';
import type { TenantScope } from './scope.ts';
import { isRefused, refusedError, undecidedError } from './verdict.ts';
import { type Answered, askFirst, leftOut, type Proposal } from './verify-first.ts';

/** What a rotation came to. */
export interface Rotated {
  row: Integration;
  /** The new credentials are accepted, and something else is not; undefined where all is well. */
  failure: AppError | undefined;
}

/**
 * Replaces credentials, and keeps what was replaced for `undo`. With options the provider is asked first, and must
 * accept the new ones: otherwise the old ones stay.
 * @throws AppError VALIDATION | VERIFICATION_FAILED | UNDECIDED | CONFLICT
 */
export async function rotate(
  scope: TenantScope,
  found: Integration,
  given: FieldValues,
  options: VerifyOptions | undefined,
): Promise<Rotated> {
  const category = categoryOf(found);
  const provider = providerOf(category, found);
  refuseWithoutCredentials(provider);
  const sealer = await scope.sealer();
  // What is replaced need not open: so this is a remedy for a credential that does not.
  const { openValues } = await import('../verify/verify.ts');
  const { withNewKeys } = scope.deps;
  const values: FieldValues = {
    ...(await withNewKeys(() => openValues(category, found, sealer, given))),
    ...given,
  };
  refuseProblems(provider, values);
  refuseElsewhere(provider, found, given);
  await refuseUnconfirmed(scope, provider, found, given);
  const answered = options && (await accepted(scope, { provider, row: found, values, given }, options));
  const changes = sealValues(provider, found, given, sealer);
  const replaced = whatIsReplaced(scope, { provider, found, given }, sealer);
  const row = await scope.write((stores) =>
    stores[category.name].update(found, changes, { decision: answered?.decision, replaced }),
  );
  return { row, failure: answered && failureAfter(answered, row) };
}

/** What `undo` puts back: the values that the last rotation replaced. @throws AppError NOT_FOUND where nothing is kept */
export async function replacedValues(scope: TenantScope, found: Integration): Promise<FieldValues> {
  const category = categoryOf(found);
  const provider = providerOf(category, found);
  refuseWithoutCredentials(provider);
  const kept = await scope.stores[category.name].previous(found.id);
  const opener = await scope.opener();
  return scope.deps.withNewKeys(() => openReplaced(provider, found, kept, opener));
}

/** Whether there is anything that `forgetReplaced` would give up. */
export async function hasReplaced({ stores }: TenantScope, found: Integration): Promise<boolean> {
  return (await stores[categoryOf(found).name].previous(found.id)) !== undefined;
}

/** Keeps what the last rotation replaced no longer. @returns whether anything was kept */
export async function forgetReplaced(scope: TenantScope, found: Integration): Promise<boolean> {
  const { name } = categoryOf(found);
  return scope.write((stores) => stores[name].forgetPrevious(found));
}

/** @param scm the name of what such an integration uses, where it is known. @throws AppError USAGE */
export function refuseWithoutCredentials(provider: Provider, scm?: string): void {
  if (provider.fields.some(({ credential }) => credential)) return;
  throw usage(`${provider.title} integrations of this kind have no credentials of their own`, {
    hint:
      provider.scm === undefined
        ? `integrations provider show ${provider.name}`
        : `They use those of their scm integration: integrations scm rotate${scm === undefined ? '' : ` ${shellWord(scm)}`}`,
  });
}

/** What the provider says of the new credentials. @throws AppError VERIFICATION_FAILED, or UNDECIDED; the old ones stay */
async function accepted(scope: TenantScope, proposal: Proposal, options: VerifyOptions): Promise<Answered> {
  const answered = await askFirst(scope, proposal, options);
  const { verdict } = answered;
  const credential = verdict.checks.find(({ name }) => name === 'credential');
  if (credential?.outcome === 'passed' || credential?.outcome === 'unproven') return answered;
  const stay = 'the old credentials stay';
  const { displayName } = proposal.row;
  throw isRefused(verdict) ? refusedError(verdict, displayName, stay) : undecidedError(verdict, displayName, stay);
}

/** What was replaced is put back for no other server than it was for. @throws AppError CONFLICT */
function refuseElsewhere(provider: Provider, found: Integration, given: FieldValues): void {
  for (const field of provider.fields) {
    const value = given[field.name];
    if (!(value instanceof Secret) || !value.audience) continue;
    if (isSameAudience(value.audience, audienceOf(provider, field, { ...found, ...given }))) continue;
    throw new AppError(
      'CONFLICT',
      `the previous ${field.name} is meant for another address than the integration has now`,
      {
        hint: 'Rotate to new credentials; --forget gives the previous ones up.',
        field: field.name,
      },
    );
  }
}

interface Replacement {
  provider: Provider;
  found: Integration;
  given: FieldValues;
}

/** What is replaced, sealed; undefined where it is what is stored already, null where it does not open. */
function whatIsReplaced(
  { deps }: TenantScope,
  { provider, found, given }: Replacement,
  sealer: Sealer,
): Sealed | null | undefined {
  try {
    return sealReplaced(provider, found, given, sealer);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.warn('What is replaced does not open, so --undo will not bring it back.');
    return null;
  }
}

function failureAfter({ verdict, decision }: Answered, row: Integration): AppError | undefined {
  const consequence = 'the new credentials are accepted, and stored';
  if (isRefused(verdict)) return refusedError(verdict, row.displayName, consequence);
  return decision ? leftOut(decision, row) : undecidedError(verdict, row.displayName, consequence);
}
