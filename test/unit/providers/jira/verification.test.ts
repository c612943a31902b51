import { describe, expect, it } from 'vitest';
import type { FieldValue, Json } from '../../../../src/core/field.ts';
import type { ErrorClass, Verdict } from '../../../../src/core/verification.ts';
import { jira } from '../../../../src/providers/jira/index.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { type Handler, type ProviderServer, page, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';
import { cloudId, everywhere, gateway } from './server.ts';

const [token = ''] = sampleOf('jira').credentials.map(({ value }) => value);
const email = 'ops@acme.test';

const user = { accountId: '5b10', emailAddress: email, displayName: 'Ops', active: true };
const types = { issueTypes: [{ id: '10000', name: 'Epic', hierarchyLevel: 1 }], startAt: 0, maxResults: 200, total: 1 };

interface Answers {
  myself?: Handler;
  project?: Handler;
  permissions?: Handler;
  types?: Handler;
}

function permissions(browse: boolean, create: boolean): Handler {
  return {
    json: {
      permissions: { BROWSE_PROJECTS: { havePermission: browse }, CREATE_ISSUES: { havePermission: create } },
    },
  };
}

function serve(server: ProviderServer, under: string, answers: Answers = {}): void {
  server.on('GET', `${under}/myself`, answers.myself ?? { json: user });
  server.on('GET', `${under}/project/MOB`, answers.project ?? { json: { id: '1', key: 'MOB', name: 'Mobile' } });
  server.on('GET', `${under}/mypermissions`, answers.permissions ?? permissions(true, true));
  server.on('GET', `${under}/issue/createmeta/MOB/issuetypes`, answers.types ?? { json: types });
}

async function jiraServer(answers: Answers = {}, under = '/rest/api/3'): Promise<ProviderServer> {
  const server = await providerServer({ description: everywhere });
  serve(server, under, answers);
  return server;
}

function askJira(
  server: ProviderServer,
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  const stored = { jiraUrl: server.url, jiraEmail: email, jiraApiToken: token, jiraProjectKey: 'MOB' };
  return ask(jira, { ...stored, ...values }, { env: { INTEGRATIONS_ATLASSIAN_API_URL: `${server.url}` }, ...options });
}

/** As a site of Jira Cloud, which has a gateway. */
function askCloud(server: ProviderServer, options: AskOptions = {}): Promise<Verdict> {
  const site = 'https://acme.atlassian.net';
  return askJira(server, { jiraUrl: site }, { moved: { [site]: server.url }, ...options });
}

const basic = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
const allPassed = 'credential: passed, resource: passed, permission: passed';

