export type CategoryName = 'scm' | 'target' | 'pipeline' | 'communication' | 'ticket';

export interface Category {
  readonly name: CategoryName;
  readonly aliases: readonly string[];
  /** As in the sentence `no scm integration named "acme"`. */
  readonly noun: string;
  readonly summary: string;
  readonly table: string;
  readonly typeColumn: string;
  readonly idPrefix: string;
}

/** In the order in which they depend on each other. */
export const categories: Readonly<Record<CategoryName, Category>> = {
  scm: {
    name: 'scm',
    aliases: [],
    noun: 'scm integration',
    summary: 'Source control: GitHub, GitLab, Bitbucket',
    table: 'tenant_scm_integrations',
    typeColumn: 'scmType',
    idPrefix: 'scm',
  },
  target: {
    name: 'target',
    aliases: ['targets'],
    noun: 'target integration',
    summary: 'Stores: App Store Connect, Google Play',
    table: 'tenant_target_integrations',
    typeColumn: 'targetType',
    idPrefix: 'target',
  },
  pipeline: {
    name: 'pipeline',
    aliases: ['pipelines'],
    noun: 'pipeline integration',
    summary: 'Pipelines: Jenkins, GitHub Actions, GitLab CI',
    table: 'tenant_pipeline_integrations',
    typeColumn: 'pipelineType',
    idPrefix: 'pipeline',
  },
  communication: {
    name: 'communication',
    aliases: ['comm'],
    noun: 'communication integration',
    summary: 'Messages: Slack, e-mail, Microsoft Teams',
    table: 'tenant_communication_integrations',
    typeColumn: 'communicationType',
    idPrefix: 'comm',
  },
  ticket: {
    name: 'ticket',
    aliases: ['tickets'],
    noun: 'ticket integration',
    summary: 'Tickets: Jira, Linear, Azure DevOps',
    table: 'tenant_ticket_integrations',
    typeColumn: 'ticketSystemType',
    idPrefix: 'ticket',
  },
};

export const categoryList: readonly Category[] = Object.values(categories);
