import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../../src/core/field.ts';
import type { ErrorClass, Verdict } from '../../../../src/core/verification.ts';
import { azureDevops } from '../../../../src/providers/azure-devops/index.ts';
import { anyOf, description } from '../../../support/descriptions.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { type Handler, type ProviderServer, page, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [token = ''] = sampleOf('azure-devops').credentials.map(({ value }) => value);
const workItems = description('azure-devops-wit-7.1.swagger2.json');
const microsoft = anyOf(description('azure-devops-core-7.1.swagger2.json'), {
  // Its patch document is an object and a list at once, and a value never a text: the body is looked at by hand below.
  fits: (asked) => workItems.fits(asked).filter((misfit) => !/: body (0\.value)? must be object$/.test(misfit)),
});
const stored = { azureOrganization: 'acme', azureProject: 'Mobile App', azurePatToken: token };
const user = { id: '1b2c3d4e-0000-4000-8000-1a2b3c4d5e6f', providerDisplayName: 'Ops' };
const anonymous = { id: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa', providerDisplayName: 'Anonymous' };

const paths = {
  user: 'GET /acme/_apis/connectionData',
  project: 'GET /acme/_apis/projects/Mobile%20App',
  types: 'GET /acme/Mobile%20App/_apis/wit/workitemtypes',
  create: 'POST /acme/Mobile%20App/_apis/wit/workitems/$Epic',
} as const;

type Answers = Partial<Record<keyof typeof paths, Handler>>;

async function azureServer(answers: Answers = {}): Promise<ProviderServer> {
  const server = await providerServer({ description: microsoft });
  const given: Record<keyof typeof paths, Handler> = {
    user: { json: { authenticatedUser: user, authorizedUser: user } },
    project: { json: { id: 'p1', name: 'Mobile App', state: 'wellFormed', visibility: 'private' } },
    types: { json: { count: 2, value: [{ name: 'Bug' }, { name: 'Epic', isDisabled: false }] } },
    create: { json: { id: -1, rev: -1, fields: {} } },
    ...answers,
  };
  for (const [name, handler] of Object.entries(given)) {
    const [method = '', path = ''] = paths[name as keyof typeof paths].split(' ');
    // No description has connectionData.
    server.on(method, path, handler, { undescribed: name === 'user' });
  }
  return server;
}

function askAzure(
  server: ProviderServer,
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  return ask(
    azureDevops,
    { ...stored, ...values },
    { env: { INTEGRATIONS_AZURE_DEVOPS_API_URL: server.url }, ...options },
  );
}

describe('a good token', () => {
  it('is valid, and proves that it may write without writing', async () => {
    const server = await azureServer();
    const verdict = await askAzure(server);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, hint: null, account: 'Ops', expiresAt: null });
    expect(told(verdict)).toBe('credential: passed, resource: passed, permission: passed');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(Object.values(paths));
    for (const { headers, query } of server.requests) {
      expect(headers['authorization']).toBe(`Basic ${Buffer.from(`:${token}`).toString('base64')}`);
      expect(query.get('api-version')).toMatch(/^7\.1(-preview)?$/);
    }
    const [create] = server.requests.slice(-1);
    expect(create?.query.get('validateOnly')).toBe('true');
    expect(create?.query.has('bypassRules')).toBe(false);
    expect(create?.headers['content-type']).toBe('application/json-patch+json');
    expect(JSON.parse(create?.body ?? '')).toEqual([
      { op: 'add', path: '/fields/System.Title', value: expect.any(String) },
    ]);
  });

  it('names its user where the preview of that call is over', async () => {
    const released: Handler = ({ query }) =>
      query.get('api-version') === '7.1'
        ? { json: { authenticatedUser: user } }
        : { status: 400, json: { typeKey: 'VssVersionOutOfRangeException' } };
    expect((await askAzure(await azureServer({ user: released }))).outcome).toBe('valid');
  });

  it('is valid when its scopes do not let it name its user', async () => {
    const verdict = await askAzure(await azureServer({ user: { status: 403, json: {} } }));
    expect(verdict).toMatchObject({ outcome: 'valid', account: null });
    expect(told(verdict)).toBe('credential: unproven, resource: passed, permission: passed');
  });
});

const expiry = 'Access Denied: The Personal Access Token used has expired.';
const expiredJson: Handler = { status: 401, json: { $id: '1', message: expiry, typeKey: 'AccessCheckException' } };
const expiredPage: Handler = { ...page, status: 401, body: `<html><title>${expiry}</title></html>` };
const signInPage: Handler = { ...page, status: 203 };
const tf = (id: string): Handler => ({
  status: 401,
  json: { message: `TF400813: The user '${id}' is not authorized to access this resource.` },
});
const missingProject: Handler = {
  status: 404,
  json: { message: 'TF200016: The following project does not exist: x', typeKey: 'ProjectDoesNotExistException' },
};
const missingOrganization: Handler = {
  status: 404,
  json: { $id: '1', message: 'x', typeKey: 'HostNotFoundException' },
};
const ruleError: Handler = {
  status: 400,
  json: {
    message: `TF401320: Rule Error ${token}`,
    typeKey: 'RuleValidationException',
    customProperties: {
      RuleValidationErrors: [{ fieldReferenceName: 'Custom.Team' }, { fieldReferenceName: `x ${token}` }, null],
    },
  },
};

function redirect(location: string, status = 302): Handler {
  return { status, headers: { location } };
}

