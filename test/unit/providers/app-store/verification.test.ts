import { createPublicKey } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import type { ErrorClass, Verdict } from '../../../../src/core/verification.ts';
import { appStore } from '../../../../src/providers/app-store/index.ts';
import { expectBetween } from '../../../support/bounds.ts';
import { description } from '../../../support/descriptions.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import {
  type Exchange,
  type Handler,
  type ProviderServer,
  providerServer,
  sequence,
} from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [keyId = '', issuerId = '', privateKey = ''] = sampleOf('app-store').credentials.map(({ value }) => value);
const publicKey = createPublicKey(privateKey);
const apple = description('app-store-connect.openapi3.json');

const stored = {
  appleApiKeyId: keyId,
  appleIssuerId: issuerId,
  applePrivateKey: privateKey,
  appleBundleId: 'com.acme.app',
};

const paths = {
  apps: '/v1/apps',
  builds: '/v1/builds',
  versions: '/v1/apps/1234567890/appStoreVersions',
  bundleIds: '/v1/bundleIds',
} as const;

const unproven = 'credential: passed, resource: passed, permission: unproven';

function app(bundleId: string, id = '1234567890') {
  return { type: 'apps', id, attributes: { bundleId, name: 'Acme', sku: 'ACME', primaryLocale: 'en-US' } };
}

function failure(status: number, code: string, headers = {}): Handler {
  const detail = `${code} said with ${keyId}`;
  return { status, headers, json: { errors: [{ status: String(status), code, title: 'Said', detail }] } };
}

async function appleServer(answers: Partial<Record<keyof typeof paths, Handler>> = {}): Promise<ProviderServer> {
  const server = await providerServer({ description: apple });
  const given: Record<keyof typeof paths, Handler> = {
    apps: { json: { data: [app('com.acme.app.beta', '1'), app('com.acme.app')], links: { self: '' } } },
    builds: { json: { data: [], links: { self: '' } } },
    versions: { json: { data: [], links: { self: '' } } },
    bundleIds: { json: { data: [], links: { self: '' } } },
    ...answers,
  };
  for (const [name, handler] of Object.entries(given)) server.on('GET', paths[name as keyof typeof paths], handler);
  return server;
}

function askApple(
  server: ProviderServer,
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  return ask(appStore, { ...stored, ...values }, { env: { INTEGRATIONS_APP_STORE_API_URL: server.url }, ...options });
}

async function tokenOf({ headers }: Exchange) {
  const token = headers['authorization']?.replace(/^Bearer /, '') ?? '';
  const { payload } = await jwtVerify(token, publicKey, { algorithms: ['ES256'] });
  return { header: decodeProtectedHeader(token), payload, signature: token.split('.')[2] ?? '' };
}

describe('a good key', () => {
  it('is valid; that it may upload stays unproven', async () => {
    const server = await appleServer();
    const verdict = await askApple(server);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, hint: null, expiresAt: null, account: null });
    expect(told(verdict)).toBe(unproven);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${paths.apps}`,
      `GET ${paths.builds}`,
      `GET ${paths.versions}`,
    ]);
    expect(server.requests[0]?.query.get('filter[bundleId]')).toBe('com.acme.app');
  });

  it('signs for 15 minutes, as a team key', async () => {
    const server = await appleServer();
    const began = Date.now();
    await askApple(server);
    for (const exchange of server.requests) {
      const { header, payload, signature } = await tokenOf(exchange);
      expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: keyId });
      const { iat = 0 } = payload;
      expect(payload).toEqual({ iss: issuerId, aud: 'appstoreconnect-v1', iat, exp: iat + 900 });
      expectBetween(began, iat * 1000);
      // The two numbers side by side; DER would be longer, and starts with 0x30.
      expect(Buffer.from(signature, 'base64url')).toHaveLength(64);
      expect(exchange.headers['authorization']).not.toMatch(/=/);
    }
  });

  it('signs for a user as an individual key', async () => {
    const server = await appleServer();
    const verdict = await askApple(server, { appleIssuerId: null });
    expect(verdict.outcome).toBe('valid');
    const { payload } = await tokenOf(server.requests[0] as Exchange);
    expect(payload).toMatchObject({ sub: 'user', aud: 'appstoreconnect-v1' });
    expect(payload).not.toHaveProperty('iss');
  });

  it.each<[string, Handler, string]>([
    ['is the configured one', bundleId('ABCDE12345'), 'its team is the configured one'],
    ['is another', bundleId('ZZZZZ99999'), 'its prefix is "ZZZZZ99999", not the team id'],
    ['may not be asked', failure(403, 'FORBIDDEN_ERROR'), 'its team cannot be checked with this key'],
    ['is not told', { json: { data: [{}, null, 3] } }, 'its team cannot be checked with this key'],
  ])('stays valid when the team %s', async (_name, bundleIds, said) => {
    const server = await appleServer({ bundleIds });
    const verdict = await askApple(server, { appleTeamId: 'ABCDE12345' });
    expect(told(verdict)).toBe(unproven);
    expect(checkOf(verdict, 'resource').detail).toContain(said);
  });
});

function bundleId(seedId: string): Handler {
  return { json: { data: [{ type: 'bundleIds', id: 'B1', attributes: { identifier: 'com.acme.app', seedId } }] } };
}

describe('401', () => {
  it('is believed only after a fresh token', async () => {
    const refusal = failure(401, 'NOT_AUTHORIZED');
    const server = await appleServer({ apps: sequence(refusal, { json: { data: [app('com.acme.app')] } }) });
    expect((await askApple(server)).outcome).toBe('valid');
    const [first, second] = server.requests.map(({ headers }) => headers['authorization']);
    expect(first).not.toBe(second);
  });

  it('twice is invalid', async () => {
    const server = await appleServer({ apps: failure(401, 'NOT_AUTHORIZED') });
    const verdict = await askApple(server);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'INVALID' });
    expect(told(verdict)).toBe('credential: failed, resource: skipped, permission: skipped');
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [10, 'behind'],
    [-10, 'ahead of'],
  ])('is undecided when the clock is %i minutes off', async (minutes, word) => {
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    const verdict = await askApple(await appleServer({ apps: failure(401, 'NOT_AUTHORIZED', { date }) }));
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(verdict.hint).toContain(`clock is 10 min ${word} the provider's`);
  });

  it('with a passed date that somebody noted is an expiry', async () => {
    const server = await appleServer({ apps: failure(401, 'NOT_AUTHORIZED') });
    const verdict = await askApple(server, {}, { knownEnd: new Date('2026-01-01') });
    expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
  });
});

