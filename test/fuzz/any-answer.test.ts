import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import type { FieldValue } from '../../src/core/field.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { Verdict } from '../../src/core/verification.ts';
import { providers } from '../../src/providers/index.ts';
import { endsWithin } from '../support/bounds.ts';
import { fuzz } from '../support/fuzz.ts';
import { list } from '../support/list.ts';
import { fixtureOf } from '../support/provider-fixtures.ts';
import {
  type Exchange,
  type ProviderServer,
  providerServer,
  type RawReply,
  type Reply,
} from '../support/provider-server.ts';
import { type Sample, sampleOf, samples } from '../support/samples.ts';
import { ask, refuseLeaks } from '../support/verify.ts';

/*
 * Whatever a provider answers, a verification ends in time in one of the four outcomes, and nothing that was sent is in
 * the verdict. The provider here repeats what it was sent wherever an answer has a place for it.
 */

const timeoutMs = 250;
/** `--timeout` has to end what a provider drags out: what is silent, or drips, would go on for ever. */
const inTime = <T>(asked: Promise<T>) => endsWithin(timeoutMs + 600, asked);

/** Everything hosted is this server. */
function hostedAt({ url }: ProviderServer): Record<string, string> {
  return Object.fromEntries(providers.flatMap(({ apis }) => apis.map(({ variable }) => [variable, url])));
}

/** Names that providers read, so that answers come far. */
const names = [
  ...['error', 'user', 'team', 'login', 'name', 'username', 'displayName', 'id', 'message', 'data', 'ok', 'key'],
  ...['viewer', 'organization', 'owner', 'full_name', 'state', 'status', 'scopes', 'permissions', 'push', 'admin'],
  ...['channel', 'channels', 'values', 'attributes', 'code', 'detail', 'title', 'extensions', 'access_token', 'slug'],
  ...['expires_at', 'expires_in', 'error_description', 'reason', 'bundleId', 'releases', 'project', 'projects'],
  ...[
    'workspace',
    'default_branch',
    'mainbranch',
    'path',
    'authenticatedUser',
    'active',
    'havePermission',
    'full_path',
  ],
  ...['accountId', 'emailAddress', 'issueTypes', 'authorities', 'authenticated', 'anonymous', '_class', 'property'],
  ...['jobs', 'teams', 'nodes', 'username', 'path_with_namespace', 'providerDisplayName', 'buildable', 'namespace'],
  ...['CREATE_ISSUES', 'BROWSE_PROJECTS', 'project_access', 'group_access', 'access_level', 'permission', 'branch'],
];
const rarely = ['errors', 'revoked', 'archived', 'disabled', 'is_archived'];

const echoes = ['token', 'header', 'body', 'query'] as const;
type Echo = { echo: (typeof echoes)[number] };
const echo = fc.constantFrom(...echoes).map((kind): Echo => ({ echo: kind }));

/** What an expression that looks back and forth gets lost in. */
const repeats = [': [', ' 1', ' 1/', '/', ' ', '\n', 'a@', '-----BEGIN ', '"', '.', 'rel="next"'];

/** An object with most of the names, that repeats what was sent in most of its texts. The same seed, the same object. */
function rich(seed: number, exchange: Exchange): unknown {
  let state = seed >>> 0;
  // A linear congruential generator (Numerical Recipes); its high bits are good enough to choose by.
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const text = () => {
    if (below(60) === 0) return (repeats[below(repeats.length)] ?? '').repeat(below(60_000));
    return said({ echo: echoes[below(echoes.length)] ?? 'token' }, exchange);
  };
  const object = (depth: number): unknown =>
    Object.fromEntries([
      ...names.filter(() => below(5) > 0).map((name) => [name, value(name, depth)]),
      ...rarely.filter(() => below(8) === 0).map((name) => [name, value(name, depth)]),
    ]);
  const value = (name: string, depth: number): unknown => {
    if (name === 'ok') return below(6) > 0;
    const kind = below(10);
    if (kind < 3 && depth > 0) return below(4) > 0 ? object(depth - 1) : [object(depth - 1)];
    if (kind < 4) return [true, true, false, null, 40, 3600, 1e15, '2030-11-22', 'active'][below(9)];
    return text();
  };
  return object(2);
}

const headers = fc.dictionary(
  fc.constantFrom(
    ...['location', 'retry-after', 'date', 'content-type', 'x-oauth-scopes', 'x-github-sso', 'www-authenticate'],
    ...[
      'github-authentication-token-expiration',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
      'x-jenkins',
      'x-you-are',
    ],
    ...['x-seraph-loginreason', 'x-vss-userdata', 'x-authentication-denied-reason', 'x-accepted-oauth-scopes', 'link'],
  ),
  fc.oneof(echo, fc.constantFrom('0', '1', 'repo', 'chat:write', 'application/json', '2030-01-01')),
  { maxKeys: 2 },
);

