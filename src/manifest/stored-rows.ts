import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { links } from '../core/links.ts';
import type { Queries } from '../db/queries.ts';
import type { Integration } from '../db/stores/codec.ts';
import { wholePages } from '../db/stores/list.ts';
import type { TenantDocument } from './document.ts';

/** Reads the integrations of a tenant in a category, their credentials sealed, page by page in the order of their ids. */
export type StoredRows = (category: CategoryName) => AsyncIterable<readonly Integration[]>;

/** @param names the categories to read, see `touchedBy`; of the others there are none */
export function storedRows(queries: Queries, tenantId: string, names: ReadonlySet<CategoryName>): StoredRows {
  return async function* (name) {
    if (!names.has(name)) return;
    for await (const page of wholePages(queries, { category: categories[name], tenantId, filter: {}, joins: [] }))
      yield page.map(({ integration }) => integration);
  };
}

/** The categories that a document lists, what their pipelines may use, and what may use the rest of what it prunes. */
export function touchedBy({ lists }: TenantDocument, prune: boolean): ReadonlySet<CategoryName> {
  const names = new Set(categoryList.map(({ name }) => name).filter((name) => lists[name] !== undefined));
  if (prune && links.some((link) => names.has(link))) names.add('pipeline');
  if (lists.pipeline) for (const link of links) names.add(link);
  return names;
}
