import { expect, it } from 'vitest';
import { slack } from '../../../../src/providers/slack/index.ts';
import { description } from '../../../support/descriptions.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

const [token = ''] = sampleOf('slack').credentials.map(({ value }) => value);
const identity = { ok: true, user: 'releasebot', team: 'Acme', team_id: 'T0ACME', user_id: 'U1' };
const methods = description('slack-web-api-2021.swagger2.json');

interface Slack {
  scopes?: string;
  identity?: Record<string, unknown>;
  channels?: Handler;
}

async function slackServer({ scopes = 'chat:write,channels:read,groups:read', ...given }: Slack = {}) {
  const server = await providerServer();
  server.on('POST', '/api/auth.test', {
    headers: { 'x-oauth-scopes': scopes },
    json: { ...identity, ...given.identity },
  });
  const answer = given.channels ?? { json: { ok: true, channels: [{ id: 'C0123456789', name: 'releases' }] } };
  server.on('GET', '/api/conversations.list', (exchange) => {
    // `team_id` is younger than the description.
    const query = new URLSearchParams([...exchange.query].filter(([name]) => name !== 'team_id'));
    expect(methods.fits({ ...exchange, query })).toEqual([]);
    expect(exchange.query.get('exclude_archived')).toBe('true');
    return typeof answer === 'function' ? answer(exchange) : answer;
  });
  return server;
}

const listChannels = ({ url }: ProviderServer) =>
  list(slack, 'slackChannels', { slackBotToken: token }, { env: { INTEGRATIONS_SLACK_API_URL: `${url}/api` } });

it('lists the channels of all pages, and says where the bot is not', async () => {
  const server = await slackServer({
    channels: ({ query }) =>
      query.get('cursor') === 'bmV4dA=='
        ? { json: { ok: true, channels: [{ id: 'C0000000002', name: 'secret', is_private: true, is_member: false }] } }
        : {
            json: {
              ok: true,
              channels: [{ id: 'C0000000001', name: 'releases', is_member: true }],
              response_metadata: { next_cursor: 'bmV4dA==' },
            },
          },
  });
  expect(await listChannels(server)).toEqual({
    complete: true,
    choices: [
      { value: 'C0000000001', label: '#releases', also: {} },
      { value: 'C0000000002', label: '#secret', hint: 'private, the bot is not in it', also: {} },
    ],
  });
});

it.each([
  ['chat:write,channels:read', 'public_channel'],
  ['groups:read', 'private_channel'],
])('with %s lists only %s', async (scopes, types) => {
  const server = await slackServer({ scopes });
  expect(valuesOf(await listChannels(server))).toEqual(['C0123456789']);
  expect(server.requests.at(-1)?.query.get('types')).toBe(types);
});

it('names the team for an app of a whole organization', async () => {
  const server = await slackServer({ identity: { is_enterprise_install: true } });
  expect(valuesOf(await listChannels(server))).toEqual(['C0123456789']);
  expect(server.requests.at(-1)?.query.get('team_id')).toBe('T0ACME');
});

const lacking = 'the bot token lacks the scopes channels:read and groups:read';

it.each<[string, Slack, string]>([
  ['no scope for it', { scopes: 'chat:write' }, lacking],
  ['a scope that is refused', { channels: { json: { ok: false, error: 'missing_scope' } } }, lacking],
  ['none', { channels: { json: { ok: true, channels: [] } } }, 'the provider lists none that the credential can see'],
  ['a wrong token', { identity: { ok: false, error: 'invalid_auth' } }, 'Slack does not accept the bot token'],
  ['throttling', { channels: { json: { ok: false, error: 'ratelimited' } } }, 'Slack is throttling'],
])('%s', async (_name, given, reason) => {
  expect(valuesOf(await listChannels(await slackServer(given)))).toBe(reason);
});
