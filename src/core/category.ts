import type { FieldDraft } from './field.ts';
import { Unfit } from './field.ts';
import { boolean, date, integer, json, list, map, reference, text } from './field-builders.ts';

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
  /** Fields that every provider of the category has, asked for before and after the provider's own. */
  readonly leading: Readonly<Record<string, FieldDraft>>;
  readonly trailing: Readonly<Record<string, FieldDraft>>;
}

const displayName = text({
  label: 'Name',
  flag: 'name',
  unchecked: true,
  help: 'What you call it; unique in the tenant and category',
  example: 'mobile',
});

const credentialExpiresAt = date({
  label: 'Credential ends',
  flag: 'expires-at',
  help: 'The day its credential ends, where the provider does not tell',
  example: '2027-06-30',
  optional: true,
  unchecked: true,
});

const looksSecret = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|KEY/i;

function event(entry: string): string {
  if (!/^[a-z][a-z0-9_.-]*$/.test(entry)) throw new Unfit('must be events in lower case, for example build_failed');
  return entry;
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
    leading: { displayName },
    trailing: { credentialExpiresAt },
  },
  target: {
    name: 'target',
    aliases: ['targets'],
    noun: 'target integration',
    summary: 'Stores: App Store Connect, Google Play',
    table: 'tenant_target_integrations',
    typeColumn: 'targetType',
    idPrefix: 'target',
    leading: { displayName },
    trailing: { credentialExpiresAt },
  },
  pipeline: {
    name: 'pipeline',
    aliases: ['pipelines'],
    noun: 'pipeline integration',
    summary: 'Pipelines: Jenkins, GitHub Actions, GitLab CI',
    table: 'tenant_pipeline_integrations',
    typeColumn: 'pipelineType',
    idPrefix: 'pipeline',
    leading: {
      displayName,
      scmIntegrationId: reference({
        label: 'SCM',
        flag: 'scm',
        references: 'scm',
        help: 'The scm integration it builds from',
        example: 'mobile',
      }),
      targetIntegrationId: reference({
        label: 'Target',
        flag: 'target',
        references: 'target',
        help: 'The target integration it releases to',
        example: 'ios',
      }),
    },
    trailing: {
      description: text({
        unchecked: true,
        label: 'Description',
        help: 'What it is for',
        max: 4096,
        multiline: true,
        optional: true,
      }),
      triggerOnRelease: boolean({
        unchecked: true,
        label: 'Trigger on release',
        help: 'Start it when a release is made',
        default: true,
        optional: true,
      }),
      buildTimeout: integer({
        unchecked: true,
        label: 'Build timeout',
        help: 'Seconds after which a build is given up',
        example: '3600',
        default: 3600,
        min: 1,
        max: 2_147_483_647,
        optional: true,
      }),
      environmentVariables: map({
        label: 'Environment',
        flag: 'env',
        help: 'Variables for the build; stored as they are, so not for credentials',
        example: 'LANE=release',
        optional: true,
        warn: (name) =>
          looksSecret.test(name)
            ? `The value of ${name} is stored unencrypted; a credential belongs in the pipeline's own secrets.`
            : undefined,
      }),
      credentialExpiresAt,
    },
  },
  communication: {
    name: 'communication',
    aliases: ['comm'],
    noun: 'communication integration',
    summary: 'Messages: Slack, e-mail, Microsoft Teams',
    table: 'tenant_communication_integrations',
    typeColumn: 'communicationType',
    idPrefix: 'comm',
    leading: { displayName },
    trailing: {
      notifyOnEvents: list({
        unchecked: true,
        label: 'Notify on',
        flag: 'notify-on',
        help: 'Events that send a message',
        example: 'build_failed',
        entry: event,
        optional: true,
      }),
      credentialExpiresAt,
    },
  },
  ticket: {
    name: 'ticket',
    aliases: ['tickets'],
    noun: 'ticket integration',
    summary: 'Tickets: Jira, Linear, Azure DevOps',
    table: 'tenant_ticket_integrations',
    typeColumn: 'ticketSystemType',
    idPrefix: 'ticket',
    leading: { displayName },
    trailing: {
      autoCreateEpics: boolean({
        unchecked: true,
        label: 'Create epics',
        flag: 'auto-create-epics',
        help: 'Make an epic for every release',
        default: false,
        optional: true,
      }),
      epicTemplate: json({
        unchecked: true,
        label: 'Epic template',
        help: 'A JSON object, from file:PATH, env:NAME, - or as it is',
        example: 'file:epic.json',
        optional: true,
      }),
      credentialExpiresAt,
    },
  },
};

export const categoryList: readonly Category[] = Object.values(categories);
