import type { Knex } from 'knex';
import { leading, sealed, trailing, varchar } from './column.ts';
import { createTable, dropTable, hostKeys } from './table.ts';

const name = 'tenant_target_integrations';

export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      ...leading('targetType', ['APP_STORE', 'PLAY_STORE']),
      sealed('appleApiKeyId'),
      sealed('appleIssuerId'),
      sealed('applePrivateKey'),
      varchar('appleBundleId', 255),
      varchar('appleTeamId', 255),
      varchar('googleServiceAccountEmail', 255),
      sealed('googlePrivateKey'),
      varchar('googlePackageName', 255),
      ...trailing(),
    ],
    unique: [
      ['unique_tenant_target', 'tenantId', 'targetType'],
      ['unique_target_name', 'tenantId', 'displayName'],
      ['unique_target_tenant_id', 'tenantId', 'id'],
    ],
    indexes: [['idx_tenant_target_active', 'tenantId', 'isActive']],
    foreignKeys: hostKeys('target', 2),
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
