import type { TenantNames } from '../app/tenant-names.ts';
import type { Column } from '../output/view.ts';

/** Whose each row is, where they are those of all tenants: the first column, never cut to what two names begin with. */
export function tenantColumn(names: TenantNames | undefined): Column[] {
  return names ? [{ title: 'Tenant', text: (data) => names.told(String(data['tenantId'])), wraps: true }] : [];
}
