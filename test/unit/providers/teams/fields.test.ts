import { describe, expect, test } from 'vitest';
import { teams } from '../../../../src/providers/teams/index.ts';
import { read, refusal, stored, warning } from '../reads.ts';

const x = (length: number) => 'x'.repeat(length);

const query = `?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${x(20)}-_%2B`;
const path = `/workflows/${'0a'.repeat(16)}/triggers/manual/paths/invoke`;
const flow = (host: string, rest = query) => `https://${host}/powerautomate/automations/direct${path}${rest}`;
const environment = 'default0a.00.environment.api.powerplatform.com';

describe('teamsWebhookUrl', () => {
  test.each([flow(environment), flow(`${environment}:443`)])('keeps a workflow byte for byte (%#)', (given) => {
    expect(stored(teams, 'teamsWebhookUrl', `${given}\n`)).toBe(given);
  });

  test('warns of the older host', () => {
    const given = `https://prod-01.westeurope.logic.azure.com:443${path}${query}`;
    expect(warning(teams, 'teamsWebhookUrl', given)).toContain('older address');
  });

  test.each([
    `https://acme.webhook.office.com/webhookb2/${x(36)}@${x(36)}/IncomingWebhook/${x(32)}/${x(36)}`,
    `https://outlook.office.com/webhook/${x(36)}`,
    `https://outlook.office365.com/webhook/${x(36)}`,
  ])('reports connectors as dead (%#)', (given) => {
    expect(refusal(teams, 'teamsWebhookUrl', given)).toContain('retired them in May 2026');
  });

  test.each([
    flow(`${environment}.acme.test`),
    flow('evilenvironment.api.powerplatform.com'),
    flow('environment.api.powerplatform.com'),
    flow('evillogic.azure.com'),
  ])('warns of a host that is not known (%#)', (given) => {
    expect(warning(teams, 'teamsWebhookUrl', given)).toContain('not one that Teams workflows are known to have');
  });

  test.each([
    flow(`${environment}:8443`),
    flow(`user@${environment}`),
    flow(environment).replace('https', 'http'),
    `https://hooks.slack.com/services/T${'0'.repeat(8)}/B${'0'.repeat(8)}/${x(24)}`,
    'not-an-address',
  ])('refuses another host (%#)', (given) => {
    expect(refusal(teams, 'teamsWebhookUrl', given)).toContain('must be the https address of a Teams workflow');
  });

  test.each([
    ['', 'has no "api-version", "sp", "sv", "sig"'],
    [query.replace(/&sig=.*/, ''), 'has no "sig"'],
    [query.replace(/sig=.*/, 'sig='), 'has no "sig"'],
    [query.replaceAll('&', '&amp;'), 'is escaped as HTML'],
  ])('refuses a cut-off query (%#)', (rest, reason) => {
    expect(refusal(teams, 'teamsWebhookUrl', flow(environment, rest))).toContain(reason);
  });

  test('refuses another path', () => {
    expect(refusal(teams, 'teamsWebhookUrl', `https://${environment}/other${query}`)).toContain('/paths/invoke');
  });

  test('refuses white space inside, which the signature would not survive', () => {
    expect(refusal(teams, 'teamsWebhookUrl', flow(environment).replace('&sv', '\n&sv'))).toContain('white space');
  });
});

test('teamsChannelId is kept with a warning where it looks odd', () => {
  expect(read(teams, 'teamsChannelId', '19:abc_-1@thread.skype')).toEqual({
    stored: '19:abc_-1@thread.skype',
    warnings: [],
  });
  expect(warning(teams, 'teamsChannelId', 'Releases')).toContain('usually looks like 19:');
});
