import { beforeAll, describe, expect, test, vi } from 'vitest';
import { accessScopes, newAccessToken } from '../../../src/core/access-token.ts';
import { categoryList } from '../../../src/core/category.ts';
import { exampleOf } from '../../../src/http/openapi/example.ts';
import type { Route } from '../../../src/http/route.ts';
import { allRoutes } from '../../../src/http/routes.ts';
import { categoryKeys } from '../../../src/manifest/keys.ts';
import { type Api, type Asking, startApi, type Told } from '../../support/api.ts';
import { sqlite } from '../../support/engines.ts';
import { sampleOf } from '../../support/samples.ts';

/* What holds for every operation that there is: a new one is tried too. */

const routes = allRoutes();
const guarded = routes.filter(({ scope }) => scope !== undefined);
const inTenant = guarded.filter(({ path }) => path.includes('{tenantId}'));
const withId = inTenant.filter(({ path }) => path.includes('{id}'));
const withRunId = inTenant.filter(({ path }) => path.includes('{runId}'));
const withBody = routes.filter(({ body }) => body !== undefined);
const named = (among: readonly Route[]) => among.map((route) => [`${route.method} ${route.path}`, route] as const);

const mebibyte = 1_048_576;
/** What no answer and no line of the log may hold. */
const canaries = new Set<string>();

let api: Api;
/** Tokens that are good no more, the first one from an hour on. */
let ending: string;
let revoked: string;
/** By category, a row of each tenant. */
const rows: Record<string, { acme: string; bmce: string }> = {};
/** A build of the pipeline of each tenant. */
const builds = { acme: 'run_0193f6c21ad97c4e8b6f3a5d7e9c1b20', bmce: 'run_0193f6c21ad97c4e8b6f3a5d7e9c1b21' };

beforeAll(async () => {
  // So many are refused here that they would have to wait.
  api = await startApi(sqlite, { countRefused: async () => undefined });
  ending = (await api.addToken('--tenant', 'Acme', '--scope', accessScopes.join(), '--expires-in', '1h')).token;
  const taken = await api.addToken('--tenant', 'Acme', '--scope', accessScopes.join());
  await api.removeToken(taken.id);
  revoked = taken.token;
  for (const text of [api.token, ending, revoked]) canaries.add(text);
  const { token } = await api.addToken('--all-tenants', '--scope', 'write,read');
  const { acme, bmce } = api.tenants;
  const first = {
    scm: 'github',
    target: 'app-store',
    pipeline: 'github-actions',
    communication: 'slack',
    ticket: 'jira',
  };
  for (const { name, typeColumn } of categoryList) {
    const sample = sampleOf(first[name]);
    const texts = Object.fromEntries(sample.credentials.map(({ column, value }) => [column, value]));
    for (const { value } of sample.credentials) canaries.add(value);
    const made = async (tenant: string, whose: 'acme' | 'bmce') => {
      const { lastTriggeredAt: _, ...plain } = sample.stored;
      const links =
        name === 'pipeline'
          ? { scmIntegrationId: rows['scm']?.[whose], targetIntegrationId: rows['target']?.[whose] }
          : {};
      const type = first[name].toUpperCase().replaceAll('-', '_');
      const body = { ...plain, ...texts, ...links, [typeColumn]: type, displayName: name };
      const answer = await api.ask('POST', `/api/v1/${tenant}/integrations/${categoryKeys[name]}`, { body, token });
      expect(answer.status, answer.text).toBe(201);
      return String(answer.json.id);
    };
    rows[name] = { acme: await made(acme, 'acme'), bmce: '' };
    rows[name].bmce = await made(bmce, 'bmce');
  }
  for (const whose of ['acme', 'bmce'] as const) await addBuild(whose);
});

/** One that has ended: nobody is asked for it. */
async function addBuild(whose: 'acme' | 'bmce'): Promise<void> {
  const run = {
    id: builds[whose],
    tenantId: api.tenants[whose],
    kind: 'build',
    category: 'pipeline',
    integrationId: rows['pipeline']?.[whose] ?? '',
    displayName: 'pipeline',
    requestDigest: '0'.repeat(64),
    about: JSON.stringify({ ref: 'main', parameters: [] }),
    state: 'succeeded',
    place: '{}',
    endedAt: '2026-11-26 09:30:00',
  };
  const columns = Object.keys(run).join(', ');
  const values = Object.values(run).map((value) => `'${value}'`);
  await sqlite.sql(api.box, `INSERT INTO tenant_integration_runs (${columns}) VALUES (${values.join(', ')})`);
}

/** The path of a route in a tenant, about a row of one, with the query that it has to have. */
function pathOf({ path, queryNeeded = [] }: Route, tenant: string, whose: 'acme' | 'bmce' = 'acme'): string {
  const category = categoryList.find(({ name }) => path.split('/').includes(categoryKeys[name]));
  const id = rows[category?.name ?? '']?.[whose] ?? 'none';
  const query = queryNeeded.map((name) => `${name}=none`).join('&');
  return `${path}${query && '?'}${query}`
    .replace('{tenantId}', tenant)
    .replace('{id}', id)
    .replace('{runId}', builds[whose])
    .replaceAll(/\{\w+\}/g, 'none');
}

