import type { Context } from '../context.ts';
import type { CategoryName } from '../core/category.ts';
import type { Integration } from '../db/stores/codec.ts';
import { listByCategory, type Part, partColumns, parts } from '../db/stores/list.ts';

/** All of a tenant's integrations, for the commands that show it whole. */
export interface Overview {
  tenant: { id: string; name: string };
  integrations: Record<CategoryName, Integration[]>;
}

export async function readOverview(context: Context): Promise<Overview> {
  const { queries } = await context.database();
  const tenant = await context.tenant();
  const integrations = await listByCategory(queries, tenant.id);
  return { tenant: { id: tenant.id, name: tenant.displayName ?? tenant.id }, integrations };
}

/** What a pipeline uses. */
export function partsOf({ integrations }: Overview, pipeline: Integration): Partial<Record<Part, Integration>> {
  const used: Partial<Record<Part, Integration>> = {};
  for (const part of parts) {
    const found = integrations[part].find(({ id }) => id === pipeline[partColumns[part]]);
    if (found) used[part] = found;
  }
  return used;
}
