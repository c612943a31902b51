import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import type { Verdict } from '../../../../src/core/verification.ts';
import { slack } from '../../../../src/providers/slack/index.ts';
import { description } from '../../../support/descriptions.ts';
import { type Handler, type ProviderServer, page, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [token = '', webhook = ''] = sampleOf('slack').credentials.map(({ value }) => value);
const webhookPath = new URL(webhook).pathname;
const scopes = { 'x-oauth-scopes': 'chat:write,channels:read,groups:read' };
const identity = { ok: true, user: 'releasebot', team: 'Acme', team_id: 'T0ACME', user_id: 'U1', bot_id: 'B1' };
const info = /^\/api\/conversations\.info$/;
const methods = description('slack-web-api-2021.swagger2.json');
const valid = 'credential: passed, resource: passed, permission: passed';

/** Slack where the token works; `auth` and `rest` put other answers in place. */
async function slackServer(auth: Handler = { headers: scopes, json: identity }): Promise<ProviderServer> {
  const server = await providerServer();
  // The description of 2021 has it as GET with a header `token`; the methods of 2026 as POST.
  server.on('POST', '/api/auth.test', auth);
  server.on('GET', info, (exchange) => {
    expect(methods.fits(exchange)).toEqual([]);
    return channel(exchange.query.get('channel') ?? '');
  });
  return server;
}

function channel(id: string, rest: Record<string, unknown> = {}) {
  const json = { ok: true, channel: { id, name: 'releases', is_channel: true, is_member: true, ...rest } };
  return { json };
}

function failure(error: string, headers = {}): Handler {
  return { headers: { ...scopes, ...headers }, json: { ok: false, error } };
}

function askSlack(
  server: ProviderServer,
  values: Record<string, FieldValue> = { slackBotToken: token, slackChannels: ['C0123456789'] },
  options: AskOptions = {},
): Promise<Verdict> {
  const env = { INTEGRATIONS_SLACK_API_URL: `${server.url}/api`, INTEGRATIONS_SLACK_WEBHOOK_URL: server.url };
  return ask(slack, values, { env, ...options });
}

describe('bot token', () => {
  it('is valid with its channels, and says for whom', async () => {
    const server = await slackServer();
    const verdict = await askSlack(server);
    expect(verdict).toMatchObject({
      outcome: 'valid',
      errorCode: null,
      account: 'releasebot in Acme',
      expiresAt: null,
    });
    expect(told(verdict)).toBe(valid);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/auth.test',
      'GET /api/conversations.info',
    ]);
    for (const { headers, query } of server.requests) {
      expect(headers['authorization']).toBe(`Bearer ${token}`);
      expect(query.has('token')).toBe(false);
    }
  });

  it('tells when a rotating token ends', async () => {
    const date = 'Sun, 22 Nov 2026 12:00:00 GMT';
    const server = await slackServer({ headers: { ...scopes, date }, json: { ...identity, expires_in: 3600 } });
    // By Slack's clock, however wrong ours is.
    for (const now of ['2026-11-22T12:00:00Z', '2027-12-27T12:00:00Z']) {
      const verdict = await askSlack(server, undefined, { now: new Date(now) });
      expect(verdict.expiresAt).toBe('2026-11-22T13:00:00Z');
    }
  });

  it.each([
    ['invalid_auth', 'invalid', 'INVALID'],
    ['not_authed', 'invalid', 'INVALID'],
    ['token_expired', 'expired', 'EXPIRED'],
    ['token_revoked', 'invalid', 'REVOKED'],
    ['account_inactive', 'invalid', 'REVOKED'],
    ['missing_scope', 'invalid', 'INSUFFICIENT'],
    ['no_permission', 'invalid', 'INSUFFICIENT'],
    ['not_allowed_token_type', 'invalid', 'INSUFFICIENT'],
    ['restricted_action', 'invalid', 'INSUFFICIENT'],
    ['restricted_action_read_only_channel', 'invalid', 'INSUFFICIENT'],
    ['access_denied', 'invalid', 'INSUFFICIENT'],
    ['accesslimited', 'invalid', 'INSUFFICIENT'],
    ['ekm_access_denied', 'invalid', 'PROVIDER_BLOCKED'],
    ['team_added_to_org', 'undecided', 'UNREACHABLE'],
    ['org_login_required', 'undecided', 'UNREACHABLE'],
    ['two_factor_setup_required', 'invalid', 'PROVIDER_BLOCKED'],
    ['enterprise_is_restricted', 'invalid', 'PROVIDER_BLOCKED'],
    ['ratelimited', 'undecided', 'RATE_LIMITED'],
    ['rate_limited', 'undecided', 'RATE_LIMITED'],
    ['internal_error', 'undecided', 'UNREACHABLE'],
    ['fatal_error', 'undecided', 'UNREACHABLE'],
    ['service_unavailable', 'undecided', 'UNREACHABLE'],
    ['request_timeout', 'undecided', 'UNREACHABLE'],
    ['an_error_of_tomorrow', 'undecided', 'UNREACHABLE'],
  ])('%s is %s, %s', async (error, outcome, errorCode) => {
    const verdict = await askSlack(await slackServer(failure(error)));
    expect(verdict).toMatchObject({ outcome, errorCode });
    expect(checkOf(verdict, 'credential').outcome).toBe(outcome === 'undecided' ? 'undecided' : 'failed');
  });

  it('names a code that is not foreseen, and no text', async () => {
    const told = async (error: string) =>
      checkOf(await askSlack(await slackServer(failure(error))), 'credential').detail;
    expect(await told('an_error_of_tomorrow')).toBe('Slack reports an unexpected error (an_error_of_tomorrow)');
    expect(await told('Ask jane@acme.test')).not.toContain('jane');
  });

  it.each<[string, Handler, string]>([
    ['429', { status: 429, headers: { 'retry-after': '3600' } }, 'RATE_LIMITED'],
    ['503', { status: 503, headers: { 'retry-after': '3600' } }, 'UNREACHABLE'],
    ['a page', page, 'UNREACHABLE'],
    ['broken JSON', { body: '{"ok":tr' }, 'UNREACHABLE'],
    ['JSON of another kind', { json: ['ok'] }, 'UNREACHABLE'],
    ['JSON without ok', { json: { user: 'x' } }, 'UNREACHABLE'],
    ['ok and nothing else', { json: { ok: true } }, 'UNREACHABLE'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.test/' } }, 'UNREACHABLE'],
    ['404', { status: 404 }, 'UNREACHABLE'],
  ])('%s decides nothing', async (_, auth, errorCode) => {
    const verdict = await askSlack(await slackServer(auth));
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  });

  it('needs chat:write', async () => {
    const verdict = await askSlack(
      await slackServer({ headers: { 'x-oauth-scopes': 'channels:read' }, json: identity }),
    );
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'INSUFFICIENT' });
    expect(checkOf(verdict, 'permission').detail).toContain('chat:write');
  });

  it.each([
    ['chat:write,channels:read,groups:read,chat:write.public', ''],
    ['chat:write,channels:read', '; it lacks groups:read'],
    ['chat:write,files:write', '; it lacks channels:read and groups:read; more than it needs: files:write'],
  ])('with %s is told what it lacks and what is too much', async (granted, notes) => {
    const verdict = await askSlack(await slackServer({ headers: { 'x-oauth-scopes': granted }, json: identity }));
    expect(verdict.outcome).toBe('valid');
    expect(checkOf(verdict, 'permission').detail).toBe(`it has chat:write and is in its channels${notes}`);
  });

  it('leaves the permission open where Slack does not list the scopes', async () => {
    const verdict = await askSlack(await slackServer({ json: identity }));
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: passed, permission: unproven');
  });
});

