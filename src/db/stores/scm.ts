import { categories } from '../../core/category.ts';
import type { Queries } from '../database.ts';
import { createIntegrationStore, type IntegrationStore, type IntegrationTable } from './integration.ts';

const table: IntegrationTable = {
  category: categories.scm,
  unique: [
    { columns: ['scmType', 'organization'], rule: 'a tenant has one scm integration for each type and organization' },
  ],
};

export function scmStore(queries: Queries, tenantId: string): IntegrationStore {
  return createIntegrationStore(queries, tenantId, table);
}
