import type { Knex } from 'knex';
import { type Cascade, createBefore } from './cascades.ts';
import { boolean, datetime, integer, json, leading, sealed, text, trailing, varchar, word } from './column.ts';
import { dropTable, hostKeys, type Table, tenantKey } from './table.ts';

const name = 'tenant_pipeline_integrations';

/** What a pipeline restricts: when a tenant goes, these rows go behind its pipelines. */
export const restricted: readonly Cascade[] = [
  { table: 'tenant_scm_integrations', key: tenantKey('scm', 2) },
  { table: 'tenant_target_integrations', key: tenantKey('target', 2) },
];

export function up(knex: Knex): Promise<void> {
  const table: Table = {
    name,
    columns: [
      ...leading('pipelineType', ['JENKINS', 'GITHUB_ACTIONS', 'GITLAB_CI']),
      text('description'),
      word('scmIntegrationId', 255, { required: true }),
      word('targetIntegrationId', 255, { required: true }),
      varchar('jenkinsUrl', 512),
      varchar('jenkinsUsername', 255),
      sealed('jenkinsApiToken'),
      varchar('jenkinsJobPath', 512),
      varchar('githubWorkflowPath', 512),
      varchar('githubWorkflowRef', 255),
      varchar('gitlabPipelineId', 255),
      varchar('gitlabJobName', 255),
      boolean('triggerOnRelease', 1),
      integer('buildTimeout', 3600),
      json('environmentVariables'),
      datetime('lastTriggeredAt'),
      ...trailing(),
    ],
    unique: [
      ['unique_pipeline_name', 'tenantId', 'displayName'],
      ['unique_pipeline_tenant_id', 'tenantId', 'id'],
    ],
    indexes: [
      ['idx_tenant_pipeline', 'tenantId', 'isActive'],
      ['idx_pipeline_scm', 'scmIntegrationId'],
      ['idx_pipeline_target', 'targetIntegrationId'],
    ],
    foreignKeys: [
      ...hostKeys('pipeline', 1),
      {
        name: 'fk_integrations_1_pipeline_scm',
        columns: ['tenantId', 'scmIntegrationId'],
        table: 'tenant_scm_integrations',
        references: ['tenantId', 'id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'fk_integrations_1_pipeline_target',
        columns: ['tenantId', 'targetIntegrationId'],
        table: 'tenant_target_integrations',
        references: ['tenantId', 'id'],
        onDelete: 'RESTRICT',
      },
    ],
  };
  return createBefore(knex, table, restricted);
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
