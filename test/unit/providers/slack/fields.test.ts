import { describe, expect, test } from 'vitest';
import { isNeeded } from '../../../../src/core/field.ts';
import { slack } from '../../../../src/providers/slack/index.ts';
import { fieldOf, refusal, stored, warning } from '../reads.ts';

const x = (length: number) => 'x'.repeat(length);
const hook = (host: string, path = `/services/T${'0'.repeat(8)}/B${'0'.repeat(8)}/${x(24)}`) =>
  `https://${host}${path}`;
const bot = (prefix = '') => `${prefix}xoxb-${'1'.repeat(11)}-${'2'.repeat(12)}-${x(24)}`;

describe('slackBotToken', () => {
  test('takes bot tokens', () => {
    expect(stored(slack, 'slackBotToken', ` ${bot()}\n`)).toBe(bot());
    expect(warning(slack, 'slackBotToken', bot('xoxe.'))).toContain('expires within hours');
    expect(warning(slack, 'slackBotToken', `xoxb-${x(9)}`)).toContain('has an unusual form');
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
    expect(warning(slack, 'slackWebhookUrl', hook('hooks.slack.com', '/services/T1/B1/short'))).toContain(
      'unusual form',
    );
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
      ['#DEPLOYMENTS', 'CELAPZXYZ'],
      ['#deployments', 'CELAPZXYZ'],
    ],
    [
      ['#リリース', 'über_uns-2'],
      ['#リリース', '#über_uns-2'],
    ],
  ])('stores %j as %j', (given, kept) => {
    expect(stored(slack, 'slackChannels', given)).toEqual(kept);
  });

  test.each([[['@jane']], [['a b']], [['U0123ABCDEF']], [['#a', 'https://acme.test/archives/C0123ABCDEF']], [[x(81)]]])(
    'refuses %j and says which',
    (given) => {
      expect(refusal(slack, 'slackChannels', given)).toContain(
        `for example #releases or C0123456789 (entry ${given.length})`,
      );
    },
  );

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
