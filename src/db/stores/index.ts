import type { CategoryName } from '../../core/category.ts';
import type { Queries } from '../database.ts';
import { communicationStore } from './communication.ts';
import type { IntegrationStore } from './integration.ts';
import { type PipelineStore, pipelineStore } from './pipeline.ts';
import { scmStore } from './scm.ts';
import { targetStore } from './target.ts';
import { ticketStore } from './ticket.ts';
import { type TenantTrail, type Writes, writesTo } from './writable.ts';

/** The query modules of one tenant. */
export type Stores = Record<CategoryName, IntegrationStore> & { pipeline: PipelineStore };

/** The same with what changes them and tells the history of it. */
export type WritableStores = Stores & Record<CategoryName, Writes>;

/** @param queries a pool, or a transaction that all of them then take part in */
export function storesOf(queries: Queries, tenantId: string): Stores {
  return {
    scm: scmStore(queries, tenantId),
    target: targetStore(queries, tenantId),
    pipeline: pipelineStore(queries, tenantId),
    communication: communicationStore(queries, tenantId),
    ticket: ticketStore(queries, tenantId),
  };
}

/** @param queries a transaction: a change and what the history says of it are stored together, or neither */
export function writableStoresOf(queries: Queries, trail: TenantTrail): WritableStores {
  const stores = storesOf(queries, trail.tenant.id);
  const writable = <Store extends IntegrationStore>(store: Store) => ({ ...store, ...writesTo(queries, trail, store) });
  return {
    scm: writable(stores.scm),
    target: writable(stores.target),
    pipeline: writable(stores.pipeline),
    communication: writable(stores.communication),
    ticket: writable(stores.ticket),
  };
}