function withQuery(path: string, more: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${more}`;
}

/** A body that is read through, and says as little as may be. */
function leastBody({ body }: Route): Asking {
  return body ? { body: exampleOf(body.schema) as object } : {};
}

/** Asks as far as can be said without knowing what the route is for. */
function ask(route: Route, path = pathOf(route, api.tenants.acme), asking: Asking = {}): Promise<Told> {
  return api.ask(route.method, path, {
    ...(route.body ? { body: {} } : {}),
    ...asking,
    headers: { ...(route.ifMatch === 'needed' ? { 'if-match': '*' } : {}), ...asking.headers },
  });
}

/** Does it as if so much time had passed. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

/** What does not depend on the request that was answered. */
function withoutIds({ json }: Told): object {
  const { requestId: _, instance: __, ...rest } = json;
  return rest;
}

const stored = () => sqlite.sql(api.box, 'SELECT * FROM tenant_scm_integrations ORDER BY id');

describe.each(named(guarded))('%s', (_, route) => {
  test('takes no missing, unknown, expired, revoked or garbled token, and tells them from each other by nothing', async () => {
    const before = await stored();
    const unknown = newAccessToken().reveal();
    const told: object[] = [];
    for (const token of ['', unknown, ending, revoked, 'x', `${api.token}x`]) {
      const answer = await later(token === ending ? 3_600_000 : 0, () => ask(route, undefined, { token }));
      expect(answer).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
      told.push(withoutIds(answer));
    }
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await stored()).toEqual(before);
  });

  test('needs its scope, and no other will do', async () => {
    const others = accessScopes.filter((scope) => scope !== route.scope);
    const answer = await ask(route, undefined, { token: await api.tokenFor(others.join()) });
    expect(answer).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${route.scope}"`);
  });

  test('refuses what it does not know in the query', async () => {
    expect(await ask(route, withQuery(pathOf(route, api.tenants.acme), 'unheard=1'))).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'unheard' }] },
    });
  });

  test('says which methods there are where its own is not meant', async () => {
    const answer = await api.ask('PUT', pathOf(route, api.tenants.acme));
    expect(answer).toMatchObject({ status: 405, json: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.get('allow')?.split(', ')).toContain(route.method);
  });
});

describe.each(named(inTenant))('%s', (_, route) => {
  test('is not there for the token of another tenant, as for a tenant that there is not', async () => {
    const before = await stored();
    const { acme, bmce } = api.tenants;
    const foreign = await ask(route, pathOf(route, bmce, 'bmce'));
    expect(foreign).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    const nobody = acme.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const absent = await ask(route, pathOf(route, nobody));
    const plain = (answer: Told, id: string) => JSON.stringify(withoutIds(answer)).replaceAll(id, 'ID');
    expect(plain(absent, nobody)).toBe(plain(foreign, bmce));
    // By its name a tenant is not reached at all.
    expect((await ask(route, pathOf(route, 'Acme'))).status).toBe(404);
    expect(await stored()).toEqual(before);
  });
});

describe.each(named(withId))('%s', (_, route) => {
  test("does not know another tenant's id, whoever asks, nor a name", async () => {
    const token = await api.tokenFor(accessScopes.join(), '--all-tenants');
    const before = await stored();
    const { acme, bmce } = api.tenants;
    const asking = { token, ...leastBody(route) };
    for (const path of [pathOf(route, acme, 'bmce'), pathOf(route, bmce, 'acme')]) {
      expect(await ask(route, path, asking), path).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    }
    const category = categoryList.find(({ name }) => route.path.split('/').includes(categoryKeys[name]))?.name ?? '';
    const byName = pathOf(route, acme).replace(rows[category]?.acme ?? '', category);
    expect((await ask(route, byName, asking)).status).toBe(404);
    expect(await stored()).toEqual(before);
  });
});

describe.each(named(withRunId))('%s', (_, route) => {
  test("does not know another tenant's run, nor that of another pipeline", async () => {
    const token = await api.tokenFor(accessScopes.join(), '--all-tenants');
    const { acme } = api.tenants;
    const own = pathOf(route, acme);
    const asking = { token, ...leastBody(route) };
    const foreign = own.replace(builds.acme, builds.bmce);
    const elsewhere = own.replace(rows['pipeline']?.acme ?? '', rows['scm']?.acme ?? '');
    for (const path of [foreign, elsewhere]) {
      expect(path).not.toBe(own);
      expect(await ask(route, path, asking), path).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    }
    // It has ended, so that it is not asked for, and not cancelled.
    expect([200, 409]).toContain((await ask(route, own, asking)).status);
  });
});

