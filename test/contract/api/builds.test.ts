import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Api, type Asking, startApi } from '../../support/api.ts';
import { addPipelineAt } from '../../support/builds/box.ts';
import type { Double, Start } from '../../support/builds/double.ts';
import { gitlabWithPipelines } from '../../support/builds/gitlab.ts';
import { jenkinsWithBuilds } from '../../support/builds/jenkins.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';

/** What is waited for passes at once, and on the clock. */
vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => void vi.setSystemTime(Date.now() + ms),
}));

describe.each([
  ['jenkins', sqlite, async () => (await jenkinsWithBuilds()) as Double],
  ['gitlab-ci', mysql, async () => (await gitlabWithPipelines()) as Double],
] as const)('builds at %s, over the API', (_, engine, make) => {
  let double: Double;
  let api: Api;
  /** Where its builds are. */
  let path: string;

  beforeEach(async () => {
    double = await make();
    api = await startApi(engine, {}, double.env);
    await addPipelineAt(api.box, double);
    const [pipeline] = (await api.ask('GET', 'pipelines')).json.items;
    path = `pipelines/${pipeline.id}/runs`;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterEach(() => void vi.useRealTimers());

  const trigger = (body: object = {}, asking: Asking = {}) => api.ask('POST', path, { body, ...asking });
  const keyed = (key: string, body: object = {}, asking: Asking = {}) =>
    trigger(body, { ...asking, headers: { 'idempotency-key': key } });
  const posts = () => double.server.requests.filter(({ method }) => method === 'POST');

  test('one is started, asked for, cancelled and listed, as the command line tells it', async () => {
    const begun = await trigger({ environmentVariables: { LANE: 'beta' }, buildTimeout: 600 });
    expect([begun.status, begun.json.state], begun.text).toEqual([202, 'queued']);
    expect(double.started).toMatchObject([{ parameters: { LANE: 'beta' } }]);
    const location = begun.headers.get('location') ?? '';
    expect(location).toBe(`/api/v1/${api.tenants.acme}/integrations/${path}/${begun.json.runId}`);
    double.phase = 'running';
    expect((await api.ask('GET', path)).json, 'a list asks nobody').toEqual({ items: [begun.json], next: null });
    const { trouble, ...asked } = (await api.ask('GET', location)).json;
    expect([trouble, asked.state]).toEqual([null, 'running']);
    const { stdout } = await runHere(api.box, {}, 'runs', '--json');
    expect((await api.ask('GET', 'runs?category=pipeline')).json.items).toEqual(JSON.parse(stdout));
    expect((await api.ask('GET', 'runs?category=ticket')).json.items).toEqual([]);
    const ended = await api.ask('POST', `${location}/cancel`);
    expect([ended.status, ended.json.state, ended.headers.get('location')]).toEqual([202, 'cancelled', location]);
    expect((await api.ask('GET', location)).json).toMatchObject({ state: 'cancelled', trouble: null });
    const again = await api.ask('POST', `${location}/cancel`);
    expect(again).toMatchObject({ status: 409, json: { code: 'CONFLICT', runId: begun.json.runId } });
    // That it was asked for stands there before what came of it.
    const [cancel, asking, start] = (await api.ask('GET', 'history?limit=3')).json.items;
    expect([cancel.action, asking.action, start.action]).toEqual(['cancel', 'cancel', 'start']);
    expect(start.command).toMatch(/^serve token_/);
    expect(api.lines.join('')).toContain(
      `"route":"/api/v1/{tenantId}/integrations/pipelines/{id}/runs/{runId}/cancel"`,
    );
    expect([...api.answers, ...api.lines].filter((text) => text.includes('beta'))).toEqual([]);
  });

  test('cancelling does not wait for a provider that takes its time', async () => {
    double.ignoresCancel = true;
    const location = (await trigger()).headers.get('location') ?? '';
    double.phase = 'running';
    const began = Date.now();
    expect((await api.ask('POST', `${location}/cancel`)).json).toMatchObject({ state: 'running', endedAt: null });
    // On the clock that waiting moves on.
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  test('pages of them follow each other', async () => {
    const ids: string[] = [];
    for (const key of ['1', '2', '3']) ids.unshift((await trigger({ key })).json.runId);
    for (const list of [path, 'runs']) {
      const told: string[] = [];
      for (let next: string | undefined = `${list}?limit=2`; next !== undefined; ) {
        const page = await api.ask('GET', next);
        told.push(...page.json.items.map(({ runId }: { runId: string }) => runId));
        next = /^<(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(told).toEqual(ids);
      expect(await api.ask('GET', `${list}?after=zzz`)).toMatchObject({
        status: 422,
        json: { errors: [{ field: 'after' }] },
      });
    }
  });

  test('a request that bears a key is done once, whoever else has that key', async () => {
    const [one, other] = await Promise.all([keyed('release-1'), keyed('release-1')]);
    expect([one.status, other.status, other.json.runId]).toEqual([202, 202, one.json.runId]);
    double.phase = 'running';
    await api.ask('GET', `${path}/${one.json.runId}`);
    // It is told as it is by now.
    const again = await keyed('release-1');
    expect(again).toMatchObject({ status: 202, json: { runId: one.json.runId, state: 'running' } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(one.headers.get('location'));
    const altered = await keyed('release-1', { environmentVariables: { LANE: 'other' } });
    expect(altered).toMatchObject({
      status: 422,
      json: { code: 'VALIDATION', errors: [{ field: 'Idempotency-Key' }] },
    });
    expect(double.started).toHaveLength(1);
    const token = await api.tokenFor('use');
    expect((await keyed('release-1', {}, { token })).json.runId).not.toBe(one.json.runId);
    expect((await keyed('long'.repeat(60))).json.runId).toBe((await keyed('long'.repeat(60))).json.runId);
    expect(double.started).toHaveLength(3);
  });

  test('a key in the body is one for all that start builds', async () => {
    const { runId } = (await trigger({ key: '2.4.0' })).json;
    const token = await api.tokenFor('use');
    expect((await keyed('anything', { key: '2.4.0' }, { token })).json).toMatchObject({ runId, key: '2.4.0' });
    const { stdout } = await runHere(api.box, {}, 'pipeline', 'trigger', 'ios', '--run-id', '2.4.0', '--json');
    expect(JSON.parse(stdout).runId).toBe(runId);
    expect(double.started).toHaveLength(1);
    const other = await trigger({ key: '2.4.0', environmentVariables: { LANE: 'other' } });
    expect(other).toMatchObject({ status: 409, json: { code: 'CONFLICT', runId, errors: [{ field: 'key' }] } });
  });

  test.each<[Start, number]>([
    ['started, and the connection cut', 1],
    ['connection cut', 0],
    ['fault', 0],
  ])('%s: it is looked up, told as unknown where it is not found, and never sent again', async (start, count) => {
    double.start = start;
    const told = await keyed('once');
    expect([told.status, told.json.state === 'unknown'], told.text).toEqual([202, count === 0]);
    const repeated = await keyed('once');
    expect([repeated.status, repeated.json.runId]).toEqual([202, told.json.runId]);
    const seen = await api.ask('GET', `${path}/${told.json.runId}`);
    expect([seen.status, seen.json.state]).toEqual([200, told.json.state]);
    expect([double.started.length, posts().length]).toEqual([count, 1]);
    if (count === 1) return;
    double.start = 'started';
    const blocked = await trigger();
    expect(blocked).toMatchObject({ status: 409, json: { code: 'CONFLICT', runId: told.json.runId } });
    expect(blocked.json.hint).toContain('"force": true');
    expect((await api.ask('POST', `${path}/${told.json.runId}/cancel`, {})).status).toBe(409);
    expect((await trigger({ force: true })).json.state).toBe('queued');
  });

  test.each<[Start, number, string]>([
    ['refused', 422, 'FAILED'],
    ['credential refused', 422, 'VERIFICATION_FAILED'],
    ['throttled', 503, 'UNDECIDED'],
  ])('%s: the problem has the code of the command line, and the key is free again', async (start, status, code) => {
    double.start = start;
    const refused = await keyed('v1');
    expect(refused, refused.text).toMatchObject({ status, json: { code, runId: expect.any(String) } });
    double.start = 'started';
    expect(await keyed('v1')).toMatchObject({ status: 202, json: { runId: refused.json.runId, state: 'queued' } });
    expect(double.started).toHaveLength(1);
  });

  test('what does not fit the job is told by its names, and nothing is sent', async () => {
    double.declared = ['LANE', 'TRACK'];
    const { status, json, text } = await trigger({ environmentVariables: { BOGUS: 'hidden-value' } });
    expect([status, json.code, json.errors[0].field]).toEqual([422, 'VALIDATION', 'environmentVariables']);
    expect(json.hint).toBe('Its parameters: LANE and TRACK. Give them with "environmentVariables".');
    expect(text).not.toContain('hidden-value');
    expect([posts(), (await api.ask('GET', 'runs')).json.items]).toEqual([[], []]);
  });

  test('what its provider does not tell is as it was seen last', async () => {
    const location = (await trigger()).headers.get('location') ?? '';
    double.instead = () => ({ status: 500, body: '' });
    expect(await api.ask('GET', location)).toMatchObject({
      status: 200,
      json: { state: 'queued', trouble: expect.any(String) },
    });
  });

  test('a pipeline that is switched off starts none, and says what to do', async () => {
    expect((await runHere(api.box, {}, 'pipeline', 'disable', 'ios')).status).toBe(0);
    const { status, json } = await trigger();
    expect([status, json.code]).toEqual([409, 'CONFLICT']);
    expect(json.hint).toBe('PATCH …/integrations/pipelines/{id} with {"isActive": true}');
  });
});
