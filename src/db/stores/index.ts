import type { CategoryName } from '../../core/category.ts';
import type { Queries } from '../queries.ts';
import { communicationStore } from './communication.ts';
import type { IntegrationStore } from './integration.ts';
import { type PipelineStore, pipelineStore } from './pipeline.ts';
import { scmStore } from './scm.ts';
import { targetStore } from './target.ts';
import { ticketStore } from './ticket.ts';

/** The query modules of one tenant. */
export type Stores = Record<CategoryName, IntegrationStore> & { pipeline: PipelineStore };

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
