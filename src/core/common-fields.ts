import type { CategoryName } from './category.ts';
import { type FieldDraft, Unfit } from './field.ts';
import { boolean, date, integer, json, list, map, reference, text } from './field-builders.ts';
import { isEventName, notifyEvents, strangeEvent } from './notify-events.ts';
import { mayBeCredential } from './text.ts';

/** Fields that every provider of a category has, asked for before and after the provider's own. */
export interface CommonFields {
  readonly leading: Readonly<Record<string, FieldDraft>>;
  readonly trailing: Readonly<Record<string, FieldDraft>>;
}

const displayName = text({
  label: 'Name',
  flag: 'name',
  unchecked: true,
  free: true,
  help: 'What you call it; unique in the tenant and category',
  example: 'mobile',
});

const credentialExpiresAt = date({
  label: 'Credential ends',
  flag: 'expires-at',
  help: 'The day its credential ends, if the provider does not say',
  example: '2027-06-30',
  optional: true,
  unchecked: true,
});

const looksSecret = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|KEY/i;

/** A map as it may be shown where others read it: what its name or its look makes a credential is left out. */
export function withoutSensitive(map: Readonly<Record<string, string>>): Record<string, string> {
  const shown = (name: string, value: string) =>
    looksSecret.test(name) || mayBeCredential(value) ? '(sensitive)' : value;
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, shown(name, value)]));
}

function event(entry: string): string {
  if (!isEventName(entry)) {
    throw new Unfit('must be events in lower case, for example build_failed');
  }
  return entry;
}

export const commonFields: Readonly<Record<CategoryName, CommonFields>> = {
  scm: {
    leading: { displayName },
    trailing: { credentialExpiresAt },
  },
  target: {
    leading: { displayName },
    trailing: { credentialExpiresAt },
  },
  pipeline: {
    leading: {
      displayName,
      scmIntegrationId: reference({
        label: 'SCM',
        flag: 'scm',
        references: 'scm',
        help: 'What it builds from',
        example: 'mobile',
      }),
      targetIntegrationId: reference({
        label: 'Target',
        flag: 'target',
        references: 'target',
        help: 'What it releases to',
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
        free: true,
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
        valueName: 'seconds',
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
        warn: (name, value) =>
          looksSecret.test(name) || mayBeCredential(value)
            ? `The value of ${name} is stored unencrypted; a credential belongs in the pipeline's own secrets.`
            : undefined,
      }),
      credentialExpiresAt,
    },
  },
  communication: {
    leading: { displayName },
    trailing: {
      notifyOnEvents: list({
        unchecked: true,
        label: 'Notify on',
        flag: 'notify-on',
        valueName: 'event',
        help: 'Events that send a message: leave it out for all, "none" for no event at all',
        helpInJson: 'Events that send a message: null for all, an empty list for no event at all',
        example: 'build_failed',
        entry: event,
        warn: strangeEvent,
        suggestions: notifyEvents,
        inWords: { unset: 'all events', empty: 'no event' },
        optional: true,
      }),
      credentialExpiresAt,
    },
  },
  ticket: {
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
        helpInJson: 'What an epic is made from, a JSON object',
        example: 'file:epic.json',
        optional: true,
      }),
      credentialExpiresAt,
    },
  },
};
