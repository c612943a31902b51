/** A table as information_schema tells it, one line for each column, key and foreign key. */
export interface TableSchema {
  columns: string[];
  keys: string[];
  references: string[];
}

const verification = [
  "verificationStatus enum('NOT_VERIFIED','VALID','INVALID','EXPIRED') latin1_bin null = NOT_VERIFIED",
  'lastVerifiedAt datetime null',
  'verificationError varchar(1024) utf8mb4_bin null',
  'credentialExpiresAt datetime null',
];

/** The tables as other programs may rely on them: the design's, with what schema.md adds. */
export const schema: Record<string, TableSchema> = {
  tenant_scm_integrations: table('scm', "scmType enum('GITHUB','GITLAB','BITBUCKET')", {
    columns: [
      'organization varchar(255) ascii_general_ci not null',
      'repositoryUrl varchar(512) utf8mb4_bin not null',
      'defaultBranch varchar(255) utf8mb4_bin null = main',
      'accessToken text latin1_bin not null',
      'refreshToken text latin1_bin null',
    ],
    keys: [
      'unique unique_tenant_scm (tenantId,scmType,organization)',
      'index idx_tenant_scm_active (tenantId,isActive)',
      'index idx_scm_verification (verificationStatus)',
    ],
  }),
  tenant_target_integrations: table('target', "targetType enum('APP_STORE','PLAY_STORE')", {
    columns: [
      'appleApiKeyId text latin1_bin null',
      'appleIssuerId text latin1_bin null',
      'applePrivateKey text latin1_bin null',
      'appleBundleId varchar(255) utf8mb4_bin null',
      'appleTeamId varchar(255) utf8mb4_bin null',
      'googleServiceAccountEmail varchar(255) utf8mb4_bin null',
      'googlePrivateKey text latin1_bin null',
      'googlePackageName varchar(255) utf8mb4_bin null',
    ],
    keys: ['unique unique_tenant_target (tenantId,targetType)', 'index idx_tenant_target_active (tenantId,isActive)'],
  }),
  tenant_communication_integrations: table('communication', "communicationType enum('SLACK','EMAIL','TEAMS')", {
    columns: [
      'slackBotToken text latin1_bin null',
      'slackChannels json null',
      'slackWebhookUrl text latin1_bin null',
      'emailRecipients json null',
      'emailFromAddress varchar(255) utf8mb4_bin null',
      'teamsWebhookUrl text latin1_bin null',
      'teamsChannelId varchar(255) utf8mb4_bin null',
      'notifyOnEvents json null',
    ],
    keys: ['index idx_tenant_communication (tenantId,isActive)', 'index idx_communication_type (communicationType)'],
  }),
  tenant_ticket_integrations: table('ticket', "ticketSystemType enum('JIRA','LINEAR','AZURE_DEVOPS')", {
    columns: [
      'jiraUrl varchar(512) utf8mb4_bin null',
      'jiraEmail varchar(255) utf8mb4_bin null',
      'jiraApiToken text latin1_bin null',
      'jiraProjectKey varchar(255) utf8mb4_bin null',
      'jiraDefaultIssueType varchar(255) utf8mb4_bin null',
      'linearApiKey text latin1_bin null',
      'linearTeamId varchar(255) utf8mb4_bin null',
      'linearDefaultProjectId varchar(255) utf8mb4_bin null',
      'azureOrganization varchar(255) utf8mb4_bin null',
      'azureProject varchar(255) utf8mb4_bin null',
      'azurePatToken text latin1_bin null',
      'autoCreateEpics tinyint(1) null = 0',
      'epicTemplate json null',
    ],
    keys: ['index idx_tenant_ticket (tenantId,isActive)', 'index idx_ticket_type (ticketSystemType)'],
  }),
  tenant_pipeline_integrations: table('pipeline', "pipelineType enum('JENKINS','GITHUB_ACTIONS','GITLAB_CI')", {
    columns: [
      'description text utf8mb4_bin null',
      'scmIntegrationId varchar(255) latin1_bin not null',
      'targetIntegrationId varchar(255) latin1_bin not null',
      'jenkinsUrl varchar(512) utf8mb4_bin null',
      'jenkinsUsername varchar(255) utf8mb4_bin null',
      'jenkinsApiToken text latin1_bin null',
      'jenkinsJobPath varchar(512) utf8mb4_bin null',
      'githubWorkflowPath varchar(512) utf8mb4_bin null',
      'githubWorkflowRef varchar(255) utf8mb4_bin null',
      'gitlabPipelineId varchar(255) utf8mb4_bin null',
      'gitlabJobName varchar(255) utf8mb4_bin null',
      'triggerOnRelease tinyint(1) null = 1',
      'buildTimeout int null = 3600',
      'environmentVariables json null',
      'lastTriggeredAt datetime null',
    ],
    keys: [
      'index idx_tenant_pipeline (tenantId,isActive)',
      'index idx_pipeline_scm (scmIntegrationId)',
      'index idx_pipeline_target (targetIntegrationId)',
    ],
    references: [
      'tenantId,scmIntegrationId -> tenant_scm_integrations (tenantId,id) RESTRICT',
      'tenantId,targetIntegrationId -> tenant_target_integrations (tenantId,id) RESTRICT',
    ],
  }),
  tenant_previous_credentials: {
    columns: [
      'id varchar(255) latin1_bin not null',
      'tenantId char(36) latin1_bin not null',
      'credentials mediumtext latin1_bin not null',
    ],
    keys: ['unique PRIMARY (id)'],
    references: ['tenantId -> tenants (id) CASCADE'],
  },
  tenant_access_tokens: {
    columns: [
      'id varchar(255) latin1_bin not null',
      'tenantId varchar(255) utf8mb4_bin not null',
      'name varchar(255) utf8mb4_bin not null',
      'digest varchar(64) latin1_bin not null',
      'rights text latin1_bin not null',
      'createdAt datetime not null = now',
      'lastUsedAt datetime null',
    ],
    keys: [
      'unique PRIMARY (id)',
      'unique uq_access_token_digest (digest)',
      'unique uq_access_token_name (tenantId,name)',
    ],
    references: [],
  },
  tenant_integration_runs: {
    columns: [
      'id varchar(255) latin1_bin not null',
      'tenantId char(36) latin1_bin not null',
      'kind varchar(32) latin1_bin not null',
      'category varchar(32) latin1_bin not null',
      'integrationId varchar(255) latin1_bin not null',
      'displayName varchar(255) utf8mb4_bin not null',
      'key varchar(128) utf8mb4_bin null',
      'part varchar(255) utf8mb4_bin not null = ',
      'requestDigest varchar(64) latin1_bin not null',
      'marker varchar(255) utf8mb4_bin null',
      'about json null',
      'state varchar(32) latin1_bin not null',
      'providerState varchar(64) utf8mb4_bin null',
      'providerRunId varchar(255) utf8mb4_bin null',
      'url text utf8mb4_bin null',
      'detail varchar(1024) utf8mb4_bin null',
      'place json null',
      'createdAt datetime not null = now',
      'deadlineAt datetime null',
      'changedAt datetime not null = now',
      'endedAt datetime null',
    ],
    keys: [
      'index idx_run_category (tenantId,category,id)',
      'index idx_run_integration (tenantId,integrationId,id)',
      'index idx_run_open (tenantId,integrationId,endedAt,id)',
      'index idx_run_state (state,endedAt)',
      'index idx_run_tenant (tenantId,id)',
      'index idx_run_tenant_state (tenantId,state,endedAt)',
      'unique PRIMARY (id)',
      'unique unique_run_key (integrationId,key,part)',
    ],
    references: ['tenantId -> tenants (id) CASCADE'],
  },
  tenant_access_refusals: {
    columns: ['id varchar(255) latin1_bin not null', 'minute datetime not null', 'refusals int null = 0'],
    keys: ['index idx_access_refusal_minute (minute)', 'unique PRIMARY (id)'],
    references: [],
  },
  tenant_api_requests: {
    columns: [
      'id varchar(64) latin1_bin not null',
      'tenantId varchar(255) utf8mb4_bin not null',
      'digest varchar(64) latin1_bin not null',
      'answer mediumtext utf8mb4_bin null',
      'begunAt datetime not null',
    ],
    keys: ['index idx_api_request_begun (begunAt)', 'index idx_api_request_tenant (tenantId)', 'unique PRIMARY (id)'],
    references: [],
  },
  tenant_integration_history: {
    columns: [
      'id varchar(255) latin1_bin not null',
      'occurredAt datetime not null = now',
      'tenantId varchar(255) utf8mb4_bin null',
      'tenantName varchar(255) utf8mb4_bin null',
      'accountId varchar(255) utf8mb4_bin null',
      'accountName varchar(255) utf8mb4_bin null',
      'osUser varchar(255) utf8mb4_bin not null',
      'host varchar(255) utf8mb4_bin not null',
      'command varchar(255) latin1_bin not null',
      'action varchar(32) latin1_bin not null',
      'category varchar(32) latin1_bin not null',
      'integrationId varchar(255) latin1_bin null',
      'displayName varchar(255) utf8mb4_bin null',
      'fields json null',
    ],
    keys: [
      'index idx_history_account (accountId,occurredAt,id)',
      'index idx_history_account_name (accountName,occurredAt,id)',
      'index idx_history_category (category,occurredAt,id)',
      'index idx_history_integration (tenantId,integrationId,occurredAt,id)',
      'index idx_history_name (tenantId,displayName,integrationId)',
      'index idx_history_tenant (tenantId,occurredAt,id)',
      'index idx_history_tenant_account (tenantId,accountId,occurredAt,id)',
      'index idx_history_tenant_account_name (tenantId,accountName,occurredAt,id)',
      'index idx_history_tenant_category (tenantId,category,occurredAt,id)',
      'index idx_history_tenant_name (tenantName,tenantId)',
      'index idx_history_time (occurredAt,id)',
      'unique PRIMARY (id)',
    ],
    references: [],
  },
};

/** What a table has of its own, between what all five have. */
function table(
  category: string,
  type: string,
  own: { columns: string[]; keys: string[]; references?: string[] },
): TableSchema {
  return {
    columns: [
      'id varchar(255) latin1_bin not null',
      'tenantId char(36) latin1_bin not null',
      `${type} latin1_bin not null`,
      'displayName varchar(255) utf8mb4_bin not null',
      ...own.columns,
      ...verification,
      'isActive tinyint(1) null = 1',
      'configuredByAccountId varchar(255) latin1_bin not null',
      'createdAt datetime null = now',
      'updatedAt datetime null = now on update',
    ],
    keys: [
      'unique PRIMARY (id)',
      `unique unique_${category}_name (tenantId,displayName)`,
      `unique unique_${category}_tenant_id (tenantId,id)`,
      ...own.keys,
    ].sort(),
    references: [
      'configuredByAccountId -> accounts (id) RESTRICT',
      'tenantId -> tenants (id) CASCADE',
      ...(own.references ?? []),
    ].sort(),
  };
}
