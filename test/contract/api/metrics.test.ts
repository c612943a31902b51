import { beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../../package.json';
import { createLog } from '../../../src/http/log.ts';
import { createMeter } from '../../../src/http/meter.ts';
import { type Api, startApi } from '../../support/api.ts';
import { sqlite } from '../../support/engines.ts';
import { readPrometheus } from '../../support/prometheus-text.ts';

const scm = {
  scmType: 'GITHUB',
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  accessToken: `ghp_${'a'.repeat(36)}`,
};

let api: Api;
let watcher: string;
const lines: string[] = [];

beforeAll(async () => {
  const meter = createMeter();
  const log = meter.beside(createLog((line) => lines.push(line)));
  api = await startApi(sqlite, { log, metrics: { meter, isOpen: false } });
  watcher = (await api.addToken('--all-tenants', '--scope', 'metrics')).token;
  await api.ask('POST', 'scm', { body: { ...scm, displayName: 'mobile' } });
  const { token } = await api.addToken('--tenant', 'Bmce', '--scope', 'write');
  const bmce = `/api/v1/${api.tenants.bmce}/integrations/scm`;
  await api.ask('POST', bmce, { token, body: { ...scm, displayName: 'other' } });
});

const tenantsIn = (text: string) => new Set(readPrometheus(text).flatMap(({ labels }) => labels['tenant'] ?? []));

describe('/metrics', () => {
  test('tells whoever may watch all tenants of them, and of the server itself', async () => {
    const { json } = await api.ask('GET', 'scm');
    const id = json.items[0].id;
    await api.ask('GET', `scm/${id}`);
    await api.ask('GET', `scm/${id}x`);
    await api.ask('GET', '/elsewhere/secret');
    const told = await api.ask('GET', '/metrics', { token: watcher });
    expect(told.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const samples = readPrometheus(told.text);
    const [{ labels, value } = { labels: {}, value: 0 }] = samples;
    expect([labels, value]).toEqual([{ version }, 1]);
    expect(tenantsIn(told.text)).toEqual(new Set([api.tenants.acme, api.tenants.bmce]));
    const counted = (wanted: Record<string, string>) =>
      samples.find(
        ({ metric, labels: found }) =>
          metric === 'integrations_http_requests_total' &&
          Object.entries(wanted).every(([name, text]) => found[name] === text),
      )?.value;
    const route = '/api/v1/{tenantId}/integrations/scm/{id}';
    expect(counted({ route, status: '2xx', method: 'GET' })).toBe(1);
    expect(counted({ route, status: '4xx' })).toBe(1);
    expect(counted({ route: 'none', status: '4xx' })).toBe(1);
    const took = samples.filter(({ labels: found }) => found['route'] === route && 'le' in found);
    expect(took.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 2 });
    expect(took.map((each) => each.value)).toEqual(took.map((each) => each.value).sort((a, b) => a - b));
    // An id stands where it is the integration's own, and in no path.
    const ofServer = samples.filter(({ metric }) => metric.startsWith('integrations_http'));
    expect(JSON.stringify(ofServer)).not.toMatch(/scm_|secret|[0-9a-f]{8}-/);
  });

  test('tells a tenant of its own integrations alone', async () => {
    const { token } = await api.addToken('--tenant', 'Acme', '--scope', 'metrics');
    const { text } = await api.ask('GET', '/metrics', { token });
    expect(tenantsIn(text)).toEqual(new Set([api.tenants.acme]));
    expect(text).not.toContain('integrations_http');
  });

  test('wants its own scope, which allows nothing else', async () => {
    const refused = await api.ask('GET', '/metrics', { token: api.token });
    expect([refused.status, refused.json.code]).toEqual([403, 'FORBIDDEN']);
    expect((await api.ask('GET', '/metrics', { token: '' })).status).toBe(401);
    expect((await api.ask('GET', 'scm', { token: watcher })).status).toBe(403);
    expect((await api.ask('POST', '/metrics', { token: watcher })).status).toBe(404);
  });

  test('is open where it is said to be, and on a server for reading', async () => {
    const metrics = { meter: createMeter(), isOpen: true };
    const open = await startApi(sqlite, { metrics, readOnly: true });
    expect((await open.ask('GET', '/metrics', { token: '' })).text).toContain('integrations_build_info');
    const closed = await startApi(sqlite, { readOnly: true });
    const { token } = await closed.addToken('--all-tenants', '--scope', 'metrics');
    expect((await closed.ask('GET', '/metrics', { token })).status).toBe(200);
  });

  test('answers a problem where the database is gone, and no half of it', async () => {
    const gone = await startApi(sqlite, { metrics: { meter: createMeter(), isOpen: true } });
    await sqlite.sql(gone.box, 'ALTER TABLE tenant_ticket_integrations RENAME TO away');
    const told = await gone.ask('GET', '/metrics', { token: '' });
    expect(told.status).toBeGreaterThanOrEqual(500);
    expect(told.text).not.toContain('# HELP');
  });
});

test('each request is a line of the log, which holds nothing of what was sent', async () => {
  lines.length = 0;
  const secret = 'canary-4711';
  await api.ask('GET', `scm?limit=1&name=${secret}`, { headers: { 'x-own': secret, cookie: secret } });
  await api.ask('GET', `/${secret}`, { token: secret });
  await api.ask('POST', 'scm', { body: { ...scm, displayName: secret, accessToken: secret } });
  const told = lines.map((line) => JSON.parse(line));
  expect(told.filter(({ event }) => event === 'request')).toHaveLength(3);
  expect(told[0]).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: 'info',
    event: 'request',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    method: 'GET',
    route: '/api/v1/{tenantId}/integrations/scm',
    status: 200,
    ms: expect.any(Number),
    caller: expect.stringMatching(/^token_/),
    tenantId: api.tenants.acme,
  });
  expect(told[1]).toMatchObject({ route: null, status: 404, caller: null, tenantId: null });
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(lines.join('')).not.toContain(secret);
});