const answers = fc.record({
  status: fc.oneof(
    { arbitrary: fc.constant(200), weight: 16 },
    {
      arbitrary: fc.constantFrom(201, 203, 204, 301, 302, 307, 400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 503),
      weight: 2,
    },
    { arbitrary: fc.integer({ min: 200, max: 599 }), weight: 1 },
  ),
  headers,
  body: fc.oneof(
    { arbitrary: fc.nat().map((seed) => ({ seed })), weight: 24 },
    { arbitrary: fc.json().map((text) => ({ bytes: Buffer.from(text) })), weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ bytes: Buffer.from(bytes) })), weight: 1 },
    { arbitrary: echo.map((bare) => ({ bare })), weight: 1 },
    { arbitrary: fc.constantFrom('silence', 'cut', 'drip').map((fault) => ({ fault })), weight: 1 },
  ),
});

type Generated = typeof answers extends fc.Arbitrary<infer T> ? T : never;

function said({ echo: kind }: Echo, { headers: sent, body, query }: Exchange): string {
  const authorization = sent['authorization'] ?? sent['private-token'] ?? '';
  const [, token = authorization] = authorization.split(' ');
  return { token, header: authorization, body, query: query.toString() }[kind];
}

function replyFor({ status, headers: given, body }: Generated, exchange: Exchange): Reply | RawReply {
  const own = Object.entries(given).map(([name, value]) => [
    name,
    (typeof value === 'string' ? value : said(value, exchange)).replace(/[^\x20-\x7e]/g, '?'),
  ]);
  const reply: Reply = { status, headers: Object.fromEntries(own) };
  if ('seed' in body) return { ...reply, body: JSON.stringify(rich(body.seed, exchange)) };
  if ('bytes' in body) return { ...reply, body: body.bytes };
  if ('bare' in body) return { ...reply, body: said(body.bare, exchange) };
  if (body.fault === 'cut') return (response) => void response.destroy();
  return (response) => {
    if (body.fault === 'drip') response.writeHead(200).write('{');
  };
}

/** Everything of a sample that a check reads, its hosts replaced by the server's. */
function valuesOf(sample: Sample, url: string): Record<string, FieldValue> {
  const provider = providers.find(({ name }) => name === sample.provider);
  const credentials = sample.credentials.map(({ column, value }) => [column, value]);
  const own = { ...sample.stored, ...Object.fromEntries(credentials) } as Record<string, FieldValue>;
  for (const { name, kind } of provider?.fields ?? []) if (kind === 'url' && name !== 'repositoryUrl') own[name] = url;
  return { ...(provider?.scm ? valuesOf(sampleOf(provider.scm), url) : {}), ...own };
}

const sent = (exchange: Exchange) => {
  const authorization = exchange.headers['authorization'] ?? '';
  return [authorization.replace(/^\w+ /, ''), new URLSearchParams(exchange.body).get('assertion') ?? ''];
};

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) vi.stubEnv(name, undefined);
  return () => vi.unstubAllEnvs();
});

/** Those that are asked something over HTTP. */
const asking = samples.filter(({ provider }) => fixtureOf(provider).first !== undefined);

/** A provider that answers with a script, over and over. */
async function scripted() {
  const server = await providerServer();
  let script: readonly Generated[] = [];
  let turn = 0;
  for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) {
    server.on(method, /^/, (exchange) => {
      const answer = script[turn % script.length] as Generated;
      turn += 1;
      return replyFor(answer, exchange);
    });
  }
  return {
    server,
    play(generated: readonly Generated[]) {
      [script, turn] = [generated, 0];
    },
  };
}

/** Nothing that is shown holds a stretch of a credential. */
function refuseStretches(shown: unknown, { credentials }: Sample): void {
  const text = JSON.stringify(shown);
  for (const { core } of credentials) {
    for (let at = 0; at + 16 <= core.length; at += 1) expect(text).not.toContain(core.slice(at, at + 16));
  }
}

