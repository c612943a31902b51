import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { boxWith } from '../../support/messages/box.ts';
import { type SlackAnswer, type SlackDouble, slackDouble, slackSays } from '../../support/messages/slack.ts';
import { done } from '../../support/workspace.ts';

/** What is waited for passes at once. */
const waits = vi.hoisted(() => [] as number[]);
vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => void waits.push(ms),
}));

describe('what was not sent', () => {
  let slack: SlackDouble;
  let box: Sandbox;

  beforeEach(async () => {
    slack = await slackDouble();
    box = await boxWith(sqlite, slack.env, 'slack');
    await done(box.run('communication', 'update', 'slack', '--channel', '#releases'));
    waits.length = 0;
  });

  async function call(env = {}) {
    const { status, stdout } = await runHere(box, { env }, 'notify', 'build_failed', '--key', 'one', '--json');
    const [item] = JSON.parse(stdout);
    return { status, outcome: item.outcome, errorCode: item.errorCode };
  }
  const limited = (seconds: string): SlackAnswer =>
    slackSays('ratelimited', { status: 429, headers: { 'retry-after': seconds } });
  const asked = () => slack.server.requests.filter(({ method }) => method === 'POST').length;

  it('is sent again when its provider says that it may be, at most twice', async () => {
    const twice = [limited('2'), limited('3')];
    const standing: SlackAnswer = (_exchange, stand) => {
      stand();
      return { json: { ok: true, channel: 'C1', ts: '1.1' } };
    };
    slack.answers['#releases'] = (exchange, stand) => (twice.shift() ?? standing)(exchange, stand);
    expect(await call()).toEqual({ status: 0, outcome: 'delivered', errorCode: null });
    expect([waits, slack.standing.length]).toEqual([[2_000, 3_000], 1]);
  });

  it('is reported after the third time, and sent by the next call under its key', async () => {
    slack.answers['#releases'] = limited('1');
    expect(await call()).toEqual({ status: 5, outcome: 'not_sent', errorCode: 'RATE_LIMITED' });
    expect([waits, asked()]).toEqual([[1_000, 1_000], 3]);
    slack.answers = {};
    expect(await call()).toMatchObject({ status: 0, outcome: 'delivered' });
    expect(slack.standing).toHaveLength(1);
  });

  it('is not waited for longer than anybody would', async () => {
    slack.answers['#releases'] = limited('300');
    expect(await call()).toMatchObject({ status: 5, outcome: 'not_sent' });
    expect([waits, asked()]).toEqual([[], 1]);
  });

  it('is sent again where nobody answered the connection', async () => {
    const nobody = { INTEGRATIONS_SLACK_API_URL: 'http://127.0.0.1:9/api' };
    expect(await call(nobody)).toEqual({ status: 5, outcome: 'not_sent', errorCode: 'UNREACHABLE' });
    expect(waits).toEqual([1_000, 1_000]);
  });

  it('is never what may have arrived', async () => {
    slack.answers['#releases'] = (_exchange, stand) => {
      stand();
      return { status: 503, headers: { 'retry-after': '1' }, body: 'no' };
    };
    expect(await call()).toMatchObject({ status: 5, outcome: 'uncertain' });
    expect([waits, asked(), slack.standing.length]).toEqual([[], 1, 1]);
  });
});
