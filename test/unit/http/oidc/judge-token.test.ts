import { createHmac } from 'node:crypto';
import { exportSPKI, generateKeyPair, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OidcRule } from '../../../../src/config/oidc-map.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { createJudge, type Judgement } from '../../../../src/http/oidc/judge-token.ts';
import { senderFor } from '../../../../src/verify/send.ts';
import { audience, githubClaims, type TestIssuer, testIssuer } from '../../../support/oidc-issuer.ts';

const release: OidcRule = {
  claims: { repository: 'acme/mobile', environment: 'production' },
  tenant: 'Acme',
  scopes: ['read', 'use'],
  account: 'ci@acme.test',
};
const sender = senderFor({ env: {}, allowHttp: false, now: () => new Date(), perHost: 4 });
const now = () => Math.floor(Date.now() / 1000);

let issuer: TestIssuer;
let judge: (token: string) => Promise<Judgement>;

function judgeBy(rules: readonly OidcRule[]): typeof judge {
  const judging = createJudge([{ issuer: issuer.url, audience, rules }], sender);
  return (token) => judging(new Secret(token, []));
}

beforeEach(async () => {
  issuer = await testIssuer();
  judge = judgeBy([release]);
});
afterEach(() => void vi.useRealTimers());

const asked = (path: string) => issuer.server.requests.filter((request) => request.path === path).length;

test('a token of a job is known by what its issuer says of it, and its keys are asked for once', async () => {
  for (let count = 0; count < 3; count += 1) {
    expect(await judge(await issuer.token())).toEqual({
      outcome: 'known',
      workload: { issuer: issuer.url, subject: githubClaims.sub, rule: release },
    });
  }
  expect([asked('/.well-known/openid-configuration'), asked('/jwks')]).toEqual([1, 1]);
});

describe('is refused:', () => {
  test.each<[what: string, reason: string | undefined, claims: () => Record<string, unknown>]>([
    ['another issuer', undefined, () => ({ iss: 'https://token.actions.githubusercontent.com' })],
    ['an issuer with a slash more', undefined, () => ({ iss: `${issuer.url}/` })],
    ['no issuer', undefined, () => ({ iss: undefined })],
    ['another audience', 'it is not meant for here, or not yet valid', () => ({ aud: 'https://github.com/acme' })],
    ['no audience', 'it is not meant for here, or not yet valid', () => ({ aud: undefined })],
    ['one that has expired', 'it has expired', () => ({ exp: now() - 40 })],
    ['one that is not yet valid', 'it is not meant for here, or not yet valid', () => ({ nbf: now() + 40 })],
    ['one that never ends', 'it is not meant for here, or not yet valid', () => ({ exp: undefined })],
    ['no subject', 'it is not meant for here, or not yet valid', () => ({ sub: undefined })],
    ['a subject that is no text', 'it names no subject', () => ({ sub: 4711 })],
    ['a claim that is missing', 'no rule allows it', () => ({ environment: undefined })],
    ['another repository', 'no rule allows it', () => ({ repository: 'evil/mobile' })],
    ['a repository whose name goes on', 'no rule allows it', () => ({ repository: 'acme/mobile-fork' })],
    ['a claim in another case', 'no rule allows it', () => ({ repository: 'Acme/mobile' })],
    ['a list of values', 'no rule allows it', () => ({ repository: ['acme/mobile'] })],
    ['a huge one', undefined, () => ({ padding: 'x'.repeat(10_000) })],
  ])('%s', async (_, reason, claims) => {
    const judgement = reason === undefined ? { outcome: 'foreign' } : { outcome: 'refused', reason };
    expect(await judge(await issuer.token(claims()))).toEqual(judgement);
  });

  test('the algorithm none', async () => {
    const token = new UnsecuredJWT({ ...githubClaims, iss: issuer.url, aud: audience, exp: now() + 300, iat: now() });
    expect(await judge(token.encode())).toMatchObject({ outcome: 'refused' });
  });

  test('HS256 with the public key as its secret', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { ...githubClaims, iss: issuer.url, aud: audience, exp: now() + 300, iat: now() };
    const signed = `${part({ alg: 'HS256', kid: 'key-0' })}.${part(claims)}`;
    const secret = await exportSPKI(issuer.publicKey());
    const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    expect(await judge(token)).toEqual({ outcome: 'refused', reason: 'its algorithm is not allowed' });
  });

  test('what another key signed under a known name, and an altered one', async () => {
    const other = await testIssuer(generateKeyPair('RS256'));
    expect(await judge(await other.token({ iss: issuer.url }))).toEqual({
      outcome: 'refused',
      reason: 'its signature is wrong',
    });
    const [header, , signature] = (await issuer.token({ repository: 'evil/mobile' })).split('.');
    const [, claims] = (await issuer.token()).split('.');
    expect(await judge([header, claims, signature].join('.'))).toMatchObject({ outcome: 'refused' });
  });

  test('prototypes and other names that every object has', async () => {
    judge = judgeBy([{ ...release, claims: { repository: 'acme/mobile', constructor: '**' } }]);
    expect(await judge(await issuer.token())).toEqual({ outcome: 'refused', reason: 'no rule allows it' });
  });
});

