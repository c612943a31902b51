import type { CategoryName } from '../../core/category.ts';
import type { Queries } from '../queries.ts';
import { type Stores, storesOf } from './index.ts';
import type { IntegrationStore } from './integration.ts';
import type { TenantAttribution } from './rows.ts';
import { type Writes, writesTo } from './writable.ts';

/** The query modules of one tenant with what changes them and tells the history of it. */
export type WritableStores = Stores & Record<CategoryName, Writes>;

/** @param queries a transaction: a change and what the history says of it are stored together, or neither */
export function writableStoresOf(queries: Queries, attribution: TenantAttribution): WritableStores {
  const stores = storesOf(queries, attribution.tenant.id);
  const writable = <Store extends IntegrationStore>(store: Store) => ({
    ...store,
    ...writesTo(queries, attribution, store),
  });
  return {
    scm: writable(stores.scm),
    target: writable(stores.target),
    pipeline: writable(stores.pipeline),
    communication: writable(stores.communication),
    ticket: writable(stores.ticket),
  };
}
