import type { Knex } from 'knex';
import { hostId, sealedTogether, word } from './column.ts';
import { createTable, dropTable } from './table.ts';

const name = 'tenant_previous_credentials';

/** What the last rotation of an integration replaced, in one sealed value. `id` is the integration's, of any category. */
export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [word('id', 255, { required: true }), hostId('tenantId', 'tenants'), sealedTogether('credentials')],
    unique: [],
    indexes: [],
    foreignKeys: [
      {
        name: 'fk_integrations_2_previous_tenant',
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
