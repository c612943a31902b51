import type { Knex } from 'knex';
import { folded, leading, sealed, trailing, varchar } from './column.ts';
import { createTable, dropTable, hostKeys } from './table.ts';

const name = 'tenant_scm_integrations';

export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      ...leading('scmType', ['GITHUB', 'GITLAB', 'BITBUCKET']),
      folded('organization', 255, { required: true }),
      varchar('repositoryUrl', 512, { required: true }),
      varchar('defaultBranch', 255, { default: 'main' }),
      sealed('accessToken', { required: true }),
      sealed('refreshToken'),
      ...trailing(),
    ],
    unique: [
      ['unique_tenant_scm', 'tenantId', 'scmType', 'organization'],
      ['unique_scm_name', 'tenantId', 'displayName'],
      ['unique_scm_tenant_id', 'tenantId', 'id'],
    ],
    indexes: [
      ['idx_tenant_scm_active', 'tenantId', 'isActive'],
      ['idx_scm_verification', 'verificationStatus'],
    ],
    foreignKeys: hostKeys('scm', 2),
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
