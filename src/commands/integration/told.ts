import type { Context } from '../../context.ts';
import { quotable } from '../../core/text.ts';
import { categoryOf, type Integration } from '../../db/stores/codec.ts';
import type { Tenant } from '../../db/stores/host.ts';
import { asAccountTold, inTenantTold } from '../where.ts';

/** As in `the scm integration "mobile" in tenant "Acme"`; the tenant only where there are several. */
export async function integrationTold(context: Context, tenant: Tenant, row: Integration): Promise<string> {
  return `the ${categoryOf(row).noun} "${quotable(row.displayName)}"${await inTenantTold(context, tenant)}`;
}

export async function tellAdded(context: Context, tenant: Tenant, row: Integration): Promise<void> {
  context.note(`Added ${await integrationTold(context, tenant, row)}${await asAccountTold(context)}.`);
}