describe('a good token', () => {
  it('is valid on Jira Cloud', async () => {
    const server = await jiraServer();
    const verdict = await askCloud(server);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, hint: null, account: email, expiresAt: null });
    expect(told(verdict)).toBe(allPassed);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /rest/api/3/myself',
      'GET /rest/api/3/project/MOB',
      'GET /rest/api/3/mypermissions',
    ]);
    expect(server.requests[2]?.query.get('permissions')).toBe(
      'BROWSE_PROJECTS,CREATE_ISSUES,ADMINISTER,ADMINISTER_PROJECTS',
    );
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(basic);
  });

  it('is told what its user may do beyond what it needs', async () => {
    const yes = { havePermission: true };
    const json = { permissions: { BROWSE_PROJECTS: yes, CREATE_ISSUES: yes, ADMINISTER: yes } };
    const verdict = await askCloud(await jiraServer({ permissions: { json } }));
    expect(told(verdict)).toBe(allPassed);
    expect(checkOf(verdict, 'permission').detail).toBe(
      'the user may see the project and create issues; more than it needs: Administer Jira',
    );
  });

  it('is a bearer of Data Center where there is no e-mail, under the path of the server', async () => {
    const server = await providerServer();
    serve(server, '/jira/rest/api/2', { myself: { json: { name: 'ops', key: 'JIRAUSER1', active: true } } });
    const verdict = await askJira(server, { jiraUrl: `${server.url}/jira`, jiraEmail: null });
    expect(verdict).toMatchObject({ outcome: 'valid', account: 'ops' });
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Bearer ${token}`);
  });

  it('is one of Data Center where version 3 is not known', async () => {
    const server = await jiraServer({}, '/rest/api/2');
    server.on('GET', '/rest/api/3/myself', { ...page, status: 404 });
    expect(told(await askJira(server))).toBe(allPassed);
    expect(server.requests.at(-1)?.path).toBe('/rest/api/2/mypermissions');
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(basic);
  });

  it.each<[string, Json]>([
    ['its name', types],
    ['the list of Data Center', { values: types.issueTypes, total: 1 }],
  ])('finds the issue type by %s', async (_name, json) => {
    const server = await jiraServer({ types: { json: json as Record<string, unknown> } });
    const verdict = await askJira(server, { jiraDefaultIssueType: 'epic' });
    expect(checkOf(verdict, 'resource').detail).toContain('it has the issue type "epic"');
  });

  it('finds the issue type by its id', async () => {
    expect(told(await askJira(await jiraServer(), { jiraDefaultIssueType: '10000' }))).toBe(allPassed);
  });

  it.each<[string, Handler]>([
    ['is not there', { status: 404, json: {} }],
    ['is empty', { json: { issueTypes: [], total: 0 } }],
    ['is longer than a page', { json: { ...types, total: 300 } }],
  ])('is not denied an issue type when the list %s', async (_name, answer) => {
    const verdict = await askJira(await jiraServer({ types: answer }), { jiraDefaultIssueType: 'Release' });
    expect(told(verdict)).toBe(allPassed);
    expect(checkOf(verdict, 'resource').detail).toContain('its issue types cannot be read');
  });

  it('says that the key is another now, and that the project is archived', async () => {
    const project = { json: { id: '1', key: 'MOBILE', archived: true } };
    const verdict = await askJira(await jiraServer({ project }));
    expect(checkOf(verdict, 'resource').detail).toBe(
      'the project "MOB" is there; its key is "MOBILE" now; it is archived',
    );
  });
});

const failed = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' };
const bare401: Handler = { status: 401, headers: failed, json: {} };

describe('the gateway', () => {
  async function scopedServer(answers: Answers = {}, tenant: Handler = { json: { cloudId } }): Promise<ProviderServer> {
    const server = await providerServer({ description: everywhere });
    server.on('GET', '/rest/api/3/myself', bare401);
    server.on('GET', '/_edge/tenant_info', tenant, { undescribed: true });
    serve(server, `${gateway}/rest/api/3`, answers);
    return server;
  }

  it('takes tokens with scopes; what they may write stays unproven', async () => {
    const server = await scopedServer();
    const verdict = await askCloud(server);
    expect(verdict).toMatchObject({ outcome: 'valid', account: email });
    expect(told(verdict)).toBe('credential: passed, resource: passed, permission: unproven');
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/rest/api/3/myself',
      '/_edge/tenant_info',
      ...['myself', 'project/MOB', 'mypermissions'].map((each) => `${gateway}/rest/api/3/${each}`),
    ]);
    expect(server.requests[1]?.headers).not.toHaveProperty('authorization');
    expect(server.requests[2]?.headers['authorization']).toBe(basic);
  });

  const scopeless: Handler = { status: 401, json: { code: 401, message: 'Unauthorized; scope does not match' } };

  it.each<[string, Answers, ErrorClass, string]>([
    ['a dead token', { myself: { status: 401, json: {} } }, 'INVALID', 'failed'],
    ['a token without the scope for its user', { myself: scopeless }, 'INSUFFICIENT', 'failed'],
    ['a token without the scope for projects', { project: scopeless }, 'INSUFFICIENT', 'passed'],
  ])('refuses %s', async (_name, answers, errorCode, credential) => {
    const verdict = await askCloud(await scopedServer(answers));
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(checkOf(verdict, 'credential').outcome).toBe(credential);
  });

  it.each<[string, Handler]>([
    ['has no tenant', { status: 404, json: {} }],
    ['tells no id', { json: {} }],
    ['tells an odd id', { json: { cloudId: '../../elsewhere' } }],
  ])('leaves the decision to the site when that %s', async (_name, tenant) => {
    const server = await scopedServer({}, tenant);
    expect(await askCloud(server)).toMatchObject({ outcome: 'invalid', errorCode: 'INVALID' });
    expect(server.requests).toHaveLength(2);
  });

  it('leaves it undecided when the tenant cannot be asked', async () => {
    const verdict = await askCloud(await scopedServer({}, { status: 503 }));
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
  });

  it('is not asked for other sites', async () => {
    const server = await jiraServer({ myself: bare401 });
    expect(await askJira(server)).toMatchObject({ outcome: 'invalid', errorCode: 'INVALID' });
    expect(server.requests).toHaveLength(1);
  });
});

const atCredential = 'credential: failed, resource: skipped, permission: skipped';
const atResource = 'credential: passed, resource: failed, permission: skipped';
const atPermission = 'credential: passed, resource: passed, permission: failed';
const denied = { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=https://jira.acme.test/login.jsp' };

describe('a refusal', () => {
  it.each<[string, Answers, ErrorClass, string]>([
    ['401', { myself: { status: 401, body: '' } }, 'INVALID', atCredential],
    ['401 with the header', { myself: bare401 }, 'INVALID', atCredential],
    ['404 with the header', { myself: { status: 404, headers: failed, json: {} } }, 'INVALID', atCredential],
    ['200 with the header', { myself: { headers: failed, json: user } }, 'INVALID', atCredential],
    ['the header at the project', { project: { status: 404, headers: failed, json: {} } }, 'INVALID', atResource],
    ['the header with empty results', { permissions: { headers: failed, json: {} } }, 'INVALID', atPermission],
    ['a captcha', { myself: { status: 403, headers: denied, json: {} } }, 'PROVIDER_BLOCKED', atCredential],
    [
      'a login that is denied',
      { myself: { status: 401, headers: { 'x-seraph-loginreason': 'AUTHENTICATION_DENIED' }, json: {} } },
      'PROVIDER_BLOCKED',
      atCredential,
    ],
    ['an inactive user', { myself: { json: { ...user, active: false } } }, 'REVOKED', atCredential],
    ['403', { project: { status: 403, json: { errorMessages: ['no'] } } }, 'INSUFFICIENT', atResource],
    ['no such project', { project: { status: 404, json: { errorMessages: ['no'] } } }, 'NOT_FOUND', atResource],
    ['no permission to browse', { permissions: permissions(false, true) }, 'INSUFFICIENT', atPermission],
    ['no permission to create', { permissions: permissions(true, false) }, 'INSUFFICIENT', atPermission],
  ])('%s', async (_name, answers, errorCode, checks) => {
    const server = await jiraServer(answers);
    const verdict = await askJira(server);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(told(verdict)).toBe(checks);
    // A login that failed is never tried again: Data Center locks accounts.
    if (checks === atCredential) expect(server.requests).toHaveLength(1);
  });

  it('names a missing issue type', async () => {
    const verdict = await askJira(await jiraServer(), { jiraDefaultIssueType: 'Release' });
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'NOT_FOUND' });
    expect(checkOf(verdict, 'resource').detail).toContain('no issue type "Release"');
  });

  it('is an expiry when the date that somebody noted has passed', async () => {
    const verdict = await askJira(await jiraServer({ myself: bare401 }), {}, { knownEnd: new Date('2026-01-01') });
    expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
  });
});

it.each([
  ...undecidedAnswers,
  ['a sign-in page', { status: 302, headers: { location: 'https://sso.acme.test/login' } }, 'UNREACHABLE'] as const,
  ['a page with 401', { ...page, status: 401 }, 'UNREACHABLE'] as const,
  ['nobody', { json: { active: true } }, 'UNREACHABLE'] as const,
])('%s is undecided', async (_name, myself, errorCode) => {
  expect(await askJira(await jiraServer({ myself }))).toMatchObject({ outcome: 'undecided', errorCode });
});

it('a 404 of every version is undecided', async () => {
  const server = await jiraServer({ myself: { status: 404, json: {} } }, '/rest/api/2');
  server.on('GET', '/rest/api/3/myself', { status: 404, json: {} });
  expect(await askJira(server)).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
});

it.each(undecidedAnswers)('%s at the project is undecided', async (_name, project, errorCode) => {
  const verdict = await askJira(await jiraServer({ project }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  expect(told(verdict)).toBe('credential: passed, resource: undecided, permission: skipped');
});

it.each(undecidedAnswers)('%s for the permissions is undecided', async (_name, answer, errorCode) => {
  const verdict = await askJira(await jiraServer({ permissions: answer }));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
});

it('asks again after a 500', async () => {
  const server = await jiraServer({ myself: sequence({ status: 500 }, { json: user }) });
  expect((await askJira(server)).outcome).toBe('valid');
});
