import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import type { FieldValue } from '../../../src/core/field.ts';
import type { HostedApi, Verdict } from '../../../src/core/verification.ts';
import { providers } from '../../../src/providers/index.ts';
import { type Exchange, providerServer, type RawReply, type Reply } from '../../support/provider-server.ts';
import { type Sample, sampleOf, samples } from '../../support/samples.ts';
import { ask, refuseLeaks } from '../../support/verify.ts';

/*
 * Whatever a provider answers, a verification ends in time in one of the four outcomes, and nothing that was sent is in
 * the verdict. The provider here repeats what it was sent wherever an answer has a place for it.
 */

const timeoutMs = 250;
const hosted: readonly HostedApi[] = [
  ...(['GITHUB', 'GITLAB', 'BITBUCKET', 'APP_STORE', 'PLAY_STORE', 'SLACK', 'SLACK_WEBHOOK'] as const),
  ...(['LINEAR', 'AZURE_DEVOPS', 'ATLASSIAN', 'GOOGLE_TOKEN'] as const),
];

/** Names that providers read, so that answers come far. */
const names = [
  ...['ok', 'error', 'errors', 'user', 'team', 'login', 'name', 'username', 'displayName', 'id', 'message', 'data'],
  ...['viewer', 'organization', 'owner', 'full_name', 'state', 'status', 'scopes', 'permissions', 'push', 'admin'],
  ...['channel', 'channels', 'values', 'attributes', 'code', 'detail', 'title', 'extensions', 'access_token', 'slug'],
  ...['expires_at', 'expires_in', 'error_description', 'reason', 'bundleId', 'releases', 'project', 'projects', 'key'],
  ...['workspace', 'default_branch', 'mainbranch', 'path', 'authenticatedUser', 'active', 'revoked', 'havePermission'],
  ...[
    'accountId',
    'emailAddress',
    'simplified',
    'issueTypes',
    'authorities',
    'anonymous',
    '_class',
    'property',
    'jobs',
  ],
];

type Echo = { echo: 'token' | 'header' | 'body' | 'query' };
type Content = null | boolean | number | string | Echo | Content[] | { [name: string]: Content };

const echo = fc.constantFrom<Echo['echo']>('token', 'header', 'body', 'query').map((kind): Echo => ({ echo: kind }));
const plain: readonly Content[] = [true, true, false, null, 0, 40, 3600, 1e15, '2026-11-22', 'ok', ''];
const { content } = fc.letrec<{ content: Content }>((tie) => ({
  content: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: echo, weight: 4 },
    { arbitrary: fc.constantFrom(...plain), weight: 3 },
    { arbitrary: fc.array(tie('content'), { maxLength: 2 }) as fc.Arbitrary<Content>, weight: 1 },
    {
      arbitrary: fc.dictionary(fc.constantFrom(...names), tie('content'), { maxKeys: 12 }) as fc.Arbitrary<Content>,
      weight: 4,
    },
  ),
}));

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
  fc.oneof(echo, fc.constantFrom('0', '1', 'repo', 'text/html', 'application/json', 'required; url=x', '2030-01-01')),
  { maxKeys: 4 },
);

const answers = fc.record({
  status: fc.oneof(
    { arbitrary: fc.constant(200), weight: 6 },
    {
      arbitrary: fc.constantFrom(201, 203, 204, 301, 302, 307, 400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 503),
      weight: 3,
    },
    { arbitrary: fc.integer({ min: 200, max: 599 }), weight: 1 },
  ),
  headers,
  body: fc.oneof(
    { arbitrary: content.map((value) => ({ value })), weight: 18 },
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

function filled(value: Content, exchange: Exchange): unknown {
  if (Array.isArray(value)) return value.map((each) => filled(each, exchange));
  if (typeof value !== 'object' || value === null) return value;
  if ('echo' in value && typeof value['echo'] === 'string') return said(value as Echo, exchange);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each as Content, exchange)]));
}

function replyFor({ status, headers: given, body }: Generated, exchange: Exchange): Reply | RawReply {
  const own = Object.entries(given).map(([name, value]) => [
    name,
    (typeof value === 'string' ? value : said(value, exchange)).replace(/[^\x20-\x7e]/g, '?'),
  ]);
  const reply: Reply = { status, headers: Object.fromEntries(own) };
  if ('value' in body) return { ...reply, body: JSON.stringify(filled(body.value, exchange)) };
  if ('bytes' in body) return { ...reply, body: body.bytes };
  if ('bare' in body) return { ...reply, body: said(body.bare, exchange) };
  if (body.fault === 'cut') return (response) => void response.destroy();
  return (response) => {
    if (body.fault === 'drip') response.writeHead(200).write('{');
  };
}

/** Everything of a sample that a check reads, its hosts replaced by the server's. */
function valuesOf(sample: Sample, url: string): Record<string, FieldValue> {
  const scm = { 'github-actions': 'github', 'gitlab-ci': 'gitlab' }[sample.provider];
  const credentials = sample.credentials.map(({ column, value }) => [column, value]);
  const own = { ...sample.stored, ...Object.fromEntries(credentials) } as Record<string, FieldValue>;
  for (const column of ['jiraUrl', 'jenkinsUrl']) if (column in own) own[column] = url;
  return { ...(scm ? valuesOf(sampleOf(scm), url) : {}), ...own };
}

const sent = (exchange: Exchange) => {
  const authorization = exchange.headers['authorization'] ?? '';
  return [authorization.replace(/^\w+ /, ''), new URLSearchParams(exchange.body).get('assertion') ?? ''];
};

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) vi.stubEnv(name, undefined);
  return () => vi.unstubAllEnvs();
});

const asking = samples.filter(({ provider }) => provider !== 'email' && provider !== 'teams');

it.each(asking.map((sample) => [sample.provider, sample] as const))('%s', async (name, sample) => {
  const provider = providers.find((each) => each.name === name);
  if (!provider?.verification) return;
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
  const bases = Object.fromEntries(hosted.map((api) => [api, server.url]));
  const values = valuesOf(sample, server.url);

  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 5 }), async (generated) => {
      [script, turn] = [generated, 0];
      const first = server.requests.length;
      const start = performance.now();
      const verdict: Verdict = await ask(provider, values, { bases, timeoutMs });
      expect(performance.now() - start).toBeLessThan(timeoutMs + 600);
      expect(['valid', 'invalid', 'expired', 'undecided']).toContain(verdict.outcome);
      expect(verdict.checks.map((check) => check.name)).toEqual(
        expect.arrayContaining([...provider.verification.checks]),
      );
      refuseLeaks(verdict, server.requests.slice(first).flatMap(sent));
      const shown = JSON.stringify(verdict);
      for (const { core } of sample.credentials) {
        for (let at = 0; at + 16 <= core.length; at += 1) expect(shown).not.toContain(core.slice(at, at + 16));
      }
    }),
    { numRuns: 50, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false },
  );
});
