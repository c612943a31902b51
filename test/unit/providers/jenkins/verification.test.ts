import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import type { ErrorClass, Outcome, Verdict } from '../../../../src/core/verification.ts';
import { jenkins } from '../../../../src/providers/jenkins/index.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { type Handler, type ProviderServer, page, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [token = ''] = sampleOf('jenkins').credentials.map(({ value }) => value);
const valid = 'credential: passed, resource: passed, permission: passed';
const unproven = 'credential: passed, resource: passed, permission: unproven';
const noCredential = 'credential: failed, resource: skipped, permission: skipped';
const noResource = 'credential: passed, resource: failed, permission: skipped';
const noPermission = 'credential: passed, resource: passed, permission: failed';
const own = { 'x-jenkins': '2.516.1' };

const paths = {
  user: '/jenkins/whoAmI/api/json',
  job: '/jenkins/job/mobile/job/release/api/json',
  build: '/jenkins/job/mobile/job/release/build',
  buildWith: '/jenkins/job/mobile/job/release/buildWithParameters',
} as const;

type Answers = Partial<Record<keyof typeof paths, Handler>>;

function user(more: Record<string, unknown> = {}, headers: Record<string, string> = own): Handler {
  const json = { name: 'release-bot', authenticated: true, anonymous: false, authorities: ['authenticated'] };
  return { headers, json: { ...json, ...more } };
}

function job(more: Record<string, unknown> = {}): Handler {
  const json = {
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob',
    name: 'release',
    buildable: true,
    disabled: false,
  };
  return { headers: own, json: { ...json, property: [{ _class: 'other' }], ...more } };
}

function declaring(...names: string[]): Handler {
  const parameters = { parameterDefinitions: names.map((name) => ({ name, type: 'StringParameterDefinition' })) };
  return job({ property: [{}, parameters] });
}

