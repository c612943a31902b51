import { describe, expect, test } from 'vitest';
import { providers } from '../../../src/providers/index.ts';
import { samples } from '../../support/samples.ts';
import { read, refusal } from '../providers/reads.ts';

/** Every field that names something, with a value that its provider takes. */
const fields = providers.flatMap((provider) =>
  provider.fields
    .filter(({ kind, credential }) => !credential && ['text', 'url', 'list'].includes(kind))
    .map(({ name }) => ({ provider, name, called: `${name} of ${provider.name}` })),
);
const free = ['displayName', 'description', 'gitlabJobName'];

const left =
  /is (the name of a variable that|a template that) nothing has filled in|is a mask, not the value behind it/;

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: as they were left in place of a value */
describe.each(fields.filter(({ name }) => !free.includes(name)))('$called', ({ provider, name }) => {
  test.each([
    '$(ACME_NAME)',
    '$(Build.Acme)',
    '${ACME_NAME}',
    '${{ vars.ACME }}',
    '{{ acme }}',
    '{{acme.name}}',
    '***',
    ' ********\n',
  ])('is not %j', (value) => {
    expect(refusal(provider, name, value)).toMatch(left);
  });
});

describe('in a part of it', () => {
  test.each([
    ['repositoryUrl', 'https://github.com/$(ORG)/mobile'],
    ['repositoryUrl', 'git@github.com:${ORG}/mobile.git'],
    ['jenkinsUrl', 'https://{{ host }}/jenkins'],
    ['jiraUrl', 'https://$(SITE).atlassian.net'],
    ['jenkinsJobPath', 'mobile/$(JOB_NAME)'],
    ['slackChannels', ['#releases', '#$(CHANNEL)']],
    ['emailFromAddress', 'Acme {{ product }} <releases@acme.test>'],
    ['defaultBranch', 'refs/heads/$(Build.SourceBranchName)'],
  ])('%s: %j', (name, value) => {
    for (const { provider } of fields.filter((field) => field.name === name))
      expect(refusal(provider, name, value)).toMatch(left);
  });
});

test.each(fields.filter(({ name }) => free.includes(name)))('$called may be anything', ({ provider, name }) => {
  for (const value of ['$(ACME)', '${ACME}', '{{ acme }}', '***'])
    expect(read(provider, name, value)).toEqual({ stored: value, warnings: [] });
});

test('the values of variables are for the build to fill in', () => {
  for (const provider of providers.filter(({ fields: all }) => all.some(({ name }) => name === 'environmentVariables')))
    expect(read(provider, 'environmentVariables', { LANE: '$(LANE)', TAG: '${{ github.ref }}' })).toHaveProperty(
      'stored',
    );
});

test.each([
  ['organization', 'github', 'undefined'],
  ['organization', 'github', 'null'],
  ['defaultBranch', 'github', 'undefined'],
  ['defaultBranch', 'gitlab', '__next__'],
  ['jenkinsUsername', 'jenkins', 'none'],
  ['jenkinsJobPath', 'jenkins', 'xxx'],
  ['slackChannels', 'slack', ['#todo', '#example']],
])('%s of %s may be called %j', (name, provider, value) => {
  const found = providers.find((each) => each.name === provider);
  expect(found && read(found, name, value)).toMatchObject({ stored: value, warnings: [] });
});
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above */

test('what the samples hold is taken', () => {
  for (const { provider, stored } of samples) {
    const found = providers.find(({ name }) => name === provider);
    for (const { name } of fields.filter((field) => field.provider === found && stored[field.name] !== undefined))
      expect(found && read(found, name, stored[name])).toHaveProperty('stored');
  }
});
