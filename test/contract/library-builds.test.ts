import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BuildRequest, IntegrationsError, openIntegrations, type Tenant } from '../../src/library/index.ts';
import { atEnd } from '../support/at-end.ts';
import { boxAt } from '../support/builds/box.ts';
import type { Double } from '../support/builds/double.ts';
import { githubWithRuns } from '../support/builds/github.ts';
import { jenkinsWithBuilds } from '../support/builds/jenkins.ts';
import type { Sandbox } from '../support/cli.ts';
import { mysql, sqlite } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';

/** What is waited for passes at once, and on the clock; a test may do something meanwhile. */
const clock = vi.hoisted(() => ({ waiting: () => {} }));
vi.mock('../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    clock.waiting();
  },
}));

const failing = (work: Promise<unknown>): Promise<IntegrationsError> =>
  work.then(
    () => expect.unreachable('it does not fail'),
    (error: unknown) => error as IntegrationsError,
  );

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each([
  ['jenkins', sqlite, async () => (await jenkinsWithBuilds()) as Double],
  ['github-actions', mysql, githubWithRuns],
] as const)('builds at %s, for a program', (_, engine, make) => {
  let double: Double;
  let box: Sandbox;
  let acme: Tenant;
  let bmce: Tenant;

  beforeEach(async () => {
    double = await make();
    box = await boxAt(engine, double);
    expect((await runHere(box, {}, 'tenant', 'add', 'Bmce')).status).toBe(0);
    const { INTEGRATIONS_DATABASE_URL: url = '', INTEGRATIONS_DATABASE_PASSWORD: password } = box.env;
    const integrations = await openIntegrations({
      database: password === undefined ? url : { url, password },
      keys: { file: join(box.configDir, 'keyring.json') },
      actor: { account: 'ops@acme.test', purpose: 'release-service' },
      environment: double.env,
    });
    atEnd(() => integrations.close());
    acme = integrations.tenant('Acme');
    bmce = integrations.tenant('Bmce');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    clock.waiting = () => {};
  });
  afterEach(() => void vi.useRealTimers());

  const onCommandLine = async (...args: string[]) => JSON.parse((await runHere(box, {}, ...args, '--json')).stdout);
  const posts = () => double.server.requests.filter(({ method }) => method === 'POST');

  test('one is started, asked for, waited for and listed, as the command line tells it', async () => {
    const { pipelines } = acme;
    const begun = await pipelines.trigger('ios', { environmentVariables: { LANE: 'beta' }, buildTimeout: 600 });
    expect(begun).toMatchObject({ kind: 'build', state: 'queued', parameters: ['LANE'], key: null });
    expect(double.started).toEqual([{ parameters: { LANE: 'beta' } }]);
    double.phase = 'running';
    const [listed] = await all(pipelines.runs('ios'));
    expect(listed, 'a list asks nobody').toEqual(begun);
    const { trouble, ...asked } = await pipelines.run(begun.runId);
    expect([trouble, asked.state]).toEqual([null, 'running']);
    expect(await onCommandLine('runs')).toEqual([asked]);
    expect(await all(acme.runs({ category: 'pipeline' }))).toEqual([asked]);
    expect(await all(acme.runs({ category: 'ticket' }))).toEqual([]);
    clock.waiting = () => {
      double.phase = 'failed';
    };
    const ended = await pipelines.wait(begun.runId);
    expect(ended).toMatchObject({ runId: begun.runId, state: 'failed' });
    expect(ended.endedAt).not.toBeNull();
    const [start] = await all(acme.history({ limit: 1 }));
    expect(start).toMatchObject({ action: 'start', category: 'pipeline', command: 'release-service' });
  });

  test('pages of them follow each other, the newest first', async () => {
    const ids: string[] = [];
    for (const key of ['1', '2', '3']) ids.unshift((await acme.pipelines.trigger('ios', { key })).runId);
    const runIds = (runs: { runId: string }[]) => runs.map(({ runId }) => runId);
    const after = ids[0] as string;
    expect(runIds(await all(acme.runs({ limit: 1 })))).toEqual([after]);
    expect(runIds(await all(acme.runs({ after })))).toEqual(ids.slice(1));
    expect(runIds(await all(acme.pipelines.runs('ios', { after, limit: 1 })))).toEqual(ids.slice(1, 2));
  });

  test('one is cancelled, and one that has ended is not', async () => {
    const { pipelines } = acme;
    const { runId } = await pipelines.trigger('ios');
    double.phase = 'running';
    expect(await pipelines.cancel(runId)).toMatchObject({ runId, state: 'cancelled' });
    const asked = double.server.requests.length;
    expect(await failing(pipelines.cancel(runId))).toMatchObject({ code: 'CONFLICT', details: { state: 'cancelled' } });
    expect(double.server.requests).toHaveLength(asked);
  });

  test('one is cancelled when its time is over', async () => {
    const { runId } = await acme.pipelines.trigger('ios', { buildTimeout: 30 });
    clock.waiting = () => {
      if (double.phase === 'queued') double.phase = 'running';
    };
    expect(await acme.pipelines.wait(runId)).toMatchObject({ state: 'timed_out', cancelled: true });
  });

  test('with a key it is started once, and the key stands for nothing else', async () => {
    const first = await acme.pipelines.trigger('ios', { key: 'v1' });
    expect(await acme.pipelines.trigger('ios', { key: 'v1' })).toEqual(first);
    expect(double.started).toHaveLength(1);
    const other = acme.pipelines.trigger('ios', { key: 'v1', environmentVariables: { LANE: 'other' } });
    expect(await failing(other)).toMatchObject({ code: 'CONFLICT', field: 'key', details: { runId: first.runId } });
    // The command line's --run-id is the same.
    expect(await onCommandLine('pipeline', 'trigger', 'ios', '--run-id', 'v1')).toMatchObject({ runId: first.runId });
    expect(double.started).toHaveLength(1);
  });

  test('what nobody knows the fate of is told as unknown, stands in the way, and is sent once', async () => {
    double.start = 'connection cut';
    const lost = await acme.pipelines.trigger('ios');
    expect([lost.state, posts().length]).toEqual(['unknown', 1]);
    double.start = 'started';
    const blocked = await failing(acme.pipelines.trigger('ios'));
    expect(blocked).toMatchObject({ code: 'CONFLICT', details: { runId: lost.runId } });
    expect(await failing(acme.pipelines.cancel(lost.runId))).toMatchObject({ code: 'CONFLICT' });
    expect(await acme.pipelines.run(lost.runId)).toMatchObject({ state: 'unknown', trouble: null });
    expect(await acme.pipelines.trigger('ios', { force: true })).toMatchObject({ state: 'queued' });
  });

  test('what is refused is an error, and what its provider does not tell is as it was seen last', async () => {
    double.start = 'refused';
    expect(await failing(acme.pipelines.trigger('ios'))).toMatchObject({
      code: 'FAILED',
      details: { runId: expect.any(String), outcome: 'refused' },
    });
    double.start = 'started';
    const { runId } = await acme.pipelines.trigger('ios');
    double.instead = () => ({ status: 500, body: '' });
    const asked = await acme.pipelines.run(runId);
    expect(asked).toMatchObject({ state: 'queued', trouble: expect.any(String) });
  });

  test('the signal ends the waiting, and leaves the build alone', async () => {
    const { runId } = await acme.pipelines.trigger('ios');
    const sent = posts().length;
    const controller = new AbortController();
    clock.waiting = () => controller.abort();
    const { signal } = controller;
    expect(await failing(acme.pipelines.wait(runId, { signal }))).toMatchObject({ code: 'CANCELLED' });
    expect(await failing(acme.pipelines.run(runId, { signal }))).toMatchObject({ code: 'CANCELLED' });
    expect(await failing(acme.pipelines.trigger('ios', {}, { signal }))).toMatchObject({ code: 'CANCELLED' });
    expect([posts().length, double.started.length]).toEqual([sent, 1]);
  });

  test('is not reached from another tenant', async () => {
    const { runId } = await acme.pipelines.trigger('ios');
    const asked = double.server.requests.length;
    const { pipelines } = bmce;
    const calls = [pipelines.run, pipelines.cancel, pipelines.wait];
    for (const call of calls) expect(await failing(call(runId))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failing(pipelines.trigger('ios'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failing(all(pipelines.runs('ios')))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await all(bmce.runs())).toEqual([]);
    expect(double.server.requests).toHaveLength(asked);
  });

  test.each<[string, object, object]>([
    ['a ref that is no text', { ref: 7 }, { field: 'ref' }],
    ['no key', { key: ' ' }, { field: 'key' }],
    ['a key that is too long', { key: 'k'.repeat(129) }, { field: 'key' }],
    ['a value that is no text', { environmentVariables: { LANE: 1 } }, { field: 'environmentVariables' }],
    ['half of a character', { environmentVariables: { LANE: '\ud800' } }, { field: 'environmentVariables' }],
    ['no time at all', { buildTimeout: 0 }, { field: 'buildTimeout' }],
    ['another word than true', { force: 'yes' }, { field: 'force' }],
    ['what the job does not declare', { environmentVariables: { BOGUS: 'x' } }, { code: 'VALIDATION' }],
  ])('%s starts nothing', async (_, request, expected) => {
    double.declared = ['LANE', 'TRACK'];
    const error = await failing(acme.pipelines.trigger('ios', request as BuildRequest));
    expect(error).toBeInstanceOf(IntegrationsError);
    expect(error).toMatchObject(expected);
    expect(['USAGE', 'VALIDATION']).toContain(error.code);
    expect([posts(), await all(acme.runs())]).toEqual([[], []]);
  });
});
