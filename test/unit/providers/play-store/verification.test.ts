import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { ErrorClass, Verdict } from '../../../../src/core/verification.ts';
import { playStore } from '../../../../src/providers/play-store/index.ts';
import { expectBetween } from '../../../support/bounds.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { checkout } from '../../../support/programs.ts';
import {
  type Exchange,
  type Handler,
  type ProviderServer,
  providerServer,
  sequence,
} from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [privateKey = ''] = sampleOf('play-store').credentials.map(({ value }) => value);
const publicKey = createPublicKey(privateKey);
const email = 'release@acme.iam.gserviceaccount.com';
const stored = { googleServiceAccountEmail: email, googlePrivateKey: privateKey, googlePackageName: 'com.acme.app' };
const scope = 'https://www.googleapis.com/auth/androidpublisher';

const base = '/androidpublisher/v3/applications/com.acme.app';
const paths = { releases: `${base}/tracks/production/releases`, reviews: `${base}/reviews` };

interface Method {
  path: string;
  httpMethod: string;
  scopes: string[];
  parameters: Record<string, { location: string; pattern?: string }>;
}

interface Resource {
  methods?: Record<string, Method>;
  resources?: Record<string, Resource>;
}

const discovery = JSON.parse(
  readFileSync(join(checkout, '..', 'shared', 'provider-specs', 'androidpublisher-v3.discovery.json'), 'utf8'),
) as Resource;

function methodOf(...names: string[]): Method {
  const last = names.pop() ?? '';
  const method = names.reduce<Resource | undefined>((node, name) => node?.resources?.[name], discovery)?.methods?.[
    last
  ];
  if (!method) throw new Error(`the discovery document has no ${names.join('.')}.${last}`);
  return method;
}

/** Discovery documents are no OpenAPI, so the two calls are held against it by hand. */
function fits({ method, path, query }: Exchange, wanted: Method): void {
  const [, given = ''] = /^\/androidpublisher\/v3\/(.*)$/.exec(path) ?? [];
  const { parent, packageName } = wanted.parameters;
  expect(wanted.httpMethod).toBe(method);
  expect(wanted.scopes).toContain(scope);
  if (parent) {
    expect(wanted.path).toBe('androidpublisher/v3/{+parent}/releases');
    expect(given.replace(/\/releases$/, '')).toMatch(new RegExp(parent.pattern ?? '$.'));
  } else {
    expect(packageName?.location).toBe('path');
    expect(path).toBe(`/${wanted.path.replace('{packageName}', 'com.acme.app')}`);
  }
  for (const name of query.keys()) expect(wanted.parameters[name]?.location).toBe('query');
}

const granted: Handler = { json: { access_token: 'ya29.granted', expires_in: 3599, token_type: 'Bearer' } };
const token = { authorization: 'Bearer ya29.granted' };

function failure(code: number, status: string, message: string, rest = {}): Handler {
  return { status: code, json: { error: { code, message, status, ...rest } } };
}

function grantError(error: string, error_description: string, status = 400, headers = {}): Handler {
  return { status, headers, json: { error, error_description } };
}

interface Answers {
  grant?: Handler;
  releases?: Handler;
  reviews?: Handler;
}

async function googleServer({ grant = granted, releases = { json: {} }, reviews }: Answers = {}) {
  const server = await providerServer();
  server.on('POST', '/token', grant);
  server.on('GET', paths.releases, checked(releases, methodOf('applications', 'tracks', 'releases', 'list')));
  if (reviews) server.on('GET', paths.reviews, checked(reviews, methodOf('reviews', 'list')));
  return server;
}

function checked(handler: Handler, method: Method): Handler {
  return (exchange) => {
    fits(exchange, method);
    return typeof handler === 'function' ? handler(exchange) : handler;
  };
}

function askGoogle(server: ProviderServer, options: AskOptions = {}): Promise<Verdict> {
  return ask(playStore, stored, {
    env: { INTEGRATIONS_GOOGLE_TOKEN_URL: `${server.url}/token`, INTEGRATIONS_PLAY_STORE_API_URL: server.url },
    ...options,
  });
}

