import { beforeEach, describe, expect, it } from 'vitest';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { boxWith } from '../../support/messages/box.ts';
import { cutAfterPosting, type SlackDouble, slackDouble, slackSays } from '../../support/messages/slack.ts';
import { headerOf, type SmtpDouble, smtpDouble } from '../../support/messages/smtp.ts';
import { type TeamsDouble, teamsDouble } from '../../support/messages/teams.ts';
import { done } from '../../support/workspace.ts';

const release = ['--var', 'app=Acme', '--var', 'version=2.4.0', '--var', 'branch=release/2.4'];

interface Item {
  displayName: string;
  destination: string;
  outcome: string;
  runId: string;
  detail: string;
  hint: string | null;
  url: string | null;
  errorCode: string | null;
}

for (const engine of [sqlite, mysql])
  describe(engine.name, () => {
    let slack: SlackDouble;
    let smtp: SmtpDouble;
    let teams: TeamsDouble;
    let box: Sandbox;

    beforeEach(async () => {
      [slack, smtp, teams] = [await slackDouble(), await smtpDouble(), await teamsDouble()];
      const env: Environment = { ...slack.env, ...smtp.env };
      box = await boxWith(engine, env, 'slack', 'email', 'teams');
    });

    /** The answer to a call, and its exit status. */
    async function call(...args: string[]) {
      const { status, stdout, stderr } = await box.runWith({ env: teams.env }, ...args, '--json');
      const items: Item[] = stdout === '' ? [] : JSON.parse(stdout);
      const last = stderr.trimEnd().split('\n').at(-1) ?? '';
      return {
        status,
        stderr,
        items,
        error: last.startsWith('{') ? JSON.parse(last).error : undefined,
        outcomes: items.map(({ destination, outcome }) => `${destination} ${outcome}`),
      };
    }

    it('tells all that listen, each destination once under a key, and says what became of each', async () => {
      const args = ['notify', 'release_started', ...release, '--link', 'https://acme.test/r/2.4.0', '--key', '2.4.0'];
      const first = await call(...args);
      expect(first.status, first.stderr).toBe(0);
      expect(first.outcomes).toEqual([
        '#releases delivered',
        'C0123456789 delivered',
        'team@acme.test accepted',
        'boss@acme.test accepted',
        'webhook accepted',
      ]);
      expect(first.items[0]?.url).toBe('https://acme.slack.com/archives/C0RESOLVED/p1700000000.000001');
      expect(first.stderr).toContain('What is accepted was taken; whether it arrived, only a look there tells.');
      expect(slack.standing.map(({ channel }) => channel)).toEqual(['#releases', 'C0123456789']);
      expect(smtp.received.map(({ to }) => to)).toEqual(['team@acme.test', 'boss@acme.test']);
      expect(teams.started).toHaveLength(1);

      const again = await call(...args);
      expect(again.status).toBe(0);
      expect(new Set(again.items.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
      expect(again.items.map(({ runId }) => runId)).toEqual(first.items.map(({ runId }) => runId));
      expect([slack.standing.length, smtp.received.length, teams.started.length]).toEqual([2, 2, 1]);

      const runs = (await done(box.run('runs', '--category', 'communication', '--json'))).json();
      expect(runs.map(({ destination, state }: Record<string, string>) => `${destination} ${state}`).sort()).toEqual([
        '#releases delivered',
        'C0123456789 delivered',
        'b…@acme.test accepted',
        't…@acme.test accepted',
        'webhook accepted',
      ]);
      const history = await done(box.run('history', '--category', 'communication', '--json'));
      const sent = history.json().filter(({ action }: { action: string }) => action === 'send');
      expect(sent).toHaveLength(5);
      expect(history.stdout).not.toContain('team@acme.test"},{"name":"outcome');
      expect(JSON.stringify(sent)).not.toMatch(/boss@acme\.test|2\.4\.0|acme\.slack\.com/);
    });

    it('leaves one destination out of what became of another', async () => {
      slack.answers['#releases'] = slackSays('not_in_channel');
      smtp.instead = (step, to) => (step === 'RCPT' && to.startsWith('boss') ? '550 5.1.1 No such user' : undefined);
      teams.answer = () => (response) => void response.socket?.destroy();
      const { status, outcomes, error } = await call('notify', 'release_started', ...release);
      expect(outcomes).toEqual([
        '#releases refused',
        'C0123456789 delivered',
        'team@acme.test accepted',
        'boss@acme.test refused',
        'webhook uncertain',
      ]);
      expect([status, error.code]).toEqual([8, 'FAILED']);
      expect(error.message).toBe('2 of 5 messages were refused, and nobody knows whether 1 of 5 messages was sent');
    });

    it('sends once more what was refused, and what nobody knows the fate of only by force', async () => {
      slack.answers['#releases'] = cutAfterPosting;
      slack.answers['C0123456789'] = slackSays('is_archived');
      const args = ['notify', 'release_started', ...release, '--to', 'slack', '--key', 'one'];
      expect((await call(...args)).outcomes).toEqual(['#releases uncertain', 'C0123456789 refused']);
      slack.answers = {};
      const second = await call(...args);
      expect(second.outcomes).toEqual(['#releases uncertain', 'C0123456789 delivered']);
      expect([second.status, second.error.code]).toEqual([5, 'UNDECIDED']);
      expect(second.items[0]?.hint).toContain('Look there whether it has arrived');
      expect(slack.standing).toHaveLength(2);
      const forced = await call(...args, '--force');
      expect(forced.outcomes).toEqual(['#releases delivered', 'C0123456789 duplicate']);
      expect([forced.status, slack.standing.length]).toEqual([0, 3]);
      expect((await call(...args)).outcomes).toEqual(['#releases duplicate', 'C0123456789 duplicate']);
    });

    it('refuses a key that stands for another message before anything is sent', async () => {
      await call('notify', 'release_started', ...release, '--key', 'one', '--to', 'slack');
      const { status, error, items } = await call('notify', 'build_failed', ...release, '--key', 'one');
      expect([status, error.code, items]).toEqual([6, 'CONFLICT', []]);
      expect([slack.standing.length, smtp.received.length, teams.started.length]).toEqual([2, 0, 0]);
    });

    it('sends a test to those that are named, whatever they listen to, and asks first', async () => {
      await done(box.run('communication', 'update', 'email', '--notify-on', 'none'));
      const asked = await call('communication', 'test', 'email');
      expect([asked.status, asked.error.code]).toEqual([64, 'USAGE']);
      expect(smtp.received).toEqual([]);
      const { status, outcomes } = await call('communication', 'test', 'email', 'teams', '--yes');
      expect(status).toBe(0);
      expect(outcomes).toEqual(['team@acme.test accepted', 'boss@acme.test accepted', 'webhook accepted']);
      const [{ text = '' } = {}] = smtp.received;
      expect(headerOf(text, 'Subject')).toBe('Test message: nothing has to be done');
      expect(text).toContain('Tenant: Acme');
      expect(text).toContain('Integration: email');
      expect(text).toMatch(/Time: 20\d\d-\d\d-\d\dT/);
    });
  });