describe('channels', () => {
  it.each<[string, Handler, string, string]>([
    ['not there', failure('channel_not_found'), 'NOT_FOUND', 'resource'],
    ['archived', channel('C0123456789', { is_archived: true }), 'NOT_FOUND', 'resource'],
    ['not joined', channel('C0123456789', { is_member: false }), 'INSUFFICIENT', 'permission'],
  ])('%s', async (_, answer, errorCode, check) => {
    const server = await slackServer();
    server.on('GET', info, answer);
    const verdict = await askSlack(server);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(checkOf(verdict, check as 'resource').outcome).toBe('failed');
    expect(checkOf(verdict, check as 'resource').detail).toMatch(/C0123456789/);
  });

  it('is open where the token may post uninvited, but not in a private channel', async () => {
    const auth = { headers: { 'x-oauth-scopes': 'chat:write,channels:read,chat:write.public' }, json: identity };
    const server = await slackServer(auth);
    server.on('GET', info, channel('C0123456789', { is_member: false }));
    expect(told(await askSlack(server))).toBe('credential: passed, resource: passed, permission: unproven');
    server.on('GET', info, channel('C0123456789', { is_member: false, is_private: true }));
    expect(await askSlack(server)).toMatchObject({ outcome: 'invalid', errorCode: 'INSUFFICIENT' });
  });

  it('is open where Slack does not say whether the bot is in it, but for direct messages', async () => {
    const server = await slackServer();
    server.on('GET', info, channel('C0123456789', { is_member: null }));
    expect(told(await askSlack(server))).toBe('credential: passed, resource: passed, permission: unproven');
    server.on('GET', info, channel('D0123456789', { is_member: null, is_im: true }));
    expect(told(await askSlack(server))).toBe(valid);
  });

  it.each<Record<string, unknown>>([{ ok: true }, { ok: true, channel: 'x' }, { ok: true, channel: {} }])(
    'is undecided by %j',
    async (json) => {
      const server = await slackServer();
      server.on('GET', info, { json });
      expect(await askSlack(server)).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    },
  );

  it('is open where the token may not look', async () => {
    const server = await slackServer();
    server.on('GET', info, failure('missing_scope'));
    const verdict = await askSlack(server);
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: unproven');
  });

  it('ends when the token is revoked between two calls', async () => {
    const server = await slackServer();
    server.on('GET', info, failure('token_revoked'));
    expect(await askSlack(server)).toMatchObject({ outcome: 'invalid', errorCode: 'REVOKED' });
  });

  it('decides nothing while a later call is throttled', async () => {
    const server = await slackServer();
    server.on('GET', info, { status: 429, headers: { 'retry-after': '60' } });
    const verdict = await askSlack(server);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'RATE_LIMITED' });
    expect(told(verdict)).toBe('credential: passed, resource: undecided, permission: skipped');
  });
});

