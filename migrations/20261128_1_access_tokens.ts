import type { Knex } from 'knex';
import { datetime, sealed, varchar, word } from './column.ts';
import { createTable, dropTable } from './table.ts';

const name = 'tenant_access_tokens';

/**
 * Who may call the API, by the digests of their tokens. What a token may do stands sealed in `rights`, so that nobody who
 * can only write the database can make one, or widen it. `tenantId` is `*` for all tenants: so it refers to nothing, and
 * a token of a tenant that is gone reaches nothing.
 */
export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      word('id', 255, { required: true }),
      varchar('tenantId', 255, { required: true }),
      varchar('name', 255, { required: true }),
      word('digest', 64, { required: true }),
      sealed('rights', { required: true }),
      datetime('createdAt', { required: true, default: 'CURRENT_TIMESTAMP' }),
      datetime('lastUsedAt'),
    ],
    unique: [
      ['uq_access_token_digest', 'digest'],
      ['uq_access_token_name', 'tenantId', 'name'],
    ],
    indexes: [],
    foreignKeys: [],
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
