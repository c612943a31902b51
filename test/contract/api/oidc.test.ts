import { beforeAll, describe, expect, test } from 'vitest';
import type { OidcRule } from '../../../src/config/oidc-map.ts';
import { byAccessToken } from '../../../src/http/authenticate.ts';
import { createWorkloads } from '../../../src/http/oidc/workloads.ts';
import { type Api, startApi } from '../../support/api.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { audience, githubClaims, type TestIssuer, testIssuer } from '../../support/oidc-issuer.ts';

const reading: OidcRule = {
  claims: { repository: 'acme/*' },
  tenant: 'Acme',
  scopes: ['read'],
  account: 'ops@acme.test',
};
const releasing: OidcRule = {
  claims: { repository: 'acme/mobile', environment: 'production' },
  tenant: 'Acme',
  scopes: ['read', 'write'],
  account: 'ops@acme.test',
};
const everywhere: OidcRule = { ...reading, claims: { repository: 'platform/tools' }, tenant: undefined };

let issuer: TestIssuer;
let api: Api;

beforeAll(async () => {
  issuer = await testIssuer();
  const issuers = [{ issuer: issuer.url, audience, rules: [releasing, reading, everywhere] }];
  api = await startApi(sqlite, async (host, log) => {
    const { authenticate } = await createWorkloads(host, issuers, log);
    return { authenticate: [byAccessToken(host), authenticate] };
  });
});

const scm = {
  scmType: 'GITHUB',
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  accessToken: `ghp_${'a'.repeat(36)}`,
};

describe('a job of a CI', () => {
  test('changes what its rule allows, and the history tells which job it was', async () => {
    const token = await issuer.token();
    const made = await api.ask('POST', 'scm', { token, body: { ...scm, displayName: 'mobile' } });
    expect(made.status, made.text).toBe(201);
    const { stdout } = await runHere(api.box, {}, 'history', 'mobile', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        action: 'create',
        accountName: 'ops@acme.test',
        osUser: githubClaims.sub,
        host: issuer.url,
        command: expect.stringMatching(/^serve oidc_[0-9a-f]{26}$/),
      },
    ]);
    const [line] = api.lines.slice(-1);
    expect(JSON.parse(line ?? '')).toMatchObject({
      status: 201,
      subject: githubClaims.sub,
      tenantId: api.tenants.acme,
    });
    expect(api.lines.join('') + made.text + stdout).not.toContain(token.split('.')[2]);
  });

  test('reads where it may read alone', async () => {
    const token = await issuer.token({ environment: 'staging' });
    expect((await api.ask('GET', 'scm', { token })).status).toBe(200);
    const refused = await api.ask('POST', 'scm', { token, body: { ...scm, displayName: 'other' } });
    expect([refused.status, refused.json.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('reaches its own tenant, and all where its rule says so', async () => {
    const bmce = `/api/v1/${api.tenants.bmce}/integrations/scm`;
    expect((await api.ask('GET', bmce, { token: await issuer.token() })).status).toBe(404);
    const tools = await issuer.token({ repository: 'platform/tools' });
    expect((await api.ask('GET', bmce, { token: tools })).status).toBe(200);
  });

  test('of another repository, of another issuer or without a signature is nobody', async () => {
    const [header, claims] = (await issuer.token()).split('.');
    const tokens = [
      await issuer.token({ repository: 'evil/mobile' }),
      await issuer.token({ iss: 'https://token.actions.githubusercontent.com' }),
      `${header}.${claims}.`,
      `${header}.${'x'.repeat(12_000)}.x`,
    ];
    for (const token of tokens) {
      const refused = await api.ask('GET', 'scm', { token });
      expect([refused.status, refused.json.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
    }
    expect(api.lines.join('')).not.toMatch(/eyJ/);
  });

  test('waits where its issuer does not answer; our own tokens do not', async () => {
    const silent = await testIssuer();
    silent.server.on('GET', '/jwks', { status: 404 });
    const rules = [{ issuer: silent.url, audience, rules: [reading] }];
    const other = await startApi(sqlite, async (host, log) => {
      const { authenticate } = await createWorkloads(host, rules, log);
      return { authenticate: [byAccessToken(host), authenticate] };
    });
    const asked = await other.ask('GET', 'scm', { token: await silent.token() });
    expect([asked.status, asked.json.code, asked.headers.get('retry-after')]).toEqual([503, 'UNDECIDED', '10']);
    expect((await other.ask('GET', 'scm')).status).toBe(200);
  });
});

test.each([
  [{ tenant: 'Nobody' }, 'no tenant named "Nobody"'],
  [{ account: 'nobody@acme.test' }, 'no account named "nobody@acme.test"'],
])('a rule for %j is refused at the start', async (part, message) => {
  const issuers = [{ issuer: issuer.url, audience, rules: [{ ...reading, ...part }] }];
  const error = await createWorkloads(api.host, issuers, { note: () => {} } as never).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'NOT_FOUND', message: `a rule for ${issuer.url}: ${message}` });
});