describe.each(named(withBody))('%s', (_, route) => {
  const type = { 'content-type': route.body?.types[0] ?? '' };

  test.each<[string, Asking['body'], number, object]>([
    ['is too large', 'x'.repeat(mebibyte + 1), 413, {}],
    ['is no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, {}],
    ['is no JSON', '{"displayName": sesame', 400, {}],
    ['has a key that is not one', '{"__proto__": {"isActive": true}}', 422, {}],
    ['has such a key deep down', '{"environmentVariables": {"__proto__": "x"}}', 422, {}],
    ['is nested without end', `${'{"a":'.repeat(90_000)}1${'}'.repeat(90_000)}`, 422, {}],
    ['is no object', '[]', 422, {}],
    ['is of another type', '{}', 415, { 'content-type': 'text/plain' }],
  ])('refuses a body that %s', async (_, body, status, headers) => {
    const answer = await ask(route, undefined, { body: body ?? '', headers: { ...type, ...headers } });
    expect(answer, answer.text.slice(0, 500)).toMatchObject({ status, json: { status, errors: expect.any(Array) } });
    expect(answer.text).not.toContain('sesame');
  });

  test('takes a body of a mebibyte, also one whose length is not told, and none that is larger', async () => {
    const padded = (length: number) => `{"unheard": 1${' '.repeat(length - 14)}}`;
    for (const [length, status] of [
      [mebibyte, 422],
      [mebibyte + 1, 413],
    ] as const) {
      for (const told of [true, false]) {
        const headers = { ...type, ...(told ? { 'content-length': String(length) } : {}) };
        const answer = await ask(route, undefined, { body: padded(length), headers });
        expect(answer.status, `${length} ${told}`).toBe(status);
        // What is left of it is not read, so that nothing else may be sent on its connection.
        expect(answer.headers.get('connection'), `${length} ${told}`).toBe(status === 413 ? 'close' : null);
      }
    }
  });
});

describe.each(named(routes.filter(({ ifMatch }) => ifMatch === 'needed')))('%s', (_, route) => {
  test('needs an If-Match', async () => {
    const asking = { ...(route.body ? { body: {} } : {}) };
    const answer = await api.ask(route.method, pathOf(route, api.tenants.acme), asking);
    expect(answer).toMatchObject({ status: 428, json: { code: 'PRECONDITION_REQUIRED' } });
  });
});

test('what is only for reading stays so', async () => {
  const readOnly = await startApi(sqlite, { readOnly: true });
  for (const route of guarded) {
    const path = route.path.replace('{tenantId}', readOnly.tenants.acme).replaceAll(/\{\w+\}/g, 'none');
    const query = path.endsWith('/plan') ? '?credentials=false' : '';
    const answer = await readOnly.ask(route.method, path + query, route.body ? { body: {} } : {});
    expect(answer.status === 403, `${route.method} ${path}`).toBe(route.scope !== 'read');
    if (answer.status === 403) expect(answer.json.code).toBe('READ_ONLY');
  }
});

test('every answer is for this request alone, and the log has a line of each without what was asked', async () => {
  const from = api.lines.length;
  const path = `/api/v1/${api.tenants.acme}/sesame?accessToken=sesame`;
  const told = await api.ask('GET', path, { headers: { 'x-request-id': 'sesame' } });
  expect(told.status).toBe(404);
  const [line, ...others] = api.lines.slice(from);
  expect(others).toEqual([]);
  expect(JSON.parse(line ?? '')).toMatchObject({
    level: 'info',
    event: 'request',
    method: 'GET',
    route: null,
    status: 404,
    requestId: told.headers.get('x-request-id'),
  });
  expect(line).not.toContain('sesame');
  expect(told.text).not.toContain('sesame');
  expect(told.headers.get('cache-control')).toBe('no-store');
  expect(told.headers.get('x-content-type-options')).toBe('nosniff');
  expect(told.headers.get('access-control-allow-origin')).toBe(null);
});

test('another name than its own is answered to by nobody', async () => {
  const own = await startApi(sqlite, { hosts: new Set(['localhost', '[::1]']) });
  const by = async (host: string) => (await own.ask('GET', 'scm', { headers: { host } })).status;
  expect([await by('localhost'), await by('LOCALHOST:8787'), await by('[::1]:1')]).toEqual([200, 200, 200]);
  expect([await by('evil.example'), await by('localhost.evil.example'), await by('')]).toEqual([421, 421, 421]);
});

// The last one: it goes through all that was answered and logged above.
test('no credential and no token is in any answer or line', () => {
  expect(api.answers.length).toBeGreaterThan(500);
  for (const canary of canaries) {
    const encoded = [canary, JSON.stringify(canary).slice(1, -1), encodeURIComponent(canary)];
    for (const text of encoded)
      expect([...api.answers, ...api.lines].filter((each) => each.includes(text))).toEqual([]);
  }
});
