import { type CategoryName, categoryList } from '../core/category.ts';
import { links } from '../core/links.ts';
import type { Queries } from '../db/queries.ts';
import type { Integration } from '../db/stores/codec.ts';
import { readByCategory } from '../db/stores/list.ts';
import type { TenantDocument } from './document.ts';

/** The integrations of a tenant, their credentials sealed; of what a document does not touch, none. */
export type TenantState = Readonly<Record<CategoryName, readonly Integration[]>>;

/** @param names the categories to read, see `touchedBy` */
export function readState(queries: Queries, tenantId: string, names: ReadonlySet<CategoryName>): Promise<TenantState> {
  return readByCategory(queries, tenantId, names);
}

/** The categories that a document lists, what their pipelines may use, and what may use the rest of what it prunes. */
export function touchedBy({ lists }: TenantDocument, prune: boolean): ReadonlySet<CategoryName> {
  const names = new Set(categoryList.map(({ name }) => name).filter((name) => lists[name] !== undefined));
  if (prune && links.some((link) => names.has(link))) names.add('pipeline');
  if (lists.pipeline) for (const link of links) names.add(link);
  return names;
}
