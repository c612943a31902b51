import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { forEachEngine } from '../../support/engines.ts';
import { expectSound, judge, stateOf, type Trial, trialCount, trialsOn } from '../../support/trials.ts';
import { done } from '../../support/workspace.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGHUP', 'SIGPIPE'] as const;
const statuses: Readonly<Record<string, number[]>> = {
  SIGINT: [0, 130],
  SIGTERM: [0, 143],
  SIGSTOP: [0],
  SIGPIPE: [0],
};

/** `FAULT_TRIALS=100` tries so many an engine. */
forEachEngine((engine) => {
  test('at any moment of what writes: no lie, no half, and the next run does it', { timeout: 3_600_000 }, async () => {
    const { box, trials } = await trialsOn(engine);
    const [first] = trials as [Trial];
    const { args: adding, ...given } = first.command(0, await stateOf(engine, box));
    const start = performance.now();
    await done(box.runWith(given, ...adding));
    const usual = performance.now() - start;
    for (let n = 100; n < 100 + trialCount(8); n += 1) {
      const before = await stateOf(engine, box);
      const possible = trials.filter(({ canRun }) => canRun?.(before) ?? true);
      const trial = possible[randomInt(possible.length)] as Trial;
      const signal = signals[randomInt(signals.length)] ?? 'SIGINT';
      const { args, ...options } = trial.command(n, before);
      const { child, result } = box.start({ timeout: 120_000, ...options }, ...args);
      await Promise.race([sleep(usual * 1.2 * Math.random()), result]);
      child.kill(signal);
      if (signal === 'SIGSTOP') {
        await sleep(randomInt(300));
        child.kill('SIGCONT');
      }
      // The second one may come at any time after the first.
      if (signal === 'SIGINT' && randomInt(3) === 0) setTimeout(() => child.kill('SIGINT'), randomInt(20));
      const ended = await result;
      // Before Node listens, a signal ends it as it ends anything.
      const expected = statuses[signal];
      if (expected && ended.signal === null) {
        expect(expected, `${trial.name} ${signal}: ${ended.stderr}`).toContain(ended.status);
      }
      judge(trial, n, ended, { before, after: await stateOf(engine, box) });
    }
    await expectSound(engine, { box, trials });
  });
});
