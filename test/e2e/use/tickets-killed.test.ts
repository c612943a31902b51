import { beforeEach, describe, expect, it } from 'vitest';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { faultProxy } from '../../support/fault-proxy.ts';
import { azureWithWorkItems } from '../../support/tickets/azure.ts';
import { boxAt } from '../../support/tickets/box.ts';
import type { TicketDouble } from '../../support/tickets/double.ts';
import { jiraWithIssues } from '../../support/tickets/jira.ts';
import { linearWithIssues } from '../../support/tickets/linear.ts';

/** More than a call asks. */
const mostRequests = 16;
/** So many of the statements it is killed at, evenly over the call. */
const statements = 8;

for (const [engine, name, make] of [
  [sqlite, 'jira', () => jiraWithIssues()],
  [mysql, 'linear', () => linearWithIssues()],
  [mysql, 'azure-devops', azureWithWorkItems],
] as const)
  describe(`${engine.name}: ${name}`, () => {
    let double: TicketDouble;
    let box: Sandbox;

    beforeEach(async () => {
      double = await make();
      box = await boxAt(engine, double);
    });

    const callFor = (key: string) =>
      ['ticket', 'create', 'board', '--release', key, '--link', `https://acme.test/${key}`, '--json'] as const;

    /** Kills a call when it is told to, and calls twice more. @returns how many tickets there were after the kill, and in the end */
    async function trial(key: string, killing: (kill: () => void) => Promise<Environment | undefined>) {
      const others = double.tickets.length;
      let kill = () => {};
      const env = await killing(() => kill());
      const { child, result } = box.start(env ? { env } : {}, ...callFor(key));
      kill = () => void child.kill('SIGKILL');
      const { signal } = await result;
      double.instead = () => undefined;
      const before = double.tickets.length - others;
      const next = await box.run(...callFor(key));
      const again = await box.run(...callFor(key));
      const after = double.tickets.length - others;
      expect(after, `${key}: ${next.stderr}`).toBeLessThan(2);
      // What was created is found; what may have been, and was not, is not created again where nobody would refuse it.
      if (before === 1 || name === 'linear')
        expect([next.status, again.status], `${key}: ${next.stderr}`).toEqual([0, 0]);
      expect([0, 5], next.stderr).toContain(next.status);
      if (again.status === 0) expect(double.tickets.at(-1)?.links).toHaveLength(1);
      return { isKilled: signal === 'SIGKILL', ends: `${before} ${after}` };
    }

    it('killed at any request, the next call knows, and no second ticket is created', async () => {
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
      // It was killed before and after the ticket was created, and in the end it came through.
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
  });