describe('names', () => {
  const byName = { slackBotToken: token, slackChannels: ['#releases', '#builds'] };

  function listing(pages: readonly (readonly string[])[]): Handler {
    return (exchange) => {
      expect(methods.fits(exchange)).toEqual([]);
      const number = Number(exchange.query.get('cursor') ?? 0);
      const channels = (pages[number] ?? []).map((name) => ({ id: `C${name}`, name, is_member: true }));
      const next_cursor = number + 1 < pages.length ? String(number + 1) : '';
      return { json: { ok: true, channels, response_metadata: { next_cursor } } };
    };
  }

  it('are looked for page by page, and no further than needed', async () => {
    const server = await slackServer();
    server.on('GET', '/api/conversations.list', listing([['general'], ['builds'], ['releases'], ['more']]));
    expect(told(await askSlack(server, byName))).toBe(valid);
    expect(server.requests.map(({ query }) => query.get('types'))).toEqual([
      null,
      ...Array(3).fill('public_channel,private_channel'),
    ]);
  });

  it('are not there when the whole list lacks one', async () => {
    const server = await slackServer();
    server.on('GET', '/api/conversations.list', listing([['general'], ['builds']]));
    const verdict = await askSlack(server, byName);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'NOT_FOUND' });
    expect(checkOf(verdict, 'resource').detail).toContain('#releases');
  });

  it('stay open when the list has no end', async () => {
    const server = await slackServer();
    server.on('GET', '/api/conversations.list', {
      json: { ok: true, channels: [], response_metadata: { next_cursor: 'again' } },
    });
    const verdict = await askSlack(server, byName);
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: unproven');
    expect(server.requests).toHaveLength(11);
  });

  it('stay open when only public channels may be listed', async () => {
    const server = await slackServer({ headers: { 'x-oauth-scopes': 'chat:write,channels:read' }, json: identity });
    server.on('GET', '/api/conversations.list', listing([['builds']]));
    expect(told(await askSlack(server, byName))).toBe('credential: passed, resource: unproven, permission: unproven');
    expect(server.requests[1]?.query.get('types')).toBe('public_channel');
  });

  it('are not asked for when no channel may be listed', async () => {
    const server = await slackServer({ headers: { 'x-oauth-scopes': 'chat:write' }, json: identity });
    expect((await askSlack(server, byName)).outcome).toBe('valid');
    expect(server.requests).toHaveLength(1);
  });

  it('are listed in the team of an app that a whole organization installed', async () => {
    const server = await slackServer({ headers: scopes, json: { ...identity, is_enterprise_install: true } });
    server.on('GET', '/api/conversations.list', ({ query }) => {
      expect(query.get('team_id')).toBe('T0ACME');
      return { json: { ok: true, channels: [{ name: 'releases' }, { name: 'builds' }] } };
    });
    expect((await askSlack(server, byName)).outcome).toBe('valid');
  });
});

