import type { Knex } from 'knex';
import { json, leading, sealed, trailing, varchar } from './column.ts';
import { createTable, dropTable, hostKeys } from './table.ts';

const name = 'tenant_communication_integrations';

export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [
      ...leading('communicationType', ['SLACK', 'EMAIL', 'TEAMS']),
      sealed('slackBotToken'),
      json('slackChannels'),
      sealed('slackWebhookUrl'),
      json('emailRecipients'),
      varchar('emailFromAddress', 255),
      sealed('teamsWebhookUrl'),
      varchar('teamsChannelId', 255),
      json('notifyOnEvents'),
      ...trailing(),
    ],
    unique: [
      ['unique_communication_name', 'tenantId', 'displayName'],
      ['unique_communication_tenant_id', 'tenantId', 'id'],
    ],
    indexes: [
      ['idx_tenant_communication', 'tenantId', 'isActive'],
      ['idx_communication_type', 'communicationType'],
    ],
    foreignKeys: hostKeys('communication', 2),
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
