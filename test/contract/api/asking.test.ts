import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from '../../support/api.ts';
import { sqlite } from '../../support/engines.ts';
import type { Mishap } from '../../support/provider-answers.ts';
import { providerWorld, type World } from '../../support/provider-world.ts';
import { sampleOf } from '../../support/samples.ts';

/* What asks a provider: what it says is told, and what it refuses is stored by nobody. */

const refused: Mishap = { answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } };
/** Somebody else's page, which says nothing of the credential. */
const undecided: Mishap = { answers: { 'github user': { headers: { 'content-type': 'text/html' }, body: 'Sign in' } } };
const next = `ghp_${'second'.repeat(6)}`;

let world: World;
let api: Api;

beforeAll(async () => {
  world = await providerWorld();
  api = await startApi(sqlite, {}, world.env);
});

beforeEach(async () => {
  world.mishaps();
  for (const table of ['scm', 'communication']) await sqlite.sql(api.box, `DELETE FROM tenant_${table}_integrations`);
});

function sample(provider: 'github' | 'slack'): Record<string, unknown> {
  const { stored, credentials } = sampleOf(provider);
  return {
    displayName: provider,
    ...stored,
    ...Object.fromEntries(credentials.map((each) => [each.column, each.value])),
  };
}

const repository = { ...sample('github'), scmType: 'GITHUB' };

async function created(query = '') {
  const made = await api.ask('POST', `scm${query}`, { body: repository });
  expect(made.status, made.text).toBe(201);
  return { path: `scm/${made.json.id}`, etag: made.headers.get('etag') ?? '', json: made.json };
}

const stored = () => sqlite.sql(api.box, 'SELECT * FROM tenant_scm_integrations');

test('one is verified, whatever its provider says, and is of the same version after it', async () => {
  const { path, etag } = await created();
  const verified = async () => {
    const { status, json } = await api.ask('POST', `${path}/verify`);
    expect([status, json.length]).toEqual([200, 1]);
    return json[0];
  };
  expect(await verified()).toMatchObject({ outcome: 'valid', status: 'VALID', previousStatus: 'NOT_VERIFIED' });
  world.mishaps(undecided);
  expect(await verified()).toMatchObject({ outcome: 'undecided', status: 'VALID', previousStatus: 'VALID' });
  world.mishaps(refused);
  const { outcome, status, errorCode, hint, checks } = await verified();
  expect([outcome, status, errorCode, hint === null]).toEqual(['invalid', 'INVALID', 'INVALID', false]);
  expect(checks).toContainEqual(expect.objectContaining({ name: 'credential', outcome: 'failed' }));
  const got = await api.ask('GET', path);
  expect([got.json.verificationStatus, got.headers.get('etag')]).toEqual(['INVALID', etag]);
});

test('all of the tenant are verified, and those alone that were not lately', async () => {
  await created();
  const slack = { ...sample('slack'), communicationType: 'SLACK' };
  expect((await api.ask('POST', 'communication', { body: slack })).status).toBe(201);
  const all = await api.ask('POST', 'verify');
  expect([all.status, all.json]).toMatchObject([
    200,
    [
      { displayName: 'github', category: 'scm', outcome: 'valid', status: 'VALID' },
      { displayName: 'slack', category: 'communication', outcome: 'valid', status: 'VALID' },
    ],
  ]);
  const { integrations } = (await api.ask('GET', 'status')).json;
  expect(integrations).toMatchObject([{ verificationStatus: 'VALID' }, { verificationStatus: 'VALID' }]);
  expect((await api.ask('POST', 'verify?stale=1h')).json).toEqual([]);
});

test('what is asked about before it is stored is stored as VALID, as NOT_VERIFIED, or not', async () => {
  expect((await created('?verify=true')).json).toMatchObject({ verificationStatus: 'VALID' });
  await sqlite.sql(api.box, 'DELETE FROM tenant_scm_integrations');
  world.mishaps(undecided);
  const { json } = await created('?verify=true');
  expect(json).toMatchObject({ verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null });
  await sqlite.sql(api.box, 'DELETE FROM tenant_scm_integrations');
  world.mishaps(refused);
  const answer = await api.ask('POST', 'scm?verify=true', { body: repository });
  expect(answer).toMatchObject({
    status: 422,
    json: { code: 'VERIFICATION_FAILED', verification: { outcome: 'invalid' } },
  });
  expect(await stored()).toEqual([]);
});

test('a change that is refused leaves all as it was', async () => {
  const { path, etag } = await created('?verify=true');
  const before = await stored();
  world.mishaps(refused);
  const headers = { 'if-match': etag };
  const patch = await api.ask('PATCH', `${path}?verify=true`, { body: { accessToken: next }, headers });
  expect(patch).toMatchObject({ status: 422, json: { code: 'VERIFICATION_FAILED' } });
  expect(await stored()).toEqual(before);
});

test('of a rotation that is refused the old credential stays, and one that is accepted takes its place', async () => {
  const { path, etag } = await created('?verify=true');
  const before = await stored();
  const rotate = (key: string) =>
    api.ask('POST', `${path}/rotate`, {
      body: { accessToken: next },
      headers: { 'if-match': etag, 'idempotency-key': key },
    });
  world.mishaps(refused);
  const { status, json, text } = await rotate('rotate-1');
  expect([status, json.code, json.verification.outcome]).toEqual([422, 'VERIFICATION_FAILED', 'invalid']);
  expect(json.verification.checks).toContainEqual(expect.objectContaining({ outcome: 'failed' }));
  expect(text).not.toContain(next);
  expect(world.server.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${next}`);
  expect(await stored()).toEqual(before);
  // Nothing was done: the same request, with the same key, is made again.
  world.mishaps();
  expect((await rotate('rotate-1')).json).toMatchObject({ verificationStatus: 'VALID' });
  expect((await rotate('rotate-1')).headers.get('idempotency-replayed')).toBe('true');
  expect((await stored())[0]?.['accessToken']).not.toBe(before[0]?.['accessToken']);
  const asked = world.server.requests.length;
  expect((await api.ask('POST', `${path}/verify`)).json).toMatchObject([{ outcome: 'valid' }]);
  const bearers = world.server.requests.slice(asked).map(({ headers }) => headers['authorization']);
  expect(new Set(bearers)).toEqual(new Set([`Bearer ${next}`]));
});
