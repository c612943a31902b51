export type CategoryName = 'scm' | 'target' | 'pipeline' | 'communication' | 'ticket';

export interface Category {
  readonly name: CategoryName;
  readonly aliases: readonly string[];
  /** As in the sentence `no scm integration named "acme"`. */
  readonly noun: string;
  readonly title: string;
  /** What its providers' `listField` is called in a list. */
  readonly listTitle: string;
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
    title: 'Source control',
    listTitle: 'Organization',
    table: 'tenant_scm_integrations',
    typeColumn: 'scmType',
    idPrefix: 'scm',
  },
  target: {
    name: 'target',
    aliases: ['targets'],
    noun: 'target integration',
    title: 'Stores',
    listTitle: 'App',
    table: 'tenant_target_integrations',
    typeColumn: 'targetType',
    idPrefix: 'target',
  },
  pipeline: {
    name: 'pipeline',
    aliases: ['pipelines'],
    noun: 'pipeline integration',
    title: 'Pipelines',
    listTitle: 'Job',
    table: 'tenant_pipeline_integrations',
    typeColumn: 'pipelineType',
    idPrefix: 'pipeline',
  },
  communication: {
    name: 'communication',
    aliases: ['comm'],
    noun: 'communication integration',
    title: 'Messages',
    listTitle: 'To',
    table: 'tenant_communication_integrations',
    typeColumn: 'communicationType',
    idPrefix: 'comm',
  },
  ticket: {
    name: 'ticket',
    aliases: ['tickets'],
    noun: 'ticket integration',
    title: 'Tickets',
    listTitle: 'Project',
    table: 'tenant_ticket_integrations',
    typeColumn: 'ticketSystemType',
    idPrefix: 'ticket',
  },
};

export const categoryList: readonly Category[] = Object.values(categories);
