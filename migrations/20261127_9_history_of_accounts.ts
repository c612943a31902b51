import type { Knex } from 'knex';
import { addIndex, dropIndex } from './table.ts';

const table = 'tenant_integration_history';

/** What one account did in a tenant, where it is the busiest of all, is read in the order of time. */
const indexes = [
  ['idx_history_tenant_account', 'tenantId', 'accountId', 'occurredAt', 'id'],
  ['idx_history_tenant_account_name', 'tenantId', 'accountName', 'occurredAt', 'id'],
] as const;

export async function up(knex: Knex): Promise<void> {
  for (const [name, ...columns] of indexes) await addIndex(knex, table, name, columns);
}

export async function down(knex: Knex): Promise<void> {
  for (const [name] of indexes) await dropIndex(knex, table, name);
}