/** Jenkins refuses with pages. */
function refusal(status: number, headers: Record<string, string> = {}): Handler {
  const type = { 'content-type': 'text/html;charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: `<html><body>${status} for ${token}</body></html>` };
}

const postOnly = refusal(405, { ...own, allow: 'POST' });
const lacksBuild = refusal(403, {
  ...own,
  'x-you-are-authenticated-as': 'release-bot',
  'x-required-permission': 'hudson.model.Item.Build',
  'x-permission-implied-by': 'hudson.security.Permission.GenericWrite',
});

async function jenkinsServer(answers: Answers = {}): Promise<ProviderServer> {
  const server = await providerServer();
  for (const [name, handler] of Object.entries({ user: user(), job: job(), build: postOnly, ...answers })) {
    server.on('GET', paths[name as keyof typeof paths], handler);
  }
  return server;
}

function askServer(server: ProviderServer, values: Record<string, FieldValue> = {}, options: AskOptions = {}) {
  const stored = {
    jenkinsUrl: `${server.url}/jenkins`,
    jenkinsUsername: 'release-bot',
    jenkinsApiToken: token,
    jenkinsJobPath: 'mobile/release',
  };
  return ask(jenkins, { ...stored, ...values }, options);
}

async function askJenkins(
  answers: Answers = {},
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  return askServer(await jenkinsServer(answers), values, options);
}

describe('a job that can be built', () => {
  it('is valid, and nothing is built', async () => {
    const server = await jenkinsServer();
    const verdict = await askServer(server);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, account: 'release-bot', expiresAt: null });
    expect(told(verdict)).toBe(valid);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${paths.user}`,
      `GET ${paths.job}`,
      `GET ${paths.build}`,
    ]);
    expect(server.requests[1]?.query.get('tree')).toContain('property[parameterDefinitions[name]]');
    const pair = Buffer.from(`release-bot:${token}`).toString('base64');
    for (const { headers } of server.requests) expect(headers['authorization']).toBe(`Basic ${pair}`);
  });

  it('is asked for with parameters where it declares some', async () => {
    const answers = { job: declaring('LANE'), buildWith: postOnly };
    expect(told(await askJenkins(answers, { environmentVariables: { LANE: 'beta' } }))).toBe(valid);
  });

  it('says which variables the job will not get', async () => {
    const answers = { job: declaring('LANE'), buildWith: postOnly };
    const verdict = await askJenkins(answers, { environmentVariables: { LANE: 'beta', TRACK: 'x' } });
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe('credential: passed, resource: unproven, permission: passed');
    expect(checkOf(verdict, 'resource').detail).toContain('TRACK');
  });

  it('takes the user in other letters, as some realms do', async () => {
    expect(told(await askJenkins({ user: user({ name: 'Release-Bot' }) }))).toBe(valid);
  });

  it('may be a branch of a multibranch job', async () => {
    const server = await providerServer();
    const path = '/jenkins/job/mobile/job/feature%252Fx';
    server.on('GET', paths.user, user());
    server.on('GET', `${path}/api/json`, job());
    server.on('GET', `${path}/build`, postOnly);
    expect(told(await askServer(server, { jenkinsJobPath: 'mobile/feature%2Fx' }))).toBe(valid);
  });

  it.each<[string, Answers]>([
    ['200', { build: { headers: own, body: '<html></html>' } }],
    ['405 without Allow', { build: refusal(405, own) }],
    ['404', { build: refusal(404, own) }],
  ])('the permission is unproven when the build answers %s', async (_name, answers) => {
    const verdict = await askJenkins(answers);
    expect(verdict.outcome).toBe('valid');
    expect(told(verdict)).toBe(unproven);
  });

  it.each(['1.580.1', 'unknown'])('a server of version %s is not asked for a build', async (version) => {
    const server = await jenkinsServer({ user: user({}, { 'x-jenkins': version }) });
    expect(told(await askServer(server))).toBe(unproven);
    expect(server.requests).toHaveLength(2);
  });

  it('asks after a 500 once more', async () => {
    expect(told(await askJenkins({ user: sequence(refusal(500), user()) }))).toBe(valid);
  });
});

describe('refusals', () => {
  it.each<[string, Answers, ErrorClass, string, string?]>([
    ['401', { user: refusal(401, { 'www-authenticate': 'Basic realm="Jenkins"' }) }, 'INVALID', noCredential, 'rotate'],
    [
      'an anonymous 403',
      { user: refusal(403, { 'x-you-are-authenticated-as': 'anonymous' }) },
      'INVALID',
      noCredential,
      'proxy',
    ],
    ['an anonymous 200', { user: user({ name: 'anonymous', anonymous: true }) }, 'INVALID', noCredential, 'proxy'],
    ['another user', { user: user({ name: 'ada' }) }, 'INVALID', noCredential, '--username'],
    [
      'no Overall/Read',
      { user: refusal(403, { 'x-required-permission': 'hudson.model.Hudson.Read' }) },
      'INSUFFICIENT',
      noCredential,
    ],
    ['no job', { job: refusal(404, own) }, 'NOT_FOUND', noResource, 'path'],
    [
      'a folder',
      { job: { headers: own, json: { _class: 'com.cloudbees.hudson.plugins.folder.Folder', name: 'release' } } },
      'NOT_FOUND',
      noResource,
      '--job-path',
    ],
    ['disabled', { job: job({ buildable: false, disabled: true }) }, 'PROVIDER_BLOCKED', noResource, 'Enable'],
    ['not buildable', { job: job({ buildable: false }) }, 'PROVIDER_BLOCKED', noResource],
    ['no Item/Build', { build: lacksBuild }, 'INSUFFICIENT', noPermission, 'Job/Build'],
    ['409', { build: refusal(409, own) }, 'PROVIDER_BLOCKED', noPermission],
  ])('%s', async (_name, answers, errorCode, checks, hint = '') => {
    const verdict = await askJenkins(answers);
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(told(verdict)).toBe(checks);
    expect(verdict.hint).toContain(hint);
  });

  it('names the permission, where its name is one', async () => {
    expect(checkOf(await askJenkins({ build: lacksBuild }), 'permission').detail).toContain('Job/Build');
    const odd = refusal(403, { 'x-required-permission': `whatever ${token}` });
    expect(checkOf(await askJenkins({ build: odd }), 'permission').detail).toContain('a permission');
  });

  it.each<[string, Date, Outcome]>([
    ['past', new Date('2020-01-01'), 'expired'],
    ['to come', new Date('2100-01-01'), 'invalid'],
  ])('a 401 with a known end that is %s', async (_name, knownEnd, outcome) => {
    expect(
      (await askJenkins({ user: refusal(401, { 'www-authenticate': 'Basic realm="Jenkins"' }) }, {}, { knownEnd }))
        .outcome,
    ).toBe(outcome);
  });
});

describe('what decides nothing', () => {
  it.each(undecidedAnswers)('%s at the user', async (_name, answer, errorCode) => {
    const verdict = await askJenkins({ user: answer });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(told(verdict)).toBe('credential: undecided, resource: skipped, permission: skipped');
  });

  it.each<[string, Answers, ErrorClass, RegExp]>([
    ['no X-Jenkins', { user: user({}, {}) }, 'UNREACHABLE', /address/],
    ['a page of a proxy that says 403', { user: { ...page, status: 403 } }, 'UNREACHABLE', /sign-in/],
    ['a fault', { user: refusal(503, own) }, 'UNREACHABLE', /later/],
    ['no name', { user: user({ name: null }) }, 'UNREACHABLE', /address/],
    ['nobody known', { user: { headers: own, json: {} } }, 'UNREACHABLE', /address/],
    ['a job that is an empty object', { job: { headers: own, json: {} } }, 'UNREACHABLE', /address/],
    ['a proxy that throttles', { user: { status: 403, headers: { 'retry-after': '90' } } }, 'RATE_LIMITED', /in 90 s/],
  ])('%s', async (_name, answers, errorCode, hint) => {
    const verdict = await askJenkins(answers);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(verdict.hint).toMatch(hint);
  });

  it('a sign-in page of the same server', async () => {
    const server = await jenkinsServer({ user: { status: 302, headers: { location: '/securityRealm/login' } } });
    server.on('GET', '/securityRealm/login', page);
    expect(await askServer(server)).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
  });
});
