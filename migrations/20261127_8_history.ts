import type { Knex } from 'knex';
import { datetime, json, varchar, word } from './column.ts';
import { createTable, dropTable } from './table.ts';

const name = 'tenant_integration_history';

/**
 * Who changed or read what. It refers to nothing: names are copied, so that it outlives the tenants, the accounts and
 * the integrations that it tells of.
 */
export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      word('id', 255, { required: true }),
      datetime('occurredAt', { required: true, default: 'CURRENT_TIMESTAMP' }),
      varchar('tenantId', 255),
      varchar('tenantName', 255),
      varchar('accountId', 255),
      varchar('accountName', 255),
      varchar('osUser', 255, { required: true }),
      varchar('host', 255, { required: true }),
      word('command', 255, { required: true }),
      word('action', 32, { required: true }),
      word('category', 32, { required: true }),
      word('integrationId', 255),
      varchar('displayName', 255),
      json('fields'),
    ],
    unique: [],
    // A page is read in the order of one of them.
    indexes: [
      ['idx_history_time', 'occurredAt', 'id'],
      ['idx_history_tenant', 'tenantId', 'occurredAt', 'id'],
      ['idx_history_integration', 'tenantId', 'integrationId', 'occurredAt', 'id'],
      ['idx_history_name', 'tenantId', 'displayName', 'integrationId'],
      ['idx_history_tenant_category', 'tenantId', 'category', 'occurredAt', 'id'],
      ['idx_history_category', 'category', 'occurredAt', 'id'],
      ['idx_history_account', 'accountId', 'occurredAt', 'id'],
      ['idx_history_account_name', 'accountName', 'occurredAt', 'id'],
      ['idx_history_tenant_name', 'tenantName', 'tenantId'],
    ],
    foreignKeys: [],
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
