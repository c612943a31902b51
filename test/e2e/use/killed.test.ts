import { beforeEach, describe, expect, it } from 'vitest';
import { boxAt } from '../../support/builds/box.ts';
import type { Double } from '../../support/builds/double.ts';
import { githubWithRuns } from '../../support/builds/github.ts';
import { gitlabWithPipelines } from '../../support/builds/gitlab.ts';
import { jenkinsWithBuilds } from '../../support/builds/jenkins.ts';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { faultProxy } from '../../support/fault-proxy.ts';

/** More than a start asks. */
const mostRequests = 16;
/** So many of the statements it is killed at, evenly over the call. */
const statements = 8;

const enterprise = () => githubWithRuns({ details: false });
const gitlab = async () => (await gitlabWithPipelines()) as Double;
/** Whose a build is tells a parameter that the job declares. */
const marked = ['LANE', 'INTEGRATIONS_RUN_ID'];

for (const [engine, name, make, declared] of [
  [sqlite, 'github-actions', githubWithRuns, marked],
  [mysql, 'jenkins', jenkinsWithBuilds, marked],
  [mysql, 'github-actions that tells no run, with a marker', enterprise, marked],
  [sqlite, 'gitlab-ci', gitlab, []],
  [mysql, 'gitlab-ci with inputs', gitlab, ['LANE']],
] as const)
  describe(`${engine.name}: ${name}`, () => {
    let double: Double;
    let box: Sandbox;

    beforeEach(async () => {
      double = (await make()) as Double;
      double.declared = [...declared];
      box = await boxAt(engine, double);
    });

    const callFor = (key: string) => {
      // What an earlier trial left open is not what is tried.
      const flags = ['--run-id', key, '--env', `LANE=${key}`, '--force', '--json'];
      return ['pipeline', 'trigger', 'ios', ...flags] as const;
    };

    /** Kills a call when it is told to, and calls twice more. @returns how many builds there were after the kill, and in the end */
    async function trial(key: string, killing: (kill: () => void) => Promise<Environment | undefined>) {
      const others = double.started.length;
      let kill = () => {};
      const env = await killing(() => kill());
      const { child, result } = box.start(env ? { env } : {}, ...callFor(key));
      kill = () => void child.kill('SIGKILL');
      const { signal } = await result;
      double.instead = () => undefined;
      const before = double.started.length - others;
      const next = await box.run(...callFor(key));
      const again = await box.run(...callFor(key));
      const after = double.started.length - others;
      expect(after, `${key}: ${next.stderr}`).toBeLessThan(2);
      // What was started is found; what may have been, and was not, is not started again.
      if (before === 1) expect([next.status, again.status], `${key}: ${next.stderr}`).toEqual([0, 0]);
      expect([0, 5], next.stderr).toContain(next.status);
      return { isKilled: signal === 'SIGKILL', ends: `${before} ${after}` };
    }

    it('killed at any request, the next call knows, and no second build is started', async () => {
      const ends: string[] = [];
      for (let n = 1; n <= mostRequests; n += 1) {
        const end = await trial(`v${n}`, async (kill) => {
          let count = 0;
          double.instead = () => {
            count += 1;
            // The request is here, and its answer comes to nobody.
            if (count === n) kill();
            return undefined;
          };
          return undefined;
        });
        ends.push(end.ends);
        if (!end.isKilled) break;
      }
      // It was killed before and after the build was started, and in the end it came through.
      expect(ends).toContain('0 1');
      expect(ends.filter((each) => each === '1 1').length).toBeGreaterThan(1);
      expect(ends.length).toBeLessThan(mostRequests);
    });

    it.runIf(engine === mysql)('killed at any statement, the same', async () => {
      const whole = await faultProxy(box);
      await box.runWith({ env: whole.env }, ...callFor('whole'));
      const { sent } = whole.packets();
      const ends: string[] = [];
      for (let n = 0; n < statements; n += 1) {
        const at = Math.ceil(sent * (0.4 + (0.6 * n) / (statements - 1)));
        const end = await trial(`s${n}`, async (kill) => {
          const proxy = await faultProxy(box, undefined, (way, count) => {
            if (way === 'sent' && count === at) kill();
          });
          return proxy.env;
        });
        ends.push(end.ends);
      }
      expect(new Set(ends).size, ends.join()).toBeGreaterThan(1);
    });

    it('killed when the cancellation is sent, the history tells that it was asked for', async () => {
      const { runId } = (await box.run(...callFor('v1'))).json();
      double.phase = 'running';
      let kill = () => {};
      double.instead = ({ method }) => {
        if (method === 'POST') kill();
        return undefined;
      };
      const { child, result } = box.start({}, 'pipeline', 'cancel', runId, '--yes');
      kill = () => void child.kill('SIGKILL');
      expect((await result).signal).toBe('SIGKILL');
      const [event] = (await box.run('history', '--limit', '1', '--json')).json();
      expect(event).toMatchObject({ action: 'cancel', command: 'pipeline cancel' });
      expect(event.fields).toContainEqual({ name: 'outcome', before: null, after: 'asked' });
      expect(event.fields).toContainEqual({ name: 'runId', before: null, after: runId });
      double.instead = () => undefined;
      // What became of it is what the provider says.
      const [seen] = (await box.run('pipeline', 'runs', 'ios', '--json')).json();
      expect(seen).toMatchObject({ runId, state: double.phase });
    });

    it('is told by doctor and status as long as nobody knows', async () => {
      double.start = 'started, and the connection cut';
      let isGone = false;
      const headers = { 'www-authenticate': 'Basic realm="Jenkins"' };
      double.instead = ({ method }) => {
        const isRefused = isGone && method === 'GET';
        isGone ||= method === 'POST';
        return isRefused ? { status: 401, json: { message: 'Bad credentials' }, headers } : undefined;
      };
      const { status, stdout } = await box.run(...callFor('v1'));
      expect(status).toBe(5);
      const { runId } = JSON.parse(stdout);
      const ofRuns = async () => (await box.run('doctor', '--json')).json().filter(({ id }: Item) => id === 'runs');
      expect(await ofRuns()).toMatchObject([{ severity: 'warning', count: 1, rows: [{ id: runId }] }]);
      expect((await box.run('status', '--json')).json().unresolvedRuns).toEqual([runId]);
      expect((await box.run('status')).stdout).toMatch(/nobody knows what became of 1 run/);
      double.instead = () => undefined;
      const [found] = (await box.run('pipeline', 'runs', 'ios', '--json')).json();
      expect(found).toMatchObject({ runId, key: 'v1' });
      expect(found.state).not.toBe('unknown');
      expect(await ofRuns()).toMatchObject([{ severity: 'ok' }]);
    });

    it('is followed in a process of its own, and left alone by Ctrl-C', async () => {
      const { child, result } = box.start({}, ...callFor('v1'), '--wait');
      await new Promise<void>((resolve) => {
        let seen = '';
        child.stderr.on('data', (text: Buffer) => {
          seen += text;
          if (seen.includes('queued')) resolve();
        });
      });
      child.kill('SIGINT');
      const { status, stdout, stderr } = await result;
      expect([status, stdout]).toEqual([130, '']);
      expect(stderr).toMatch(
        /goes on\. Follow it: integrations pipeline watch run_\w+; cancel it: integrations pipeline cancel/,
      );
      expect(double.phase).not.toBe('cancelled');
    });
  });

interface Item {
  id: string;
}
