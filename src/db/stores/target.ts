import { categories } from '../../core/category.ts';
import type { Queries } from '../queries.ts';
import { createIntegrationStore, type IntegrationStore } from './integration.ts';

export function targetStore(queries: Queries, tenantId: string): IntegrationStore {
  return createIntegrationStore(queries, tenantId, categories.target);
}
