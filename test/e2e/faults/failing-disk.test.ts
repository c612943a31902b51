import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { type DiskFault, diskErrors, failingDisk } from '../../support/failing-disk.ts';
import { expectSound, judge, stateOf, trialCount, trialsOn } from '../../support/trials.ts';
import { done } from '../../support/workspace.ts';

const errors = Object.keys(diskErrors) as DiskFault['error'][];
const init = ['init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'];

/** Once, a few times, or from then on. */
const times = () => [1, 3, undefined][randomInt(3)];

test('that refuses any call of any command: what it says is true, and the next run does it', {
  timeout: 3_600_000,
}, async () => {
  const disk = await failingDisk();
  const { box, trials } = await trialsOn(sqlite);
  const rounds = trialCount(6);
  for (let n = 100; n < 100 + rounds; n += 1) {
    const trial = trials[randomInt(trials.length)];
    if (!trial) throw new Error('there are no trials');
    // The first time all is well, and counted.
    const first = await stateOf(sqlite, box);
    const clean = trial.command(n + 1_000_000, first);
    const calls = await disk.count(box, clean, ...clean.args);
    for (const share of [0.1, 0.35, 0.6, 0.85]) {
      const before = await stateOf(sqlite, box);
      const number = n + share * 1_000_000_000;
      const { args, ...options } = trial.command(number, before);
      const at = Math.max(1, Math.round(calls * (share + Math.random() * 0.2 - 0.1)));
      const fault = { error: errors[randomInt(errors.length)] ?? 'EIO', at, times: times() };
      const hindered = disk.failing(box, fault);
      const result = await box.runWith({ ...options, env: { ...options.env, ...hindered.env } }, ...args);
      try {
        judge(trial, number, result, { before, after: await stateOf(sqlite, box) });
      } catch (error) {
        throw new Error(`${JSON.stringify(fault)} of ${calls}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  await expectSound(sqlite, { box, trials });
});

test('that refuses any call of the first command: the next init completes it', { timeout: 3_600_000 }, async () => {
  const disk = await failingDisk();
  const whole = sandbox();
  const calls = await disk.count(whole, {}, ...init);
  expect(calls).toBeGreaterThan(100);
  for (let n = 0; n < trialCount(6); n += 1) {
    const box = sandbox();
    const fault = { error: errors[n % errors.length] ?? 'EIO', at: 1 + randomInt(calls), times: times() };
    const result = await box.runWith(disk.failing(box, fault), ...init);
    expect(result.stderr, JSON.stringify(fault)).not.toMatch(/unforeseen|^ +at /m);
    const again = await box.run(...init, '--json');
    expect([again.status, again.stderr, fault, result.stderr]).toMatchObject([
      0,
      expect.anything(),
      fault,
      result.stderr,
    ]);
    const state = await stateOf(sqlite, {
      ...box,
      env: { ...box.env, INTEGRATIONS_DATABASE_URL: `sqlite:${box.dataDir}/integrations.db` },
    });
    expect([state.tenants, state.kids.length]).toEqual([['Acme'], 1]);
    expect((await done(box.run('doctor', '--json'))).status).toBe(0);
    rmSync(box.root, { recursive: true });
  }
});
