import { at, capitals, credential, type Fixture, failure, get, json, letters, post } from '../provider-fixture.ts';
import { slackExamples } from './slack-answers.ts';

const hook = `https://hooks.slack.com/services/T${letters('slack team', 9, capitals)}/B${letters('slack app', 9, capitals)}/`;
const webhook = credential('slackWebhookUrl', 'webhook-url', letters('slack webhook', 24), [hook, '']);
const bot = `xoxb-${letters('slack digits', 12, '123456789')}-${letters('more digits', 12, '123456789')}-`;

const refused = (error: string) => at('slack user', failure(200, { ok: false, error }));

export const fixture: Fixture = {
  contract: 'bot-token! channel webhook-url!',
  columns: 'slackBotToken slackChannels slackWebhookUrl',
  sample: {
    flags: ['--channel', '#releases', '--channel', 'C0123456789'],
    stored: { slackChannels: ['#releases', 'C0123456789'] },
    credentials: [credential('slackBotToken', 'bot-token', letters('slack bot', 24), [bot, '']), webhook],
    change: { flags: ['--channel', '#builds'], stored: { slackChannels: ['#builds'] } },
  },
  places: { INTEGRATIONS_SLACK_API_URL: '/slack/api', INTEGRATIONS_SLACK_WEBHOOK_URL: '/hooks' },
  answers: {
    'slack user': post('/slack/api/auth.test', {
      headers: { 'x-oauth-scopes': 'chat:write,channels:read,groups:read' },
      json: { ok: true, user: 'releasebot', team: 'Acme', team_id: 'T0ACME', user_id: 'U1', expires_in: 3600 },
    }),
    'slack channel': get(
      '/slack/api/conversations.info',
      json({ ok: true, channel: { id: 'C0123456789', name: 'releases', is_channel: true, is_member: true } }),
    ),
    'slack channels': get(
      '/slack/api/conversations.list',
      json({ ok: true, channels: [{ id: 'C0123456780', name: 'releases', is_member: true }] }),
    ),
    'slack webhook': post(/^\/hooks\/services\//, { status: 400, body: 'invalid_payload' }),
  },
  first: 'slack user',
  examples: slackExamples,
  marked: (mark) => ({ slackBotToken: `value:${bot}${mark}`, slackWebhookUrl: `value:${hook}${mark}` }),
  valid: { checks: 'passed passed passed', account: 'releasebot in Acme', expiresAt: 'soon' },
  listed: { slackChannels: ['C0123456780'] },
  mishaps: {
    INVALID: refused('invalid_auth'),
    EXPIRED: refused('token_expired'),
    REVOKED: at('slack webhook', { status: 404, body: 'no_service' }),
    INSUFFICIENT: refused('missing_scope'),
    NOT_FOUND: at('slack channel', json({ ok: false, error: 'channel_not_found' })),
    PROVIDER_BLOCKED: refused('two_factor_setup_required'),
    RATE_LIMITED: refused('ratelimited'),
  },
};