test('the first rule that a token fits counts', async () => {
  const reading: OidcRule = { ...release, claims: { repository: 'acme/*' }, scopes: ['read'] };
  judge = judgeBy([release, reading]);
  const ruleFor = async (claims: object) => (await judge(await issuer.token({ ...claims }))) as { workload?: object };
  expect(await ruleFor({})).toMatchObject({ workload: { rule: release } });
  expect(await ruleFor({ environment: 'staging' })).toMatchObject({ workload: { rule: reading } });
  expect(await ruleFor({ repository: 'acme/tools', environment: undefined })).toMatchObject({
    workload: { rule: reading },
  });
});

describe('the keys', () => {
  test('are asked for anew where one is unknown, and at most once in half a minute', async () => {
    await judge(await issuer.token());
    await issuer.rotate();
    const token = await issuer.token();
    expect(await judge(token)).toEqual({ outcome: 'refused', reason: 'its key is not known' });
    expect(asked('/jwks')).toBe(1);
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] });
    expect(await judge(token)).toMatchObject({ outcome: 'known' });
    for (let count = 0; count < 5; count += 1) {
      expect(await judge(await issuer.token({}, { kid: `other-${count}` }))).toMatchObject({ outcome: 'refused' });
    }
    expect(asked('/jwks')).toBe(2);
  });

  test('that are published no more stop counting', async () => {
    const old = await issuer.token({ exp: now() + 3600 });
    expect(await judge(old)).toMatchObject({ outcome: 'known' });
    await issuer.rotate();
    vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] });
    expect(await judge(old)).toEqual({ outcome: 'refused', reason: 'its key is not known' });
  });

  test.each<[what: string, reply: () => void]>([
    ['does not answer', () => issuer.server.on('GET', '/jwks', () => (response) => response.destroy())],
    ['answers with an error', () => issuer.server.on('GET', '/jwks', { status: 500 })],
    ['answers with a page', () => issuer.server.on('GET', '/jwks', { body: '<html></html>' })],
    ['has no keys', () => issuer.server.on('GET', '/jwks', { json: {} })],
    ['has keys that are none', () => issuer.server.on('GET', '/jwks', { json: { keys: [1] } })],
    ['floods', () => issuer.server.on('GET', '/jwks', { body: 'x'.repeat(1_100_000) })],
    [
      'says that it is another one',
      () =>
        issuer.server.on('GET', '/.well-known/openid-configuration', {
          json: { issuer: 'https://other.test', jwks_uri: `${issuer.url}/jwks` },
        }),
    ],
    [
      'leads to keys over plain http elsewhere',
      () =>
        issuer.server.on('GET', '/.well-known/openid-configuration', {
          json: { issuer: issuer.url, jwks_uri: 'http://keys.test/jwks' },
        }),
    ],
  ])('of an issuer that %s leave a token undecided; it is not asked for each', async (_, reply) => {
    reply();
    const token = await issuer.token();
    expect(await judge(token)).toMatchObject({ outcome: 'undecided' });
    const before = issuer.server.requests.length;
    for (let count = 0; count < 3; count += 1) expect(await judge(token)).toMatchObject({ outcome: 'undecided' });
    expect(issuer.server.requests.length - before).toBeLessThanOrEqual(2);
  });

  test('are asked for again some seconds after a failure', async () => {
    const { server } = issuer;
    server.on('GET', '/.well-known/openid-configuration', { status: 404 });
    const token = await issuer.token();
    expect(await judge(token)).toMatchObject({ outcome: 'undecided' });
    server.on('GET', '/.well-known/openid-configuration', {
      json: { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` },
    });
    expect(await judge(token)).toMatchObject({ outcome: 'undecided' });
    vi.useFakeTimers({ now: Date.now() + 11_000, toFake: ['Date'] });
    expect(await judge(token)).toMatchObject({ outcome: 'known' });
  });
});

test('nothing of a token stands in what is said of it', async () => {
  const token = await issuer.token({ repository: 'acme/sentinel', aud: 'sentinel' });
  expect(JSON.stringify(await judge(token))).not.toMatch(/sentinel|eyJ/);
});
