import { resolveRef } from '../../app/ref.ts';
import { openTenant, type TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import type { CategoryName } from '../../core/category.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { type When, whenInFull } from '../when.ts';

/** What a verb works on: the active tenant's integrations, and how they are named on a command line. */
export interface Scope extends TenantScope {
  /** For reading: a part of an id will do. */
  find(category: CategoryName, ref: string): Promise<Integration>;
  /** For changing: no part of an id where nobody can be asked. */
  findForChange(category: CategoryName, ref: string): Promise<Integration>;
  /** Times as an answer tells them. */
  readonly when: When;
}

export async function openScope(context: Context): Promise<Scope> {
  const scope = await openTenant(context, await context.tenant());
  const find = (allowPartial: boolean) => (category: CategoryName, ref: string) =>
    resolveRef(scope.stores[category], ref, { tenantName: scope.tenant.displayName ?? scope.tenant.id, allowPartial });
  return { ...scope, find: find(true), findForChange: find(context.canAsk), when: whenInFull(context) };
}
