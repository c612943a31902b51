import { describe, expect, test } from 'vitest';
import { categories } from '../../../src/core/category.ts';
import { Secret } from '../../../src/core/secret.ts';
import { providers } from '../../../src/providers/index.ts';
import type { OpenValues } from '../../../src/verify/asking.ts';
import { refusalOfIncomplete } from '../../../src/verify/incomplete.ts';
import { createVerifier } from '../../../src/verify/verify.ts';
import { sampleOf } from '../../support/samples.ts';

/** A row as it is where all is well, its credentials opened. */
function whole(name: string): OpenValues {
  const { stored, credentials } = sampleOf(name);
  return {
    displayName: 'n',
    ...(stored as OpenValues),
    ...Object.fromEntries(credentials.map(({ column, value }) => [column, new Secret(value)])),
  };
}

const blanks = [null, undefined, '', ' \n', [], [''], new Secret(''), new Secret(' \r\n')];

describe.each(providers.map((provider) => [provider.name, provider] as const))('%s', (name, provider) => {
  test('is asked where nothing is missing', () => {
    expect(refusalOfIncomplete(provider, whole(name))).toBeUndefined();
  });

  test('is never asked without what it needs, whoever wrote the row', async () => {
    const { fields } = provider;
    for (const { name: field, required, emptiable, credential } of fields) {
      for (const blank of blanks) {
        if (!required || (emptiable && name === 'jira')) continue;
        const values = { ...whole(name), [field]: blank };
        expect(refusalOfIncomplete(provider, values), field).toMatchObject({
          kind: 'MALFORMED',
          message: expect.stringContaining(`it has no ${field}`),
        });
        if (credential && provider.category.name !== 'pipeline')
          expect(await verdictOf(name, values)).toMatchObject({ outcome: 'invalid', errorCode: 'MALFORMED' });
      }
    }
  });
});

async function verdictOf(name: string, values: OpenValues) {
  const provider = providers.find((each) => each.name === name);
  if (!provider) throw new Error(`there is no ${name}`);
  const category = categories[provider.category.name];
  const interrupted = new AbortController().signal;
  const options = {
    env: {},
    concurrency: 1,
    perHost: 1,
    timeoutMs: 5_000,
    allowHttp: false,
    now: () => new Date(),
    interrupted,
    divert: async () => {},
  };
  const verifier = createVerifier(() => ({ open: () => new Secret('') }) as never, options);
  const row = { id: 'x', tenantId: 't', [category.typeColumn]: provider.type, credentialExpiresAt: null };
  try {
    return (await verifier.verify({ category, row, uses: {} } as never, values)).verdict;
  } finally {
    await verifier.close();
  }
}

test('Slack needs a credential, and channels for a bot token', () => {
  const slack = providers.find(({ name }) => name === 'slack');
  const refusal = (values: OpenValues) => slack && refusalOfIncomplete(slack, { displayName: 'n', ...values })?.message;
  for (const blank of blanks) {
    expect(refusal({ slackBotToken: blank, slackWebhookUrl: blank, slackChannels: ['#a'] })).toBe(
      'it has no slackWebhookUrl',
    );
    expect(refusal({ slackBotToken: new Secret('xoxb-1'), slackChannels: blank })).toBe('it has no slackChannels');
  }
});

test('Jira Cloud needs the e-mail, Data Center does not', () => {
  const jira = providers.find(({ name }) => name === 'jira');
  if (!jira) throw new Error('there is no jira');
  for (const blank of [null, '', ' ']) {
    const values = { ...whole('jira'), jiraEmail: blank };
    expect(refusalOfIncomplete(jira, { ...values, jiraUrl: 'https://acme.atlassian.net' })?.message).toMatch(
      /jiraEmail/,
    );
    expect(refusalOfIncomplete(jira, { ...values, jiraUrl: 'https://jira.acme.test' })).toBeUndefined();
  }
});
