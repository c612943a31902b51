import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addPipelineAt, boxAt } from '../../support/builds/box.ts';
import type { Double, Start } from '../../support/builds/double.ts';
import { githubWithRuns } from '../../support/builds/github.ts';
import { gitlabWithPipelines } from '../../support/builds/gitlab.ts';
import { jenkinsWithBuilds } from '../../support/builds/jenkins.ts';
import type { Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { faulty } from '../../support/provider-server.ts';

/** What is waited for passes at once, and on the clock; a test may do something meanwhile. */
const clock = vi.hoisted(() => ({ waiting: (_: number) => {} }));
vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    clock.waiting(ms);
  },
}));

const doubles = {
  jenkins: async () => (await jenkinsWithBuilds()) as Double,
  'github-actions': githubWithRuns,
  'gitlab-ci': async () => (await gitlabWithPipelines()) as Double,
};

for (const engine of [sqlite, mysql])
  describe.each(Object.entries(doubles))(`${engine.name}: %s`, (provider, make) => {
    let double: Double;
    let box: Sandbox;

    beforeEach(async () => {
      double = await make();
      box = await boxAt(engine, double);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      clock.waiting = () => {};
    });
    afterEach(() => void vi.useRealTimers());

    async function run(...args: string[]) {
      const result = await runHere(box, {}, ...args, '--json');
      const json = (text: string) => {
        try {
          return JSON.parse(text);
        } catch {
          return undefined;
        }
      };
      return {
        ...result,
        answer: json(result.stdout),
        error: json(result.stderr.trimEnd().split('\n').at(-1) ?? '')?.error,
      };
    }
    const trigger = (...flags: string[]) => run('pipeline', 'trigger', 'ios', ...flags);
    const listed = async () => (await run('runs')).answer;
    /** What the history has of starts and cancellations, newest first. */
    const told = async () =>
      (await run('history', '--category', 'pipeline', '--limit', '4')).answer.map(
        ({ action, fields }: { action: string; fields: { name: string; after: string }[] }) =>
          `${action} ${fields.find(({ name }) => name === 'outcome')?.after}`,
      );

    it('starts a build, says where it is, and notes it', async () => {
      const { status, answer, stderr } = await trigger('--env', 'LANE=beta');
      expect(status, stderr).toBe(0);
      expect(answer).toMatchObject({ state: 'queued', parameters: ['LANE'], key: null, displayName: 'ios' });
      expect(answer.url).toMatch(/^https?:\/\//);
      expect(double.started).toEqual([{ parameters: { LANE: 'beta' } }]);
      expect(await listed()).toMatchObject([{ runId: answer.runId, kind: 'build', category: 'pipeline' }]);
      const pipeline = (await run('pipeline', 'show', 'ios')).answer;
      expect(pipeline.lastTriggeredAt).toBe(answer.startedAt);
      const [event] = (await run('history', '--limit', '1')).answer;
      expect(event).toMatchObject({ action: 'start', category: 'pipeline', command: 'pipeline trigger' });
      expect(JSON.stringify(event)).not.toContain('beta');
    });

    it('leaves updatedAt alone', async () => {
      await engine.sql(box, "UPDATE tenant_pipeline_integrations SET updatedAt = '2026-01-02 03:04:05'");
      await trigger();
      const { updatedAt, lastTriggeredAt } = (await run('pipeline', 'show', 'ios')).answer;
      expect(updatedAt).toBe('2026-01-02T03:04:05Z');
      expect(lastTriggeredAt).not.toBeNull();
    });

    it.each<[Start, number]>([
      ['started, and the connection cut', 0],
      ['started, and a fault told', 0],
      ['started, and nothing told', 0],
      ['connection cut', 5],
      ['fault', 5],
    ])('%s: looked up, and never sent again', async (start, expected) => {
      double.start = start;
      const { status, answer, error } = await trigger();
      const isStarted = start.startsWith('started');
      expect(status, JSON.stringify(error)).toBe(expected);
      expect(double.started).toHaveLength(isStarted ? 1 : 0);
      expect(double.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
      if (isStarted) {
        expect(answer.state).not.toBe('unknown');
        return;
      }
      expect(answer.state).toBe('unknown');
      expect(error).toMatchObject({ code: 'UNDECIDED', details: { runId: answer.runId } });
      double.start = 'started';
      const blocked = await trigger();
      expect(blocked.status).toBe(6);
      expect(blocked.error.details).toEqual({ runId: answer.runId });
      expect(double.started).toHaveLength(0);
      expect((await trigger('--force')).status).toBe(0);
      expect(double.started).toHaveLength(1);
      expect((await trigger()).status, 'the one that was set aside is in the way no more').toBe(0);
    });

    it.each<[Start, number, string]>([
      ['refused', 8, 'FAILED'],
      ['credential refused', 3, 'VERIFICATION_FAILED'],
      ['throttled', 5, 'UNDECIDED'],
    ])('%s: nothing was started, and the next call may start it', async (start, status, code) => {
      double.start = start;
      const failed = await trigger('--run-id', 'v1');
      expect([failed.status, failed.stdout, failed.error?.code]).toEqual([status, '', code]);
      const renewal = provider === 'jenkins' ? 'pipeline rotate ios' : 'scm rotate code';
      if (start === 'credential refused') expect(failed.error.hint).toContain(`"integrations ${renewal}"`);
      expect(double.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
      const [{ state }] = await listed();
      expect(state).toBe(start === 'throttled' ? 'not_sent' : 'refused');
      double.start = 'started';
      expect((await trigger('--run-id', 'v1')).status).toBe(0);
      expect(double.started).toHaveLength(1);
      expect(await listed()).toHaveLength(1);
    });

    it('finds a lost answer though the clocks differ, also beside one that is another run of ours', async () => {
      double.ahead = 120_000;
      double.start = 'started, and the connection cut';
      for (const count of [1, 2]) {
        const { status, answer } = await trigger();
        expect([status, answer.state]).toEqual([0, 'queued']);
        expect(double.started).toHaveLength(count);
      }
    });

    it('takes no build for its own that another run of ours has started', async () => {
      await trigger();
      double.start = 'connection cut';
      expect(await trigger()).toMatchObject({ status: 5, answer: { state: 'unknown' } });
      // It is known by the number of its item as well, once it has left the queue.
      double.phase = 'running';
      expect(await trigger()).toMatchObject({ status: 6 });
      expect((await listed()).map(({ state }: { state: string }) => state)).toEqual(['unknown', 'queued']);
    });

    it('takes no build for its own that another tenant has started with the same job', async () => {
      for (const words of ['tenant add Globex', 'tenant use Globex']) await run(...words.split(' '));
      await addPipelineAt(box, double);
      expect(await trigger()).toMatchObject({ status: 0, answer: { state: 'queued' } });
      await run('tenant', 'use', 'Acme');
      double.start = 'connection cut';
      expect(await trigger()).toMatchObject({ status: 5, answer: { state: 'unknown', url: null } });
    });

    it('finds none of two that are alike where nobody knows of either', async () => {
      double.start = 'started, and the connection cut';
      // It is not waited for, as it would be where the provider could not be asked.
      const message = provider === 'gitlab-ci' ? '401 Unauthorized' : 'Bad credentials';
      const headers = { 'www-authenticate': 'Basic realm="Jenkins"' };
      let isSent = false;
      double.instead = ({ method }) => {
        const isRefused = isSent && method === 'GET';
        isSent ||= method === 'POST';
        return isRefused ? { status: 401, json: { message }, headers } : undefined;
      };
      expect((await trigger()).status).toBe(5);
      double.instead = () => undefined;
      const two = await trigger('--force');
      // GitLab takes any variable, and so ours that tells whose it is.
      if (provider === 'gitlab-ci') return expect(two.status).toBe(0);
      expect(two.status).toBe(5);
      expect(two.answer).toMatchObject({ state: 'unknown' });
      expect(two.error.message).toContain('several');
    });

    it('finds each of two that are alike where the job takes the parameter that tells whose it is', async () => {
      if (provider !== 'gitlab-ci') double.declared = ['LANE', 'INTEGRATIONS_RUN_ID'];
      double.start = 'started, and the connection cut';
      for (const count of [1, 2]) {
        const { status, answer } = await trigger();
        expect([status, answer.parameters]).toEqual([0, ['LANE']]);
        expect(double.started).toHaveLength(count);
      }
      const [second, first] = await listed();
      // What waits in a queue of Jenkins has no address of its own yet.
      if (provider !== 'jenkins') expect(second.url).not.toBe(first.url);
    });

    it('is started once for a key, however often it is called', async () => {
      const first = await trigger('--run-id', 'v1');
      const again = await trigger('--run-id', 'v1');
      expect(again).toMatchObject({ status: 0, answer: { runId: first.answer.runId } });
      expect(double.started).toHaveLength(1);
      const other = await trigger('--run-id', 'v1', '--env', 'LANE=other');
      expect(other).toMatchObject({ status: 6, stdout: '', error: { code: 'CONFLICT' } });
      expect(double.started).toHaveLength(1);
    });

    it('refuses parameters that are not declared, before anything is sent', async () => {
      double.declared = ['LANE', 'TRACK'];
      const { status, stdout, error } = await trigger('--env', 'BOGUS=hidden-value');
      expect([status, stdout]).toEqual([64, '']);
      expect(error).toMatchObject({
        code: 'VALIDATION',
        field: 'environmentVariables',
        details: { unknown: ['BOGUS'] },
      });
      expect(error.hint).toMatch(/LANE and TRACK/);
      expect(JSON.stringify(error)).not.toContain('hidden-value');
      expect(double.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(0);
      expect(await listed()).toEqual([]);
      const dry = await trigger('--env', 'BOGUS=x', '--dry-run');
      expect(dry).toMatchObject({ status: 0, answer: { unknown: ['BOGUS'], declared: ['LANE', 'TRACK'] } });
      expect(await listed()).toEqual([]);
    });

    it('follows it to its end: a word that nobody knows is running', async () => {
      const phases = ['running', 'never seen before', 'waiting', 'running', 'succeeded'] as const;
      let at = 0;
      clock.waiting = () => {
        double.phase = phases[at] ?? 'succeeded';
        at += 1;
      };
      const { status, answer, stderr } = await trigger('--wait');
      expect(status, stderr).toBe(0);
      expect(answer).toMatchObject({ state: 'succeeded' });
      expect(answer.endedAt).not.toBeNull();
      for (const word of ['queued', 'running', 'waiting']) expect(stderr).toContain(word);
    });

    it.each(['failed', 'cancelled'] as const)('%s is exit 8, with the answer', async (end) => {
      clock.waiting = () => {
        double.phase = end;
      };
      const { status, answer, error } = await trigger('--wait');
      expect([status, answer.state, error.code]).toEqual([8, end, 'FAILED']);
    });

    it.each([false, true])('is cancelled when its time is over (ignored: %s)', async (ignores) => {
      double.ignoresCancel = ignores;
      clock.waiting = () => {
        if (double.phase === 'queued') double.phase = 'running';
      };
      const { status, answer, error } = await trigger('--wait', '--timeout', '30');
      expect([status, error.code]).toEqual([8, 'FAILED']);
      expect(answer).toMatchObject({ state: 'timed_out', cancelled: !ignores });
      const cancels = double.server.requests.filter(
        ({ method, path }) => method === 'POST' && /cancel|stop/.test(path),
      );
      expect(cancels.length).toBeGreaterThan(0);
      expect(cancels.length).toBeLessThan(3);
      expect((await told()).slice(0, 2)).toEqual(['cancel started', 'cancel asked']);
    });

    it('takes a failed question for no failed build', async () => {
      let asked = 0;
      clock.waiting = () => {
        asked += 1;
        double.instead = ({ method }) => {
          if (method !== 'GET' || asked > 4) return undefined;
          return asked % 2 ? { status: 500, body: '' } : { status: 429, headers: { 'retry-after': '60' }, body: '' };
        };
        if (asked > 5) double.phase = 'succeeded';
      };
      expect((await trigger('--wait')).answer.state).toBe('succeeded');
      // It comes back later than anybody waits.
      clock.waiting = () => {
        double.instead = () => ({ status: 429, headers: { 'retry-after': '600' }, body: '' });
      };
      const gone = await trigger('--wait', '--timeout', '60');
      expect(gone).toMatchObject({ status: 5, answer: { state: 'unknown' }, error: { code: 'UNDECIDED' } });
      const [{ state }] = await listed();
      expect(state, 'what is stored is what was seen').toBe('queued');
    });

    it('stops where the credential is refused meanwhile, and keeps what was seen', async () => {
      clock.waiting = () => {
        const message = provider === 'gitlab-ci' ? '401 Unauthorized' : 'Bad credentials';
        const headers = { 'www-authenticate': 'Basic realm="Jenkins"' };
        double.instead = () => ({ status: 401, json: { message }, headers });
      };
      expect(await trigger('--wait')).toMatchObject({ status: 3, error: { code: 'VERIFICATION_FAILED' } });
      expect(await listed()).toMatchObject([{ state: 'queued' }]);
    });

    it('watches, lists and cancels by the id of the run', async () => {
      const { runId } = (await trigger()).answer;
      double.phase = 'running';
      expect((await run('pipeline', 'runs', 'ios')).answer).toMatchObject([{ runId, state: 'running' }]);
      expect((await run('pipeline', 'cancel', runId)).status, 'asks first').toBe(64);
      expect(await run('pipeline', 'cancel', runId, '--yes')).toMatchObject({
        status: 0,
        answer: { state: 'cancelled' },
      });
      expect(await run('pipeline', 'cancel', runId, '--yes')).toMatchObject({ status: 6 });
      expect(await run('pipeline', 'watch', runId)).toMatchObject({ status: 8, answer: { runId, state: 'cancelled' } });
      expect(await run('pipeline', 'watch', 'run_none')).toMatchObject({ status: 7, error: { code: 'NOT_FOUND' } });
      expect((await told()).slice(0, 3)).toEqual(['cancel started', 'cancel asked', 'start started']);
    });

    it('looks what became of a cancellation whose answer was lost, and says what was refused', async () => {
      const { runId } = (await trigger()).answer;
      double.phase = 'running';
      const cancelling = ({ method, path }: { method: string; path: string }) =>
        method === 'POST' && /cancel|stop/.test(path);
      double.instead = (exchange) => {
        if (!cancelling(exchange)) return undefined;
        double.phase = 'cancelled';
        return faulty.reset();
      };
      expect(await run('pipeline', 'cancel', runId, '--yes')).toMatchObject({
        status: 0,
        answer: { state: 'cancelled' },
      });
      expect((await told()).slice(0, 2)).toEqual(['cancel uncertain', 'cancel asked']);

      double.instead = () => undefined;
      const next = (await trigger()).answer.runId;
      double.phase = 'running';
      double.instead = (exchange) => (cancelling(exchange) ? faulty.reset() : undefined);
      expect(await run('pipeline', 'cancel', next, '--yes')).toMatchObject({ status: 5, error: { code: 'UNDECIDED' } });

      const json = { message: provider === 'gitlab-ci' ? '403 Forbidden' : 'Must have admin rights to Repository.' };
      double.instead = (exchange) => (cancelling(exchange) ? { status: 403, json } : undefined);
      expect((await run('pipeline', 'cancel', next, '--yes')).status).not.toBe(0);
      expect((await told())[0]).not.toBe('cancel started');
      expect((await told())[1]).toBe('cancel asked');
    });

    it('shows its log, whole characters alone, and no credential', async () => {
      const secret = { jenkins: 'jenkinsApiToken', 'github-actions': 'accessToken', 'gitlab-ci': 'accessToken' };
      const credential = (await run('pipeline', 'show', 'ios')).answer.credentials;
      expect(secret[provider as keyof typeof secret] in { ...credential, accessToken: true }).toBe(true);
      const text = Buffer.from('Grüße\n');
      clock.waiting = () => {
        double.phase = double.phase === 'queued' ? 'running' : 'succeeded';
        double.log = [text.subarray(0, 3), text.subarray(3), Buffer.from('done\u001b[2J\n')];
      };
      const { status, stderr } = await trigger('--logs');
      expect(status).toBe(0);
      expect(stderr).toContain('Grüße');
      expect(stderr).toContain('done');
      expect(stderr).not.toContain('\u001b');
      expect(stderr).not.toContain('\ufffd');
    });
  });