it.each(asking.map((sample) => [sample.provider, sample] as const))('%s', async (name, sample) => {
  const provider = providers.find((each) => each.name === name);
  if (!provider?.verification) return;
  const { server, play } = await scripted();
  const env = hostedAt(server);
  const values = valuesOf(sample, server.url);

  await fuzz(
    `answers of ${name}`,
    fc.tuple(fc.array(answers, { minLength: 1, maxLength: 5 }), fc.boolean()),
    async ([generated, withWebhook]) => {
      play(generated);
      const first = server.requests.length;
      const given = withWebhook ? values : { ...values, slackWebhookUrl: null };
      const verdict: Verdict = await inTime(ask(provider, given, { env, timeoutMs }));
      expect(['valid', 'invalid', 'expired', 'undecided']).toContain(verdict.outcome);
      expect(verdict.checks.map((check) => check.name)).toEqual(
        expect.arrayContaining([...provider.verification.checks]),
      );
      refuseLeaks(verdict, server.requests.slice(first).flatMap(sent));
      refuseStretches(verdict, sample);
    },
    3,
  );
});

const listing = asking.filter(({ provider }) => {
  const { listings = {} } = providers.find(({ name }) => name === provider) ?? {};
  return Object.keys(listings).length > 0;
});

it.each(listing.map((sample) => [sample.provider, sample] as const))('%s, asked for choices', async (name, sample) => {
  const provider = providers.find((each) => each.name === name) as Provider;
  const { server, play } = await scripted();
  const env = hostedAt(server);
  const values = valuesOf(sample, server.url);
  await fuzz(
    `listings of ${name}`,
    fc.tuple(fc.array(answers, { minLength: 1, maxLength: 5 }), fc.constantFrom(...Object.keys(provider.listings))),
    async ([generated, field]) => {
      play(generated);
      const first = server.requests.length;
      const listed = await inTime(list(provider, field, values, { env, timeoutMs }));
      if ('reason' in listed) expect(listed.reason).toMatch(/^\S.*[^.]$/);
      else expect(listed.choices.length).toBeGreaterThan(0);
      refuseLeaks(listed, server.requests.slice(first).flatMap(sent));
      refuseStretches(listed, sample);
    },
    3,
  );
});

/** Answers that are right but for what they repeat: `say` is what was sent. */
const repeating: readonly [provider: string, path: RegExp, answer: (say: string) => Reply, outcome: string][] = [
  ['github', /^\/user$/, (say) => ({ json: { login: say } }), 'valid'],
  ['github', /^\/user$/, (say) => ({ json: { login: `x ${say}` }, headers: { 'x-oauth-scopes': say } }), 'valid'],
  ['github', /\/mobile$/, (say) => ({ json: { full_name: `${say}/mobile`, permissions: { push: true } } }), 'invalid'],
  ['slack', /auth\.test$/, (say) => ({ json: { ok: true, user_id: 'U1', user: say, team: say } }), 'valid'],
  [
    'slack',
    /auth\.test$/,
    (say) => ({ json: { ok: true, user_id: 'U1' }, headers: { 'x-oauth-scopes': say } }),
    'invalid',
  ],
  ['slack', /auth\.test$/, (say) => ({ json: { ok: false, error: say } }), 'undecided'],
  ['slack', /info$/, (say) => ({ json: { ok: true, channel: { id: say, name: say, is_member: true } } }), 'valid'],
  ['slack', /services/, (say) => ({ status: 400, body: say }), 'undecided'],
];

it.each(repeating)('%s repeats what it was sent at %s', async (name, path, answer, outcome) => {
  const provider = providers.find((each) => each.name === name);
  const sample = sampleOf(name);
  const server = await providerServer();
  const channels = [{ id: 'C1', name: 'releases', is_member: true }];
  const repository = { full_name: 'acme/mobile', name: 'trunk', permissions: { push: true } };
  server.on('GET', /./, { json: { ok: true, channels, channel: channels[0] as { id: string }, ...repository } });
  server.on('GET', /^\/user$/, { json: { login: 'octocat' } });
  server.on('POST', /auth\.test$/, { json: { ok: true, user_id: 'U1' } });
  server.on('POST', /services/, { status: 400, body: 'invalid_payload' });
  const env = hostedAt(server);
  const credential = sample.credentials[0]?.value ?? '';
  for (const say of [
    credential,
    `Bearer ${credential}`,
    encodeURIComponent(credential),
    Buffer.from(credential).toString('base64'),
    Buffer.from(`user:${credential}`).toString('base64url'),
  ]) {
    for (const method of ['GET', 'POST']) server.on(method, path, answer(say));
    const verdict = await ask(provider as Provider, valuesOf(sample, server.url), { env });
    expect(verdict.outcome).toBe(outcome);
    const shown = JSON.stringify(verdict);
    for (let at = 0; at + 16 <= say.length; at += 1) expect(shown).not.toContain(say.slice(at, at + 16));
  }
});
