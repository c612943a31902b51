import { type CategoryName, categoryList } from '../core/category.ts';
import type { Queries } from '../db/database.ts';
import type { Integration } from '../db/stores/codec.ts';
import { listPages } from '../db/stores/list.ts';

/** All integrations of a tenant, their credentials sealed. */
export type TenantState = Readonly<Record<CategoryName, readonly Integration[]>>;

export async function readState(queries: Queries, tenantId: string): Promise<TenantState> {
  const state: Record<CategoryName, Integration[]> = {
    scm: [],
    target: [],
    pipeline: [],
    communication: [],
    ticket: [],
  };
  for (const category of categoryList) {
    const query = { category, tenantId, filter: {}, joins: [], sealed: true };
    for await (const page of listPages(queries, query)) {
      for (const { integration } of page) state[category.name].push(integration);
    }
  }
  return state;
}
