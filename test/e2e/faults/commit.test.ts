import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunningCli, Sandbox } from '../../support/cli.ts';
import { type Engine, forEachServer, sqlite } from '../../support/engines.ts';
import { proxyFor } from '../../support/proxy.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

/* A run that ends while it stores, or between two things that it stores. */

const add = ['tenant', 'add', 'New'];
const unknown = 'It is not known whether the change was stored: integrations history shows it.';

async function isThere(engine: Engine, box: Sandbox): Promise<boolean> {
  return (await engine.sql(box, "SELECT 1 AS found FROM tenants WHERE displayName = 'New'")).length > 0;
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while COMMIT is under way', (signal, status) => {
  forEachServer((engine) => {
    test('is told what became of it', async () => {
      const box = await workspace(engine);
      let running: RunningCli | undefined;
      // COMMIT goes on once the signal has arrived: its answer is what the command waits for then.
      const by = () => running?.child.kill(signal) && sleep(500);
      const { env } = await proxyFor(box, { strike: { at: /COMMIT/, by } });
      running = box.start({ env }, ...add);
      const ended = await running.result;
      expect(ended).toMatchObject({ status, stdout: '', stderr: 'Cancelled. The change was stored before that.\n' });
      expect(await isThere(engine, box)).toBe(true);
    });

    test('that is never answered: not known, after five seconds', async () => {
      const box = await workspace(engine);
      let running: RunningCli | undefined;
      const strike = { at: /COMMIT/, by: () => running?.child.kill(signal) };
      const { env } = await proxyFor(box, { strike, mute: /COMMIT/ });
      running = box.start({ env }, ...add);
      expect(await running.result).toMatchObject({ status, stdout: '', stderr: `Cancelled. ${unknown}\n` });
      expect(await isThere(engine, box)).toBe(true);
    });

    test('and comes a second time: not known, at once', async () => {
      const box = await workspace(engine);
      let running: RunningCli | undefined;
      let second = Number.POSITIVE_INFINITY;
      const twice = async () => {
        running?.child.kill(signal);
        await sleep(200);
        second = performance.now();
        running?.child.kill(signal);
      };
      const { env } = await proxyFor(box, { strike: { at: /COMMIT/, by: twice }, mute: /COMMIT/ });
      running = box.start({ env }, ...add);
      expect(await running.result).toMatchObject({ status, stderr: `Cancelled. ${unknown}\n` });
      // Less than the five seconds for which one alone is waited for.
      expect(performance.now() - second).toBeLessThan(4_000);
    });

    test('of a change that another one blocks: nothing is stored, which is all that is said', async () => {
      const box = await workspace(engine);
      let running: RunningCli | undefined;
      const { env } = await proxyFor(box, { strike: { at: /insert into/i, by: () => running?.child.kill(signal) } });
      running = box.start({ env }, ...add);
      expect(await running.result).toMatchObject({ status, stderr: 'Cancelled.\n' });
      expect(await isThere(engine, box)).toBe(false);
    });
  });
});

test('an error after the first of several changes says what was stored', async () => {
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  // Whatever is sealed anew is refused.
  await sqlite.sql(
    box,
    `CREATE TRIGGER no_reseal BEFORE UPDATE OF accessToken ON tenant_scm_integrations
     BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  const error = await refused(box.run('key', 'rotate', '--json'));
  expect(error.hint).toMatch(/Stored before that: the key \S+, which seals from now on\.$/);
  await sqlite.sql(box, 'DROP TRIGGER no_reseal');
  await done(box.run('key', 'rotate'));
});
