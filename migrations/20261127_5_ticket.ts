import type { Knex } from 'knex';
import { boolean, json, leading, sealed, trailing, varchar } from './column.ts';
import { createTable, dropTable, hostKeys } from './table.ts';

const name = 'tenant_ticket_integrations';

export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      ...leading('ticketSystemType', ['JIRA', 'LINEAR', 'AZURE_DEVOPS']),
      varchar('jiraUrl', 512),
      varchar('jiraEmail', 255),
      sealed('jiraApiToken'),
      varchar('jiraProjectKey', 255),
      varchar('jiraDefaultIssueType', 255),
      sealed('linearApiKey'),
      varchar('linearTeamId', 255),
      varchar('linearDefaultProjectId', 255),
      varchar('azureOrganization', 255),
      varchar('azureProject', 255),
      sealed('azurePatToken'),
      boolean('autoCreateEpics', 0),
      json('epicTemplate'),
      ...trailing(),
    ],
    unique: [
      ['unique_ticket_name', 'tenantId', 'displayName'],
      ['unique_ticket_tenant_id', 'tenantId', 'id'],
    ],
    indexes: [
      ['idx_tenant_ticket', 'tenantId', 'isActive'],
      ['idx_ticket_type', 'ticketSystemType'],
    ],
    foreignKeys: hostKeys('ticket', 2),
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
