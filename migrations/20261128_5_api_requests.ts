import type { Knex } from 'knex';
import { datetime, mediumText, varchar, word } from './column.ts';
import { createTable, dropTable } from './table.ts';

const name = 'tenant_api_requests';

/**
 * What the API answered to requests that bear an Idempotency-Key, for a day, so that whichever instance gets one again
 * answers the same. An answer holds no credential. `tenantId` refers to nothing: a line is gone soon enough by itself.
 */
export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      word('id', 64, { required: true }),
      varchar('tenantId', 255, { required: true }),
      word('digest', 64, { required: true }),
      mediumText('answer'),
      datetime('begunAt', { required: true }),
    ],
    unique: [],
    indexes: [
      ['idx_api_request_tenant', 'tenantId'],
      ['idx_api_request_begun', 'begunAt'],
    ],
    foreignKeys: [],
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
