import type { Knex } from 'knex';
import { datetime, hostId, json, text, varchar, word } from './column.ts';
import { createTable, dropTable } from './table.ts';

const name = 'tenant_integration_runs';

/**
 * What was asked of providers once: builds, messages, tickets. A row is there before its request leaves. It refers to no
 * integration, whose name is copied: what was done stays known when that is gone. `key` and `part` are a caller's: there
 * is one row for them.
 */
export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      word('id', 255, { required: true }),
      hostId('tenantId', 'tenants'),
      word('kind', 32, { required: true }),
      word('category', 32, { required: true }),
      word('integrationId', 255, { required: true }),
      varchar('displayName', 255, { required: true }),
      varchar('key', 128),
      varchar('part', 255, { required: true, default: '' }),
      word('requestDigest', 64, { required: true }),
      varchar('marker', 255),
      json('about'),
      word('state', 32, { required: true }),
      varchar('providerState', 64),
      varchar('providerRunId', 255),
      text('url'),
      varchar('detail', 1024),
      json('place'),
      datetime('createdAt', { required: true, default: 'CURRENT_TIMESTAMP' }),
      datetime('deadlineAt'),
      datetime('changedAt', { required: true, default: 'CURRENT_TIMESTAMP' }),
      datetime('endedAt'),
    ],
    // An integration's id is of one tenant alone, and a host's id may be as long as an index takes.
    unique: [['unique_run_key', 'integrationId', 'key', 'part']],
    // A page is read in the order of one of them.
    indexes: [
      ['idx_run_tenant', 'tenantId', 'id'],
      ['idx_run_category', 'tenantId', 'category', 'id'],
      ['idx_run_integration', 'tenantId', 'integrationId', 'id'],
      ['idx_run_open', 'tenantId', 'integrationId', 'endedAt', 'id'],
      ['idx_run_state', 'state', 'endedAt'],
      ['idx_run_tenant_state', 'tenantId', 'state', 'endedAt'],
    ],
    foreignKeys: [
      {
        name: 'fk_integrations_2_run_tenant',
        columns: ['tenantId'],
        table: 'tenants',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
