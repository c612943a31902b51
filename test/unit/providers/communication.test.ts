import { describe, expect, test } from 'vitest';
import { isNeeded } from '../../../src/core/field.ts';
import { email } from '../../../src/providers/email/index.ts';
import { slack } from '../../../src/providers/slack/index.ts';
import { teams } from '../../../src/providers/teams/index.ts';
import { fieldOf, read, refusal, stored, warning } from './reads.ts';

const x = (length: number) => 'x'.repeat(length);
const hook = (host: string, path = `/services/T${'0'.repeat(8)}/B${'0'.repeat(8)}/${x(24)}`) =>
  `https://${host}${path}`;
const bot = (prefix = '') => `${prefix}xoxb-${'1'.repeat(11)}-${'2'.repeat(12)}-${x(24)}`;

describe('slackBotToken', () => {
  test('takes bot tokens', () => {
    expect(stored(slack, 'slackBotToken', ` ${bot()}\n`)).toBe(bot());
    expect(warning(slack, 'slackBotToken', bot('xoxe.'))).toContain('ends within hours');
    expect(warning(slack, 'slackBotToken', `xoxb-${x(9)}`)).toContain('does not look as usual');
  });

  test.each([
    ['xoxp-', 'user token'],
    ['xoxe.xoxp-', 'user token'],
    ['xapp-', 'app-level token'],
    ['xoxe-', 'refresh token'],
    ['xoxa-', 'legacy'],
    ['xoxr-', 'legacy'],
    ['xoxo-', 'legacy'],
    ['xoxs-', 'legacy'],
  ])('refuses %s', (prefix, reason) => {
    expect(refusal(slack, 'slackBotToken', prefix + x(40))).toContain(reason);
  });

  test('refuses the webhook', () => {
    expect(refusal(slack, 'slackBotToken', hook('hooks.slack.com'))).toContain('belongs in slackWebhookUrl');
  });
});

describe('slackWebhookUrl', () => {
  test.each(['hooks.slack.com', 'hooks.slack-gov.com', 'hooks.slack.com:443', 'HOOKS.slack.com'])(
    'takes %s',
    (host) => {
      const gov = host.includes('gov') ? 'hooks.slack-gov.com' : 'hooks.slack.com';
      expect(stored(slack, 'slackWebhookUrl', hook(host))).toBe(hook(gov));
    },
  );

  test('warns where the rest looks odd', () => {
    expect(warning(slack, 'slackWebhookUrl', hook('hooks.slack.com', '/services/T1/B1/short'))).toContain('as usual');
  });

  test.each([
    hook('hooks.slack.com.acme.test'),
    hook('evil-hooks.slack.com'),
    hook('slack.com'),
    hook('acme.test', '/hooks.slack.com/services/T1/B1/x'),
    hook('hooks.slack.com@acme.test'),
    hook('acme@hooks.slack.com'),
    hook('hooks.slack.com:8443'),
    hook('hooks.slack.com').replace('https', 'http'),
    hook('hooks.slack.com', `/services?${x(20)}`),
    hook('hooks.slack.com', `/${x(20)}`),
    bot(),
    '#releases',
  ])('refuses another address (%#)', (given) => {
    expect(refusal(slack, 'slackWebhookUrl', given)).toContain(
      'must be an address that starts with https://hooks.slack.com',
    );
  });

  test.each(['workflows', 'triggers'])('refuses %s of Workflow Builder', (kind) => {
    const given = hook('hooks.slack.com', `/${kind}/T00000000/A00000000/${'1'.repeat(18)}/${x(24)}`);
    expect(refusal(slack, 'slackWebhookUrl', given)).toContain('Workflow Builder');
  });
});

describe('slackChannels', () => {
  test.each([
    [
      ['#releases', 'C0123ABCDEF', 'builds'],
      ['#releases', 'C0123ABCDEF', '#builds'],
    ],
    ['#releases, builds', ['#releases', '#builds']],
    [['#Releases', 'releases', '#releases'], ['#releases']],
    [['#C0123ABCDEF'], ['C0123ABCDEF']],
    [
      ['#リリース', 'über_uns-2'],
      ['#リリース', '#über_uns-2'],
    ],
  ])('stores %j as %j', (given, kept) => {
    expect(stored(slack, 'slackChannels', given)).toEqual(kept);
  });

  test.each([
    [['@jane']],
    [['a b']],
    [['U0123ABCDEF']],
    [['#a', 'https://acme.slack.com/archives/C0123ABCDEF']],
    [[x(81)]],
  ])('refuses %j and says which', (given) => {
    expect(refusal(slack, 'slackChannels', given)).toContain(
      `for example #releases or C0123456789 (entry ${given.length})`,
    );
  });

  test('refuses what is no list', () => {
    expect(refusal(slack, 'slackChannels', [])).toContain('is empty');
    expect(refusal(slack, 'slackChannels', { a: 1 })).toContain('must be a list');
    expect(refusal(slack, 'slackChannels', [1])).toContain('must be text (entry 1)');
  });
});