describe('a good service account', () => {
  it.each<[string, Handler]>([
    ['releases', { json: { releases: [{ releaseName: '1.0' }] } }],
    ['no release', { json: {} }],
  ])('with %s is valid; that it may publish stays unproven', async (_name, releases) => {
    const server = await googleServer({ releases });
    const verdict = await askGoogle(server);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, hint: null, account: email, expiresAt: null });
    expect(told(verdict)).toBe('credential: passed, resource: passed, permission: unproven');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /token',
      `GET ${paths.releases}`,
    ]);
    expect(server.requests[1]?.headers).toMatchObject(token);
  });

  it('signs for the token address that is called', async () => {
    const server = await googleServer();
    const began = Date.now();
    await askGoogle(server);
    const [exchange] = server.requests;
    expect(exchange?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(exchange?.headers).not.toHaveProperty('authorization');
    const form = new URLSearchParams(exchange?.body);
    expect([...form.keys()].sort()).toEqual(['assertion', 'grant_type']);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = form.get('assertion') ?? '';
    const { payload } = await jwtVerify(assertion, publicKey, { algorithms: ['RS256'] });
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { iat = 0, exp = 0 } = payload;
    expect(payload).toEqual({ iss: email, scope, aud: `${server.url}/token`, iat, exp });
    expect(exp - iat).toBeLessThanOrEqual(55 * 60);
    expectBetween(began, iat * 1000);
  });

  it('is valid without a production track, as long as its reviews can be read', async () => {
    const server = await googleServer({
      releases: failure(404, 'NOT_FOUND', 'Track not found.'),
      reviews: { json: {} },
    });
    expect((await askGoogle(server)).outcome).toBe('valid');
  });

  it('gets another token when the first is stale', async () => {
    const stale = failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    const server = await googleServer({ releases: sequence(stale, { json: {} }) });
    expect((await askGoogle(server)).outcome).toBe('valid');
    expect(server.requests.map(({ path }) => path)).toEqual(['/token', paths.releases, '/token', paths.releases]);
  });

  it('is undecided when the API takes no token at all', async () => {
    const server = await googleServer({ releases: failure(401, 'UNAUTHENTICATED', 'no') });
    expect(await askGoogle(server)).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(server.requests).toHaveLength(4);
  });
});

const atCredential = 'credential: failed, resource: skipped, permission: skipped';
const atResource = 'credential: passed, resource: failed, permission: skipped';
const denied = failure(403, 'PERMISSION_DENIED', 'The caller does not have permission');
const disabled =
  'Google Play Android Developer API has not been used in project 123 before or it is disabled. Enable it by visiting';

it.each<[string, Answers, ErrorClass, string, string]>([
  [
    'another key',
    { grant: grantError('invalid_grant', 'Invalid JWT Signature.') },
    'INVALID',
    atCredential,
    'the private key does not belong to this service account',
  ],
  [
    'no such account',
    { grant: grantError('invalid_grant', 'Invalid grant: account not found') },
    'INVALID',
    atCredential,
    'no service account with this e-mail',
  ],
  ['another refusal', { grant: grantError('invalid_grant', 'Bad Request') }, 'INVALID', atCredential, 'invalid_grant'],
  ['invalid_client', { grant: grantError('invalid_client', 'no', 401) }, 'INVALID', atCredential, 'invalid_client'],
  ['no grant in Play Console', { releases: denied }, 'INSUFFICIENT', atResource, 'not invited'],
  [
    'a disabled API',
    { releases: failure(403, 'PERMISSION_DENIED', disabled) },
    'PROVIDER_BLOCKED',
    atResource,
    'is not enabled',
  ],
  [
    'no such app',
    { releases: failure(404, 'NOT_FOUND', 'Package not found: com.acme.app.') },
    'NOT_FOUND',
    atResource,
    'there is no such app in Google Play',
  ],
  [
    'no such app, by the second call',
    {
      releases: failure(404, 'NOT_FOUND', 'x'),
      reviews: failure(404, 'NOT_FOUND', 'Package not found: com.acme.app.'),
    },
    'NOT_FOUND',
    atResource,
    'there is no such app in Google Play',
  ],
])('%s is invalid', async (_name, answers, errorCode, checks, detail) => {
  const verdict = await askGoogle(await googleServer(answers));
  expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
  expect(told(verdict)).toBe(checks);
  expect(verdict.checks.map((check) => check.detail).join()).toContain(detail);
});