const atCredential = 'credential: failed, resource: skipped, permission: skipped';
const atResource = 'credential: passed, resource: failed, permission: skipped';
const atPermission = 'credential: passed, resource: passed, permission: failed';

it.each<[string, Answers, ErrorClass, string]>([
  ['203 with a page', { user: signInPage }, 'INVALID', atCredential],
  ['a sign-in host', { user: redirect('https://spsprodeus1.vssps.visualstudio.com/_signin') }, 'INVALID', atCredential],
  ["Microsoft's login", { user: redirect('https://login.microsoftonline.com/common') }, 'INVALID', atCredential],
  ['an empty 401', { user: { status: 401 } }, 'INVALID', atCredential],
  ['a 401 page', { user: { ...page, status: 401 } }, 'INVALID', atCredential],
  ['a 401 for nobody', { user: tf(anonymous.id) }, 'INVALID', atCredential],
  ['a 401 for somebody', { user: tf(user.id) }, 'INSUFFICIENT', atCredential],
  [
    'an anonymous user',
    { user: { json: { authenticatedUser: anonymous } }, project: missingProject },
    'INVALID',
    atCredential,
  ],
  [
    'an anonymous user who is told to sign in',
    { user: { json: { authenticatedUser: anonymous } }, project: signInPage },
    'INVALID',
    atCredential,
  ],
  ['no such organization', { user: missingOrganization }, 'NOT_FOUND', atCredential],
  ['no such project', { project: missingProject }, 'NOT_FOUND', atResource],
  ['a project that is deleted', { project: { json: { state: 'deleting' } } }, 'NOT_FOUND', atResource],
  ['no scope for projects', { project: { status: 403, json: {} } }, 'INSUFFICIENT', atResource],
  ['no scope for work items', { types: { status: 401 } }, 'INSUFFICIENT', atResource],
  ['no Epic', { types: { json: { value: [{ name: 'Bug' }] } } }, 'NOT_FOUND', atResource],
  ['a disabled Epic', { types: { json: { value: [{ name: 'Epic', isDisabled: true }] } } }, 'NOT_FOUND', atResource],
  ['no scope to write', { create: { status: 403, json: {} } }, 'INSUFFICIENT', atPermission],
  ['no scope to write, as 401', { create: tf(user.id) }, 'INSUFFICIENT', atPermission],
  ['fields that are wanted', { create: ruleError }, 'INSUFFICIENT', atPermission],
])('%s is invalid', async (_name, answers, errorCode, checks) => {
  const verdict = await askAzure(await azureServer(answers));
  expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
  expect(told(verdict)).toBe(checks);
});

it.each<[string, Answers]>([
  ['in JSON', { user: expiredJson }],
  ['in a page', { user: expiredPage }],
  ['in a page with 203', { user: { ...page, status: 203, body: `<html>${expiry}</html>` } }],
  ['at a later call', { types: expiredJson }],
  ['by the date that somebody noted', { user: { status: 401 } }],
])('is expired %s', async (name, answers) => {
  const knownEnd = name.includes('date') ? { knownEnd: new Date('2026-01-01') } : {};
  const verdict = await askAzure(await azureServer(answers), {}, knownEnd);
  expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
});

it('names the fields that an Epic wants, and nothing else of the answer', async () => {
  const verdict = await askAzure(await azureServer({ create: ruleError }));
  expect(checkOf(verdict, 'permission').detail).toBe(
    'the process requires fields of an Epic that are not filled in: Custom.Team',
  );
});

it.each<[string, Answers, ErrorClass]>([
  ['a 404 that is not of Azure', { user: { status: 404, json: {} } }, 'UNREACHABLE'],
  ['a 404 page', { user: { ...page, status: 404 } }, 'UNREACHABLE'],
  ['a 403 page', { user: { ...page, status: 403 } }, 'UNREACHABLE'],
  ['a redirect to a portal', { user: redirect('https://portal.acme.test/') }, 'UNREACHABLE'],
  ['a 400 of both versions', { user: { status: 400, json: {} } }, 'UNREACHABLE'],
  ['nobody', { user: { json: { authenticatedUser: {} } } }, 'UNREACHABLE'],
  ['an anonymous user at a public project', { user: { json: { authenticatedUser: anonymous } } }, 'UNREACHABLE'],
  ['a project that is new', { project: { json: { state: 'createPending' } } }, 'UNREACHABLE'],
  ['types that are no list', { types: { json: { value: 3 } } }, 'UNREACHABLE'],
  ['another 400 for the Epic', { create: { status: 400, json: { typeKey: 'x' } } }, 'UNREACHABLE'],
  ['403 with Retry-After', { user: { status: 403, headers: { 'retry-after': '3600' }, json: {} } }, 'RATE_LIMITED'],
])('%s is undecided', async (_name, answers, errorCode) => {
  expect(await askAzure(await azureServer(answers))).toMatchObject({ outcome: 'undecided', errorCode });
});

describe.each(['user', 'project', 'types', 'create'] as const)('at the call for the %s', (call) => {
  it.each(undecidedAnswers)('%s is undecided', async (_name, answer, errorCode) => {
    const verdict = await askAzure(await azureServer({ [call]: answer }));
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
  });
});

it('takes a delayed 200 for what it is', async () => {
  const project: Handler = { headers: { 'retry-after': '30' }, json: { state: 'wellFormed' } };
  expect((await askAzure(await azureServer({ project }))).outcome).toBe('valid');
});

it('asks again after a 500', async () => {
  const create = sequence({ status: 500 }, { json: {} });
  expect((await askAzure(await azureServer({ create }))).outcome).toBe('valid');
});
