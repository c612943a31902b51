import { AppError } from '../../core/error.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import type { Tenant } from '../../db/stores/host.ts';
import type { Change } from '../../manifest/change.ts';
import type { Outcome } from './apply.ts';
import type { Planned } from './prepare.ts';

/** An item as scripts see it. */
export function changeItem(tenant: Tenant, { action, category, name, provider, fields }: Change): JsonObject {
  return {
    action,
    tenant: tenant.displayName ?? tenant.id,
    category: category.name,
    name,
    type: provider.name,
    fields: fields.map((field) => ({ ...field })),
  };
}

/**
 * The items of a tenant with what became of each. What did not differ, or stood beside what failed, was skipped, and so
 * was all of a tenant that nothing became of.
 */
export function outcomeItems(
  { tenant, changes: planned }: Pick<Planned, 'tenant' | 'changes'>,
  outcome: Outcome | undefined,
  verified: ReadonlyMap<string, JsonObject> | undefined,
): JsonObject[] {
  const { changes = planned, error } = outcome ?? {};
  const isForeseen = changes.some(({ conflict }) => conflict);
  return changes.map((change) => {
    const item = changeItem(tenant, change);
    const failure = isForeseen ? change.conflict : change.action === 'none' ? undefined : error;
    if (failure) return { ...item, result: 'failed', error: errorData(failure) };
    const result = outcome === undefined || error || change.action === 'none' ? 'skipped' : 'done';
    return { ...item, result, ...(verified ? { verification: verified.get(change.id) ?? null } : {}) };
  });
}

function errorData({ code, message, hint }: AppError): JsonObject {
  return { code, message, hint: hint ?? null };
}

/** Why a tenant was left as it was. */
export function failureOf({ tenant }: Planned, outcome: Outcome | undefined): AppError | undefined {
  if (!outcome?.error) return undefined;
  const { code, message, hint, field, details, cause } = outcome.error;
  const name = quotable(tenant.displayName ?? tenant.id);
  return new AppError(code, `the tenant "${name}" is left as it was: ${message}`, { hint, field, details, cause });
}
