import { beforeEach, describe, expect, it } from 'vitest';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { faultProxy } from '../../support/fault-proxy.ts';
import { boxWith } from '../../support/messages/box.ts';
import { posted, type SlackDouble, slackDouble } from '../../support/messages/slack.ts';

const channels = ['#releases', 'C0123456789'];
/** Two messages, of which one is killed before it stands and one behind it. */
const moments = ['before', 'behind'] as const;
/** So many of the statements it is killed at, evenly over the call. */
const statements = 6;

for (const engine of [sqlite, mysql])
  describe(engine.name, () => {
    let slack: SlackDouble;
    let box: Sandbox;

    beforeEach(async () => {
      slack = await slackDouble();
      box = await boxWith(engine, slack.env, 'slack');
    });

    const callFor = (key: string) => ['notify', 'release_started', '--var', `version=${key}`, '--key', key, '--json'];
    const standingOf = (key: string) =>
      channels.map(
        (channel) =>
          slack.standing.filter((each) => each.channel === channel && each.payload.text.includes(key)).length,
      );

    /** Kills a call when it is told to, and calls twice more: no channel has two messages, and what stands is known of. */
    async function trial(key: string, killing: (kill: () => void) => Promise<Environment | undefined>) {
      let kill = () => {};
      const env = await killing(() => kill());
      const { child, result } = box.start(env ? { env } : {}, ...callFor(key));
      kill = () => void child.kill('SIGKILL');
      const { signal } = await result;
      slack.answers = {};
      const before = standingOf(key);
      const next = await box.run(...callFor(key));
      const again = await box.run(...callFor(key));
      const after = standingOf(key);
      for (const count of after) expect(count, `${key}: ${next.stderr}`).toBeLessThan(2);
      expect([0, 5], next.stderr).toContain(next.status);
      const outcomes: string[] = again.json().map(({ outcome }: { outcome: string }) => outcome);
      for (const [index, outcome] of outcomes.entries()) {
        // What is told to have been sent stands there.
        if (outcome === 'duplicate') expect(after[index], key).toBe(1);
        else expect(outcome, key).toBe('uncertain');
      }
      return { isKilled: signal === 'SIGKILL', ends: `${before.join('')} ${after.join('')} ${outcomes.join()}` };
    }

    it('killed at a message, the next call does not send it twice', async () => {
      const ends: string[] = [];
      for (const channel of channels)
        for (const moment of moments) {
          const key = `${moment}-${channels.indexOf(channel)}`;
          const { isKilled, ends: end } = await trial(key, async (kill) => {
            slack.answers[channel] = (_exchange, stand) => {
              if (moment === 'behind') stand();
              kill();
              return posted(channel, 9);
            };
            return undefined;
          });
          expect(isKilled).toBe(true);
          ends.push(end);
        }
      expect(ends).toEqual([
        '00 01 uncertain,duplicate',
        '10 11 uncertain,duplicate',
        '10 10 duplicate,uncertain',
        '11 11 duplicate,uncertain',
      ]);
    });

    it.runIf(engine === mysql)('killed at any statement, the same', async () => {
      const whole = await faultProxy(box);
      await box.runWith({ env: whole.env }, ...callFor('whole'));
      const { sent } = whole.packets();
      const ends = new Set<string>();
      for (let n = 0; n < statements; n += 1) {
        const at = Math.ceil(sent * (0.4 + (0.6 * n) / (statements - 1)));
        const { ends: end } = await trial(`s${n}`, async (kill) => {
          const proxy = await faultProxy(box, undefined, (way, count) => {
            if (way === 'sent' && count === at) kill();
          });
          return proxy.env;
        });
        ends.add(end);
      }
      expect(ends.size, [...ends].join()).toBeGreaterThan(1);
    });
  });
