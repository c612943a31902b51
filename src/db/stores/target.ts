import { categories } from '../../core/category.ts';
import type { Queries } from '../database.ts';
import { createIntegrationStore, type IntegrationStore, type IntegrationTable } from './integration.ts';

const table: IntegrationTable = {
  category: categories.target,
  unique: [{ columns: ['targetType'], rule: 'a tenant has one target integration of each type' }],
};

export function targetStore(queries: Queries, tenantId: string): IntegrationStore {
  return createIntegrationStore(queries, tenantId, table);
}
