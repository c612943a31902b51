import { describe, expect, it } from 'vitest';
import type { FieldValue, Json } from '../../../../src/core/field.ts';
import type { ErrorClass, Verdict } from '../../../../src/core/verification.ts';
import { linear } from '../../../../src/providers/linear/index.ts';
import { undecidedAnswers } from '../../../support/faults.ts';
import { fitsSchema } from '../../../support/linear-schema.ts';
import { type Handler, type ProviderServer, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { type AskOptions, ask, checkOf, told } from '../../../support/verify.ts';

const [key = ''] = sampleOf('linear').credentials.map(({ value }) => value);
const teamId = '0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';
const stored = { linearApiKey: key, linearTeamId: 'MOB' };
const unproven = 'credential: passed, resource: passed, permission: unproven';

const viewer = { id: 'u1', name: 'Ops', email: 'ops@acme.test', active: true };
const organization = { name: 'Acme', urlKey: 'acme' };
const team = { id: teamId, key: 'MOB', name: 'Mobile', archivedAt: null, retiredAt: null };

function data(rest: Record<string, Json> = { teams: { nodes: [team] } }): Handler {
  return { json: { data: { viewer, organization, ...rest } } };
}

function project(teams: Json, hasNextPage = false): Json {
  return { id: 'p1', name: 'Releases', teams: { nodes: teams, pageInfo: { hasNextPage } } };
}

async function linearServer(answer: Handler = data(), authorization = key): Promise<ProviderServer> {
  const server = await providerServer();
  server.on('POST', '/graphql', (exchange) => {
    fitsSchema(exchange);
    expect(exchange.headers['authorization']).toBe(authorization);
    return typeof answer === 'function' ? answer(exchange) : answer;
  });
  return server;
}

function askLinear(
  server: ProviderServer,
  values: Record<string, FieldValue> = {},
  options: AskOptions = {},
): Promise<Verdict> {
  return ask(
    linear,
    { ...stored, ...values },
    { env: { INTEGRATIONS_LINEAR_API_URL: `${server.url}/graphql` }, ...options },
  );
}

function variablesOf(server: ProviderServer): unknown {
  return (JSON.parse(server.requests[0]?.body ?? '{}') as { variables: unknown }).variables;
}

describe('a good key', () => {
  it('goes bare, and the token of an OAuth application as a bearer', async () => {
    const token = `lin_oauth_${'a'.repeat(64)}`;
    const server = await linearServer(data(), `Bearer ${token}`);
    expect(await askLinear(server, { linearApiKey: token })).toMatchObject({ outcome: 'valid' });
  });

  it('is valid by one query; that it may write stays unproven', async () => {
    const server = await linearServer();
    const verdict = await askLinear(server);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, account: 'ops@acme.test', expiresAt: null });
    expect(told(verdict)).toBe(unproven);
    expect(checkOf(verdict, 'credential').detail).toBe('accepted in the workspace "Acme"');
    expect(server.requests).toHaveLength(1);
    expect(variablesOf(server)).toEqual({ team: 'MOB' });
  });

  it('finds a team by its id', async () => {
    const server = await linearServer(data({ team }));
    expect(told(await askLinear(server, { linearTeamId: teamId }))).toBe(unproven);
    expect(variablesOf(server)).toEqual({ team: teamId });
  });

  it('finds the project in the team', async () => {
    const answer = data({ teams: { nodes: [team] }, project: project([{ id: 'other' }, { id: teamId }]) });
    const server = await linearServer(answer);
    const verdict = await askLinear(server, { linearDefaultProjectId: 'releases-1a2b' });
    expect(told(verdict)).toBe(unproven);
    expect(checkOf(verdict, 'resource').detail).toContain('its project "releases-1a2b" is there');
    expect(variablesOf(server)).toEqual({ team: 'MOB', project: 'releases-1a2b' });
  });

  it('does not deny a project with more teams than are listed', async () => {
    const answer = data({ teams: { nodes: [team] }, project: project([{ id: 'other' }], true) });
    expect(told(await askLinear(await linearServer(answer), { linearDefaultProjectId: 'p1' }))).toBe(unproven);
  });
});

function failure(status: number, extensions: Record<string, Json>, message = 'said', path: Json = []): Handler {
  return { status, json: { data: null, errors: [{ message: `${message} ${key}`, path, extensions }] } };
}

const atCredential = 'credential: failed, resource: skipped, permission: skipped';
const atResource = 'credential: passed, resource: failed, permission: skipped';
const authentication = { code: 'AUTHENTICATION_ERROR', type: 'authentication error' };
const forbidden = { code: 'FORBIDDEN', type: 'forbidden' };
const missing = { code: 'INPUT_ERROR', type: 'invalid input' };
const retired = { ...team, retiredAt: '2026-01-01T00:00:00.000Z' };
const archived = { ...team, archivedAt: '2026-01-01T00:00:00.000Z' };

