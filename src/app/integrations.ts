import { refuseStaleCredentials } from '../core/audience.ts';
import { usage } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import { linkColumns } from '../core/links.ts';
import { refuseProblems } from '../core/problems.ts';
import { fitsScm, type Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import { categoryOf, type Integration, providerOf } from '../db/stores/codec.ts';
import { sealNew, sealValues } from '../db/stores/sealed-row.ts';
import type { Decision } from '../db/stores/verdict.ts';
import type { WithChange } from '../db/stores/writable.ts';
import { neededScm } from '../providers/index.ts';
import { refuseUnconfirmed } from './confirmed.ts';
import { storedValues } from './present.ts';
import type { TenantScope } from './scope.ts';

/** An integration that is to be made. */
export interface NewIntegrationValues {
  provider: Provider;
  /** As their fields read them, by column. */
  values: FieldValues;
  isActive?: boolean;
  decision?: Decision | undefined;
}

/** @throws AppError VALIDATION | CONFLICT */
export async function create(scope: TenantScope, given: NewIntegrationValues): Promise<Integration> {
  const { provider, values, isActive, decision } = given;
  refuseProblems(provider, values);
  await refuseUnfitScm(scope, provider, values);
  const { category } = provider;
  const { id: accountId } = await scope.deps.account();
  const { newId } = await import('../core/id.ts');
  const all = { ...values, ...(isActive === undefined ? {} : { isActive }) };
  const row = sealNew(provider, { id: newId(category.idPrefix), accountId, values: all }, await scope.sealer());
  return scope.write((stores) => stores[category.name].insert(row, decision));
}

/**
 * Changes what differs from the row as it was read. A credential is sealed anew, whatever is stored; one that is to be
 * sent elsewhere has to be among what is given, and where a new one goes has to be confirmed.
 * @returns undefined where nothing differs
 * @throws AppError VALIDATION, or CONFLICT when the row has changed since it was read
 */
export async function change(
  scope: TenantScope,
  found: Integration,
  given: FieldValues,
  withIt: WithChange = {},
): Promise<Integration | undefined> {
  const category = categoryOf(found);
  const provider = providerOf(category, found);
  refuseProblems(provider, { ...storedValues(provider, found), ...given });
  refuseStaleCredentials(provider, found, given);
  await refuseUnconfirmed(scope, provider, found, given);
  const differing = differingValues(found, given);
  if (Object.keys(differing).length === 0) return undefined;
  await refuseUnfitScm(scope, provider, differing);
  const hasSecret = Object.values(differing).some((value) => value instanceof Secret);
  const changes = sealValues(provider, found, differing, hasSecret ? await scope.sealer() : undefined);
  return scope.write((stores) => stores[category.name].update(found, changes, withIt));
}

export async function setActive(scope: TenantScope, found: Integration, isActive: boolean): Promise<Integration> {
  const category = categoryOf(found);
  const changes = sealValues(providerOf(category, found), found, { isActive }, undefined);
  return scope.write((stores) => stores[category.name].update(found, changes));
}

/** Those of the values that differ from the row. */
export function differingValues(found: Integration, given: FieldValues): FieldValues {
  const differing = Object.entries(given).filter(
    ([column, value]) => value instanceof Secret || JSON.stringify(value) !== JSON.stringify(found[column]),
  );
  return Object.fromEntries(differing);
}

/** The end that somebody noted for a credential that these values replace, where they say nothing of it. */
export function staleEnd(provider: Provider, found: Integration, given: FieldValues): string | undefined {
  const isReplaced = provider.fields.some(({ name, credential }) => credential && name in given);
  if (!isReplaced || provider.tellsExpiry || 'credentialExpiresAt' in given) return undefined;
  return found.credentialExpiresAt ?? undefined;
}

/** A pipeline's type must fit its SCM. @throws AppError VALIDATION */
async function refuseUnfitScm(scope: TenantScope, provider: Provider, values: FieldValues): Promise<void> {
  const id = values[linkColumns.scm];
  const scm = typeof id === 'string' ? await scope.stores.scm.get(id) : undefined;
  if (scm) refuseUnfit(provider, scm, providerOf(scope.stores.scm.category, scm));
}

/** @throws AppError VALIDATION where the pipeline cannot build from the SCM */
export function refuseUnfit(pipeline: Provider, scm: Integration, actual: Provider): void {
  if (fitsScm(pipeline, actual)) return;
  const needed = neededScm(pipeline)?.title ?? pipeline.scm;
  throw usage(
    `a ${pipeline.title} pipeline needs a ${needed} scm integration; "${quotable(scm.displayName)}" is of ${actual.title}`,
    { hint: `integrations scm list --type ${pipeline.scm}`, field: linkColumns.scm },
  );
}
