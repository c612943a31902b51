import { describe, expect, test } from 'vitest';
import type { FieldValues } from '../../../src/core/field.ts';
import { problemsOf, refuseProblems } from '../../../src/core/problems.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { Secret } from '../../../src/core/secret.ts';
import { findProvider, providers } from '../../../src/providers/index.ts';
import { sampleOf } from '../../support/samples.ts';

function provider(name: string): Provider {
  const found = providers.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
}

/** In short: `missing slackChannels`, `missing slackWebhookUrl or slackBotToken`, `misfit jiraEmail`. */
function problems(name: string, values: FieldValues): string[] {
  return problemsOf(provider(name), values).map(({ kind, field, ...rest }) => {
    const instead = 'instead' in rest && rest.instead ? ` or ${rest.instead.name}` : '';
    return `${kind} ${field.name}${instead}`;
  });
}

const whole = (name: string): FieldValues => {
  const { stored, credentials } = sampleOf(name);
  const secrets = credentials.map(({ column, value }) => [column, new Secret(value)]);
  return { displayName: name, ...stored, ...Object.fromEntries(secrets) } as FieldValues;
};

const linear = { displayName: 'board', linearApiKey: true, linearTeamId: 'MOB' };
const slack = { displayName: 'news' };
const cloud = { displayName: 'board', jiraUrl: 'https://acme.atlassian.net', jiraApiToken: true, jiraProjectKey: 'M' };
const own = { ...cloud, jiraUrl: 'https://jira.acme.test' };

test.each<[string, provider: string, values: FieldValues, problems: string[]]>([
  ['nothing', 'linear', linear, []],
  ['a field without a value', 'linear', { ...linear, linearTeamId: undefined }, ['missing linearTeamId']],
  ['a field whose value is null', 'linear', { ...linear, linearTeamId: null }, ['missing linearTeamId']],
  ['no more than is asked of it: an optional field', 'linear', { ...linear, linearDefaultProjectId: null }, []],
  ['nothing where a value is false or 0 or empty', 'linear', { ...linear, linearTeamId: '' }, []],
  [
    'all that it lacks, in the order of its fields',
    'linear',
    {},
    ['missing displayName', 'missing linearApiKey', 'missing linearTeamId'],
  ],
  // One of the two is needed, and with a bot what it posts in.
  ['one of two', 'slack', slack, ['missing slackWebhookUrl or slackBotToken']],
  ['nothing with the one', 'slack', { ...slack, slackWebhookUrl: true }, []],
  ['what goes with the other', 'slack', { ...slack, slackBotToken: true }, ['missing slackChannels']],
  ['nothing with both', 'slack', { ...slack, slackBotToken: true, slackChannels: ['#a'] }, []],
  [
    'one of two where the other is null',
    'slack',
    { ...slack, slackBotToken: null },
    ['missing slackWebhookUrl or slackBotToken'],
  ],
  // Emptied says something that absent does not.
  ['a field that may be emptied and is not there', 'jira', own, ['missing jiraEmail']],
  ['nothing where it is emptied', 'jira', { ...own, jiraEmail: null }, []],
  ['fields that do not go together', 'jira', { ...cloud, jiraEmail: null }, ['misfit jiraEmail']],
  [
    'what is missing before what does not fit',
    'jira',
    { ...cloud, jiraProjectKey: null, jiraEmail: null },
    ['missing jiraProjectKey', 'misfit jiraEmail'],
  ],
])('stands against it: %s (%s)', (_, name, values, expected) => {
  expect(problems(name, values)).toEqual(expected);
});

test.each(providers.map(({ name }) => name))('%s: a whole one has none, and each needed field is missed', (name) => {
  const values = whole(name);
  expect(problems(name, values)).toEqual([]);
  for (const field of provider(name).fields.filter(({ required, emptiable }) => required && !emptiable)) {
    expect(problems(name, { ...values, [field.name]: null })).toContain(`missing ${field.name}`);
    expect(problems(name, { ...values, [field.name]: undefined })).toContain(`missing ${field.name}`);
  }
});

test.each(providers.map(({ name }) => name))('%s: a credential that is stored counts as one', (name) => {
  const stored = sampleOf(name).credentials.map(({ column }) => [column, true]);
  expect(problems(name, { ...whole(name), ...Object.fromEntries(stored) })).toEqual([]);
});

describe('as an error', () => {
  test('they are told together, and the first is the one it is about', () => {
    const refuse = () => refuseProblems(provider('slack'), {});
    expect(refuse).toThrow('displayName is needed; slackWebhookUrl or slackBotToken is needed');
    expect(refuse).toThrow(expect.objectContaining({ code: 'VALIDATION', field: 'displayName', exitStatus: 64 }));
  });

  test('a misfit is told in its own words', () => {
    const refuse = () => refuseProblems(provider('jira'), { ...cloud, jiraEmail: null });
    expect(refuse).toThrow('jiraEmail is needed on Jira Cloud: its API tokens belong to an account');
  });

  test('there is none where nothing stands against it', () => {
    expect(refuseProblems(provider('linear'), linear)).toBeUndefined();
  });
});

test('a misfit that names no field of the provider is none', () => {
  const odd = { ...(findProvider('ticket', 'linear') as Provider), misfits: () => [{ field: 'none', reason: 'x' }] };
  expect(problemsOf(odd, linear)).toEqual([]);
});