describe('a refusal', () => {
  it.each<[string, Handler, ErrorClass, string]>([
    ['AUTHENTICATION_ERROR with 401', failure(401, authentication), 'INVALID', atCredential],
    ['AUTHENTICATION_ERROR with 400', failure(400, authentication), 'INVALID', atCredential],
    ['AUTHENTICATION_ERROR with 200', failure(200, authentication), 'INVALID', atCredential],
    ['its type alone', failure(400, { type: 'authentication error' }), 'INVALID', atCredential],
    ['a bare 401', { status: 401, json: {} }, 'INVALID', atCredential],
    ['FORBIDDEN with 403', failure(403, forbidden), 'INSUFFICIENT', atResource],
    ['FORBIDDEN with 200', failure(200, { type: 'forbidden' }), 'INSUFFICIENT', atResource],
    ['a missing team', failure(200, missing, 'Entity not found: Team', ['team']), 'NOT_FOUND', atResource],
    ['a missing team with 400', failure(400, missing, 'Entity not found: Team'), 'NOT_FOUND', atResource],
    ['no team of that key', data({ teams: { nodes: [] } }), 'NOT_FOUND', atResource],
    ['a retired team', data({ teams: { nodes: [retired] } }), 'NOT_FOUND', atResource],
    ['an archived team', data({ teams: { nodes: [archived] } }), 'NOT_FOUND', atResource],
    [
      'a deactivated user',
      { json: { data: { viewer: { ...viewer, active: false }, organization, teams: { nodes: [team] } } } },
      'REVOKED',
      atCredential,
    ],
  ])('%s', async (_name, answer, errorCode, checks) => {
    const verdict = await askLinear(await linearServer(answer));
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode });
    expect(told(verdict)).toBe(checks);
    expect(JSON.stringify(verdict)).not.toContain('said');
  });

  it.each<[string, Handler, string]>([
    ['is missing', failure(200, missing, 'Entity not found: Project', ['project']), 'there is no such project'],
    [
      'belongs to another team',
      data({ teams: { nodes: [team] }, project: project([{ id: 'other' }]) }),
      'does not belong to the team "MOB"',
    ],
  ])('when the project %s', async (_name, answer, detail) => {
    const verdict = await askLinear(await linearServer(answer), { linearDefaultProjectId: 'p1' });
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'NOT_FOUND' });
    expect(checkOf(verdict, 'resource').detail).toContain(detail);
  });

  it('is an expiry when the date that somebody noted has passed', async () => {
    const verdict = await askLinear(
      await linearServer(failure(401, authentication)),
      {},
      { knownEnd: new Date('2026-01-01') },
    );
    expect(verdict).toMatchObject({ outcome: 'expired', errorCode: 'EXPIRED' });
  });
});

it.each([
  ...undecidedAnswers,
  ['RATELIMITED with 400', failure(400, { code: 'RATELIMITED', type: 'ratelimited' }), 'RATE_LIMITED'] as const,
  ['RATELIMITED with 429', failure(429, { code: 'RATELIMITED' }), 'RATE_LIMITED'] as const,
  ['a query that the schema lacks', failure(400, { code: 'GRAPHQL_VALIDATION_FAILED' }), 'UNREACHABLE'] as const,
  ['another input error', failure(400, missing, 'Argument Validation Error'), 'UNREACHABLE'] as const,
  ['an error of tomorrow', failure(200, { code: 'TOMORROW' }), 'UNREACHABLE'] as const,
  ['errors of odd shape', { json: { errors: [null, 3, []] } }, 'UNREACHABLE'] as const,
  ['data without a viewer', { json: { data: { teams: { nodes: [team] } } } }, 'UNREACHABLE'] as const,
  ['data without teams', data({}), 'UNREACHABLE'] as const,
  ['teams of odd shape', data({ teams: { nodes: [{ id: 3 }] } }), 'UNREACHABLE'] as const,
])('%s is undecided', async (_name, answer, errorCode) => {
  const verdict = await askLinear(await linearServer(answer));
  expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
});

it('says when to come back', async () => {
  const answer = { ...(failure(400, { code: 'RATELIMITED' }) as object), headers: { 'retry-after': '120' } };
  expect((await askLinear(await linearServer(answer))).hint).toBe('Try again in 120 s.');
});

it('asks again after a 500', async () => {
  expect((await askLinear(await linearServer(sequence({ status: 500 }, data())))).outcome).toBe('valid');
});