type Row = [name: string, answers: Partial<Record<keyof typeof paths, Handler>>, code: ErrorClass, checks: string];

const atResource = 'credential: passed, resource: failed, permission: skipped';
const atPermission = 'credential: passed, resource: passed, permission: failed';
const agreements = failure(403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED');

it.each<Row>([
  ['a missing agreement', { apps: agreements }, 'PROVIDER_BLOCKED', atResource],
  ['a missing agreement at the builds', { builds: agreements }, 'PROVIDER_BLOCKED', atPermission],
  ['a role that may see nothing', { apps: failure(403, 'FORBIDDEN_ERROR') }, 'INSUFFICIENT', atResource],
  ['a role too small for builds', { builds: failure(403, 'FORBIDDEN_ERROR') }, 'INSUFFICIENT', atPermission],
  ['a role too small for versions', { versions: failure(403, 'FORBIDDEN_ERROR') }, 'INSUFFICIENT', atPermission],
  ['no app', { apps: { json: { data: [] } } }, 'NOT_FOUND', atResource],
  ['a longer bundle id', { apps: { json: { data: [app('com.acme.app2')] } } }, 'NOT_FOUND', atResource],
  ['other capitals', { apps: { json: { data: [app('com.Acme.App')] } } }, 'NOT_FOUND', atResource],
  ['an app that went', { versions: failure(404, 'NOT_FOUND') }, 'NOT_FOUND', atPermission],
])('%s is invalid', async (_name, answers, errorCode, checks) => {
  const verdict = await askApple(await appleServer(answers));
  expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
  expect(told(verdict)).toBe(checks);
  expect(JSON.stringify(verdict)).not.toContain('said with');
});

it.each([
  ...undecidedAnswers,
  ['400', failure(400, 'PARAMETER_ERROR.INVALID'), 'UNREACHABLE'] as const,
  ['404 before the key is proven', failure(404, 'NOT_FOUND'), 'UNREACHABLE'] as const,
  ['data that is no list', { json: { data: {} } }, 'UNREACHABLE'] as const,
  ['an app without a bundle id', { json: { data: [{ id: '1' }] } }, 'UNREACHABLE'] as const,
  ['another success', { status: 203, json: {} }, 'UNREACHABLE'] as const,
  ['an app without an id', { json: { data: [{ attributes: { bundleId: 'com.acme.app' } }] } }, 'UNREACHABLE'] as const,
])('%s is undecided', async (_name, apps, errorCode) => {
  const verdict = await askApple(await appleServer({ apps }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
});

it.each(undecidedAnswers)('%s at the builds is undecided', async (_name, builds, errorCode) => {
  const verdict = await askApple(await appleServer({ builds }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  expect(told(verdict)).toBe('credential: passed, resource: passed, permission: undecided');
});

it('says how many requests an hour has', async () => {
  const limit = { 'x-rate-limit': 'user-hour-lim:3500;user-hour-rem:0;' };
  const verdict = await askApple(await appleServer({ apps: failure(429, 'RATE_LIMIT_EXCEEDED', limit) }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'RATE_LIMITED' });
  expect(verdict.hint).toContain('3500');
});

it('asks again after a 500', async () => {
  const server = await appleServer({ apps: sequence({ status: 500 }, { json: { data: [app('com.acme.app')] } }) });
  expect((await askApple(server)).outcome).toBe('valid');
});

it('names a stored key that does not sign', async () => {
  const server = await appleServer();
  const broken = privateKey.replace(/\n.{20}/, '\n');
  const verdict = await askApple(server, { applePrivateKey: broken });
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'MALFORMED' });
  expect(server.requests).toHaveLength(0);
});