test.each([
  [[], ['slackWebhookUrl']],
  [['slackBotToken'], ['slackChannels']],
  [['slackWebhookUrl'], ['slackWebhookUrl']],
  [['slackBotToken', 'slackWebhookUrl'], ['slackChannels']],
])('slack with %j needs %j', (given: string[], needed: string[]) => {
  const own = ['slackBotToken', 'slackChannels', 'slackWebhookUrl'];
  expect(own.filter((name) => isNeeded(fieldOf(slack, name), (field) => given.includes(field)))).toEqual(needed);
});

test('slack asks for bot token, channels and webhook in this order, and names the bot token as the other way', () => {
  const names = slack.fields.map((field) => field.name);
  expect(names.slice(1, 4)).toEqual(['slackBotToken', 'slackChannels', 'slackWebhookUrl']);
  expect(fieldOf(slack, 'slackBotToken').asked).toBe(true);
  expect(fieldOf(slack, 'slackWebhookUrl').insteadOf).toBe('slackBotToken');
});

describe('email', () => {
  test.each([
    [
      ['a@acme.test', 'b@acme.test'],
      ['a@acme.test', 'b@acme.test'],
    ],
    [
      ['a@Acme.Test', 'a@acme.test', 'A@acme.test'],
      ['a@acme.test', 'A@acme.test'],
    ],
    ['a@acme.test, b@acme.test', ['a@acme.test', 'b@acme.test']],
    [
      ["o'neil+ci@mail.acme.test", 'jürgen@bücher.example'],
      ["o'neil+ci@mail.acme.test", 'jürgen@bücher.example'],
    ],
  ])('stores the recipients %j as %j', (given, kept) => {
    expect(stored(email, 'emailRecipients', given)).toEqual(kept);
  });

  test.each([
    'acme.test',
    'a@',
    '@acme.test',
    'a@acme',
    'a@b@acme.test',
    'a b@acme.test',
    'a..b@acme.test',
    'a@-acme.test',
    'a@acme..test',
    'Jane <a@acme.test>',
    `${x(65)}@acme.test`,
  ])('refuses the recipient %s', (given) => {
    expect(refusal(email, 'emailRecipients', ['ok@acme.test', given])).toContain(
      'must be an e-mail address, for example',
    );
    expect(refusal(email, 'emailRecipients', ['ok@acme.test', given])).toContain('(entry 2)');
  });

  test.each(['a@acme.test\r\nBcc: b@acme.test', 'a@acme.test\nb', 'a\u0000@acme.test', 'a\u202e@acme.test'])(
    'lets nothing into a header (%#)',
    (given) => {
      expect(refusal(email, 'emailRecipients', [given])).toContain('control characters');
      expect(refusal(email, 'emailFromAddress', given)).toContain('control characters');
      expect(refusal(email, 'emailFromAddress', `Jane <${given}>`)).toContain('control characters');
    },
  );

  test.each([
    ['releases@Acme.test', 'releases@acme.test'],
    ['Acme Releases <releases@acme.test>', 'Acme Releases <releases@acme.test>'],
    ['Acme Releases<releases@acme.test>', 'Acme Releases <releases@acme.test>'],
    ['"Acme Releases" <releases@acme.test>', 'Acme Releases <releases@acme.test>'],
    ['Acme, Inc. <releases@acme.test>', '"Acme, Inc." <releases@acme.test>'],
    ['"Acme, Inc." <releases@acme.test>', '"Acme, Inc." <releases@acme.test>'],
    ['日本語 <releases@acme.test>', '日本語 <releases@acme.test>'],
    ['<releases@acme.test>', 'releases@acme.test'],
  ])('stores the sender %s as %s', (given, kept) => {
    expect(stored(email, 'emailFromAddress', given)).toBe(kept);
  });

  test.each([
    ['Acme Releases', 'must be an e-mail address'],
    ['a@acme.test, b@acme.test', 'must be an e-mail address'],
    ['A <a@acme.test>, B <b@acme.test>', 'must be an e-mail address'],
    ['Acme <releases>', 'must be an e-mail address'],
    ['Acme <>', 'must be an e-mail address'],
    ['A "B" C <a@acme.test>', 'quotation mark'],
    ['A\\ <a@acme.test>', 'quotation mark'],
  ])('refuses the sender %s', (given, reason) => {
    expect(refusal(email, 'emailFromAddress', given)).toContain(reason);
  });
});

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
    flow(`${environment}:8443`),
    flow(`user@${environment}`),
    flow(environment).replace('https', 'http'),
    hook('hooks.slack.com'),
    'not an address',
  ])('refuses another host (%#)', (given) => {
    expect(refusal(teams, 'teamsWebhookUrl', given)).toContain('must be the https address of a Teams workflow');
  });

  test.each([
    ['', 'has no "api-version", "sp", "sv", "sig"'],
    [query.replace(/&sig=.*/, ''), 'has no "sig"'],
    [query.replace(/sig=.*/, 'sig='), 'has no "sig"'],
    [query.replaceAll('&', '&amp;'), 'has no "sp", "sv", "sig"'],
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
