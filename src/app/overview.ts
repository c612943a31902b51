import type { Context } from '../context.ts';
import type { CategoryName } from '../core/category.ts';
import { type Link, linkColumns, links } from '../core/links.ts';
import type { Integration } from '../db/stores/codec.ts';
import { listByCategory } from '../db/stores/list.ts';

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
export function linkedBy({ integrations }: Overview, pipeline: Integration): Partial<Record<Link, Integration>> {
  const used: Partial<Record<Link, Integration>> = {};
  for (const link of links) {
    const found = integrations[link].find(({ id }) => id === pipeline[linkColumns[link]]);
    if (found) used[link] = found;
  }
  return used;
}
