import type { Context } from '../context.ts';
import { quotable } from '../core/text.ts';
import { describeLocation } from '../db/location.ts';
import type { Tenant } from '../db/stores/host.ts';

/** As in `from tenant "Acme"`. */
export function tenantTold({ id, displayName }: Tenant): string {
  return `tenant "${quotable(displayName ?? id)}"`;
}

/** The end of a line after a change: ` in tenant "Acme"` where there is another tenant that could have been meant. */
export async function inTenantTold(context: Pick<Context, 'several'>, tenant: Tenant): Promise<string> {
  return (await context.several()).tenants ? ` in ${tenantTold(tenant)}` : '';
}

/** The same of what is set up: `, as ops@acme.test` where there is another account that could have been meant. */
export async function asAccountTold(context: Pick<Context, 'several' | 'account'>): Promise<string> {
  if (!(await context.several()).accounts) return '';
  const { id, email } = await context.account();
  return `, as ${quotable(email ?? id)}`;
}

/** As a question before harm says it: ` of the database db.acme.test:3306/releases`, nothing where that is a file. */
export async function ofDatabaseTold(context: Pick<Context, 'settings'>): Promise<string> {
  const { location } = await context.settings();
  return location.engine === 'sqlite' ? '' : ` of the database ${describeLocation(location)}`;
}