it('says that new grants take their time', async () => {
  expect((await askGoogle(await googleServer({ releases: denied }))).hint).toContain('can take a day');
});

it('is expired when the date that somebody noted has passed', async () => {
  const server = await googleServer({ grant: grantError('invalid_grant', 'Invalid JWT Signature.') });
  const verdict = await askGoogle(server, { knownEnd: new Date('2026-01-01') });
  expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
});

it.each([
  ['by its words', {}, "Set this machine's clock"],
  ['by the date', { date: new Date(Date.now() + 600_000).toUTCString() }, 'clock is 10 min behind'],
])('does not blame the key for the clock, %s', async (_name, headers, hint) => {
  const description = 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
  const verdict = await askGoogle(
    await googleServer({ grant: grantError('invalid_grant', description, 400, headers) }),
  );
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
  expect(verdict.hint).toContain(hint);
});

it.each<[string, Answers, ErrorClass]>([
  ['a quota', { releases: quota('quotaExceeded') }, 'RATE_LIMITED'],
  ['a rate limit', { releases: quota('rateLimitExceeded') }, 'RATE_LIMITED'],
  ['409', { releases: failure(409, 'ABORTED', 'x') }, 'UNREACHABLE'],
  ['400', { releases: failure(400, 'FAILED_PRECONDITION', 'This Edit has been deleted.') }, 'UNREACHABLE'],
  ['another 404', { releases: failure(404, 'NOT_FOUND', 'x'), reviews: failure(404, 'NOT_FOUND', 'x') }, 'UNREACHABLE'],
  ['another 404, reviews refused', { releases: failure(404, 'NOT_FOUND', 'x'), reviews: denied }, 'UNREACHABLE'],
  ['an unknown grant error', { grant: grantError('invalid_scope', 'x') }, 'UNREACHABLE'],
  ['a token that is none', { grant: { json: { access_token: { is: 'none' } } } }, 'UNREACHABLE'],
  ['a token of two lines', { grant: { json: { access_token: 'ya29\r\nx: y' } } }, 'UNREACHABLE'],
  ['a 404 page', { releases: { status: 404, headers: { 'content-type': 'text/html' }, body: 'no' } }, 'UNREACHABLE'],
])('%s is undecided', async (_name, answers, errorCode) => {
  expect(await askGoogle(await googleServer(answers))).toMatchObject({ outcome: 'undecided', errorCode });
});

function quota(reason: string): Handler {
  return failure(403, 'PERMISSION_DENIED', 'Quota exceeded', { errors: [{ reason, domain: 'usageLimits' }] });
}

it.each(undecidedAnswers)('%s for the token is undecided', async (_name, grant, errorCode) => {
  const verdict = await askGoogle(await googleServer({ grant }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  expect(told(verdict)).toBe('credential: undecided, resource: skipped, permission: skipped');
});

it.each(undecidedAnswers)('%s for the app is undecided', async (_name, releases, errorCode) => {
  const verdict = await askGoogle(await googleServer({ releases }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  expect(told(verdict)).toBe('credential: passed, resource: undecided, permission: skipped');
});

it('asks again after a 500', async () => {
  const server = await googleServer({
    grant: sequence({ status: 500 }, granted),
    releases: sequence({ status: 502 }, { json: {} }),
  });
  const verdict = await askGoogle(server);
  expect(verdict.outcome).toBe('valid');
  expect(checkOf(verdict, 'credential').detail).not.toContain('ya29');
});