describe('webhook', () => {
  const alone = { slackWebhookUrl: webhook };

  async function webhookServer(answer: Handler): Promise<ProviderServer> {
    const server = await slackServer();
    server.on('POST', webhookPath, answer);
    return server;
  }

  it('is valid when it refuses what is no message', async () => {
    const server = await webhookServer({ status: 400, body: 'invalid_payload' });
    const verdict = await askSlack(server, alone);
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: unproven');
    const [request] = server.requests;
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers['authorization']).toBeUndefined();
    expect(() => JSON.parse(request?.body ?? '')).toThrow();
  });

  it.each<[string, number, string, string | null]>([
    ['no_text', 400, 'valid', null],
    ['invalid_token', 403, 'invalid', 'INVALID'],
    ['invalid_token', 400, 'invalid', 'INVALID'],
    ['no_service', 404, 'invalid', 'REVOKED'],
    ['no_team', 404, 'invalid', 'REVOKED'],
    ['team_disabled', 404, 'invalid', 'REVOKED'],
    ['no_active_hooks', 404, 'invalid', 'REVOKED'],
    ['no_service_id', 404, 'invalid', 'REVOKED'],
    ['channel_not_found', 404, 'invalid', 'NOT_FOUND'],
    ['channel_is_archived', 410, 'invalid', 'NOT_FOUND'],
    ['action_prohibited', 403, 'invalid', 'INSUFFICIENT'],
    ['posting_to_general_channel_denied', 400, 'invalid', 'INSUFFICIENT'],
    ['posting_to_general_channel_denied', 403, 'invalid', 'INSUFFICIENT'],
    ['something_else', 400, 'undecided', 'UNREACHABLE'],
    ['no_such_page', 404, 'undecided', 'UNREACHABLE'],
    ['Forbidden', 403, 'undecided', 'UNREACHABLE'],
    ['rollup_error', 500, 'undecided', 'UNREACHABLE'],
    ['action_prohibited', 500, 'invalid', 'INSUFFICIENT'],
    ['rate_limited', 429, 'undecided', 'RATE_LIMITED'],
    ['ok', 200, 'undecided', 'UNREACHABLE'],
  ])('%s with %i is %s, %s', async (body, status, outcome, errorCode) => {
    const server = await webhookServer({ status, body, headers: status === 429 ? { 'retry-after': '90' } : {} });
    expect(await askSlack(server, alone)).toMatchObject({ outcome, errorCode });
  });

  it('is read though it announces each of its words as a page', async () => {
    const headers = { 'content-type': 'text/html' };
    const answers: [string, number, string][] = [
      ['invalid_payload', 400, 'valid'],
      ['invalid_token', 403, 'invalid'],
      ['<!doctype html><title>no_service</title>', 404, 'undecided'],
    ];
    for (const [body, status, outcome] of answers)
      expect(await askSlack(await webhookServer({ status, body, headers }), alone)).toMatchObject({ outcome });
  });

  it('is asked beside the bot token', async () => {
    const server = await webhookServer({ status: 400, body: 'invalid_payload' });
    const both = { slackBotToken: token, slackChannels: ['C0123456789'], slackWebhookUrl: webhook };
    expect(told(await askSlack(server, both))).toBe(valid);
    expect(server.requests).toHaveLength(3);
    server.on('POST', webhookPath, { status: 404, body: 'no_service' });
    const verdict = await askSlack(server, both);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'REVOKED' });
    expect(told(verdict)).toBe('credential: failed, resource: skipped, permission: skipped');
  });

  it('goes to the address that the environment puts in the place of hooks.slack.com alone', async () => {
    const server = await webhookServer({ status: 400, body: 'invalid_payload' });
    const env = { INTEGRATIONS_SLACK_WEBHOOK_URL: `${server.url}/` };
    expect((await ask(slack, alone, { env })).outcome).toBe('valid');
    const gov = { slackWebhookUrl: webhook.replace('slack.com', 'slack-gov.test') };
    expect(await ask(slack, gov, { env })).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(server.requests).toHaveLength(1);
  });
});
