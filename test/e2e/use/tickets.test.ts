import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { azureWithWorkItems } from '../../support/tickets/azure.ts';
import { boxAt, setTemplate } from '../../support/tickets/box.ts';
import { type Creation, markOfKey, type TicketDouble } from '../../support/tickets/double.ts';
import { jiraWithIssues } from '../../support/tickets/jira.ts';
import { linearWithIssues } from '../../support/tickets/linear.ts';

/** What is waited for passes at once, and on the clock. */
const clock = vi.hoisted(() => ({ waits: [] as number[] }));
vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    clock.waits.push(ms);
  },
}));

const doubles: Record<string, () => Promise<TicketDouble>> = {
  'Jira Cloud': () => jiraWithIssues(),
  'Jira Data Center': () => jiraWithIssues({ isCloud: false }),
  'Linear, an issue': () => linearWithIssues(),
  'Linear, a project': () => linearWithIssues({ hasProject: false }),
  'Azure DevOps': azureWithWorkItems,
};

for (const engine of [sqlite, mysql])
  describe.each(Object.entries(doubles))(`${engine.name}: %s`, (name, make) => {
    let double: TicketDouble;
    let box: Sandbox;
    const refusesSecond = name.startsWith('Linear');

    beforeEach(async () => {
      double = await make();
      box = await boxAt(engine, double);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      clock.waits = [];
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
    const create = (...flags: string[]) => run('ticket', 'create', 'board', '--release', '2.4.0', ...flags);
    const find = (key = '2.4.0') => run('ticket', 'find', 'board', '--key', key);
    const close = (...flags: string[]) => run('ticket', 'close', 'board', '--key', '2.4.0', ...flags);
    const listed = async () => (await run('runs', '--category', 'ticket')).answer;

    it('creates, finds and closes a ticket, and notes each change without its texts', async () => {
      const { status, answer, stderr } = await create('--title', 'Big one');
      expect(status, stderr).toBe(0);
      const [ticket] = double.tickets;
      expect(ticket?.title).toBe('Big one');
      expect(answer).toMatchObject({
        ...{ result: 'created', kind: 'ticket', category: 'ticket', displayName: 'board', key: '2.4.0' },
        ...{ state: 'open', providerRunId: ticket?.key, release: '2.4.0', endedAt: null },
      });
      expect(answer.url).toMatch(/^https?:\/\//);
      expect(await listed()).toMatchObject([{ runId: answer.runId, state: 'open' }]);
      const found = await find();
      expect([found.status, found.answer]).toMatchObject([
        0,
        { result: 'existing', runId: answer.runId, state: 'open' },
      ]);
      const closed = await close();
      expect([closed.status, closed.stderr.includes('error:')]).toEqual([0, false]);
      expect(closed.answer).toMatchObject({ result: 'closed', state: 'done', runId: answer.runId });
      expect(closed.answer.providerState).toBe(ticket?.status);
      expect(closed.answer.endedAt).not.toBeNull();
      expect((await close()).answer).toMatchObject({ result: 'unchanged', state: 'done' });
      const events = (await run('history', '--limit', '2')).answer;
      expect(events).toMatchObject([
        { action: 'close', category: 'ticket', command: 'ticket close' },
        { action: 'start', category: 'ticket', command: 'ticket create' },
      ]);
      expect(JSON.stringify(events)).not.toContain('Big one');
    });

    it('creates one for a key, whatever the title is the second time', async () => {
      const first = (await create()).answer;
      const asked = double.server.requests.length;
      const second = await create('--title', 'Another');
      expect([second.status, second.answer]).toMatchObject([0, { result: 'existing', runId: first.runId }]);
      expect(double.server.requests.length, 'what is stored is not asked for').toBe(asked);
      expect((await create('--key', 'rc1')).answer.result).toBe('created');
      expect(double.tickets).toHaveLength(2);
    });

    it('takes the ticket that bears the mark, though nothing is stored of it', async () => {
      await create();
      await engine.sql(box, 'DELETE FROM tenant_integration_runs');
      const { status, answer } = await create();
      expect([status, answer.result, answer.providerRunId]).toEqual([0, 'existing', double.tickets[0]?.key]);
      await engine.sql(box, 'DELETE FROM tenant_integration_runs');
      expect((await close()).answer).toMatchObject({ result: 'closed', state: 'done' });
      expect(double.tickets).toHaveLength(1);
      expect(await listed()).toHaveLength(1);
    });

    it.each<[Creation, number]>([
      ['created, and the connection cut', 0],
      ['created, and a fault told', 0],
      ['created, and nothing told', 0],
    ])('%s: it is looked up', async (creation, expected) => {
      double.creation = creation;
      const { status, answer, stderr } = await create();
      expect([status, answer?.state], stderr).toEqual([expected, 'open']);
      expect(double.tickets).toHaveLength(1);
      expect((await create()).answer.result).toBe('existing');
    });

    it.each<Creation>(['connection cut', 'fault'])('%s: nobody knows, and nothing is sent again', async (creation) => {
      double.creation = creation;
      const { status, answer, error } = await create();
      expect([status, answer.state]).toEqual([5, 'unknown']);
      expect(error.hint).toContain('integrations ticket find board --key 2.4.0');
      expect((await find()).status).toBe(5);
      expect((await close()).status).toBe(6);
      double.creation = 'created';
      const again = await create();
      expect([again.status, double.tickets.length]).toEqual(refusesSecond ? [0, 1] : [5, 0]);
      expect((await create('--key', '2.4.0-2')).answer.result).toBe('created');
    });

    it.each<[Creation, number, string]>([
      ['input refused', 64, 'VALIDATION'],
      ['forbidden', 8, 'FAILED'],
      ['credential refused', 3, 'VERIFICATION_FAILED'],
      ['throttled', 5, 'UNDECIDED'],
    ])('%s: nothing was created, and the next call may create it', async (creation, status, code) => {
      double.creation = creation;
      const failed = await create();
      expect([failed.status, failed.stdout, failed.error?.code]).toEqual([status, '', code]);
      expect(failed.stderr).not.toMatch(/echo/i);
      expect(await listed()).toMatchObject([{ state: creation === 'throttled' ? 'not_sent' : 'refused' }]);
      double.creation = 'created';
      expect((await create()).answer.result).toBe('created');
      expect(await listed()).toHaveLength(1);
    });

    it('lets the ticket lead to the release, once', async () => {
      const link = 'https://releases.acme.test/2.4.0';
      await create('--link', link);
      expect(double.tickets[0]?.links).toEqual([{ url: link, title: 'Release 2.4.0' }]);
      await create('--link', link);
      expect(double.tickets[0]?.links).toHaveLength(1);
      await create('--link', `${link}/notes`);
      expect(double.tickets[0]?.links.map(({ url }) => url)).toContain(`${link}/notes`);
    });

    it('shows what it would send, and sends nothing', async () => {
      const { status, answer } = await create('--dry-run');
      expect([status, answer.title, answer.existing]).toEqual([0, 'Release 2.4.0', null]);
      expect(JSON.stringify(answer.request.body)).toContain('Release 2.4.0');
      expect(double.tickets).toEqual([]);
      expect(await listed()).toEqual([]);
      const [{ id, tenantId }] = (await run('ticket', 'list')).answer;
      expect(answer.mark).toBe(markOfKey(tenantId, id, '2.4.0'));
      await create();
      expect((await create('--dry-run')).answer.existing.providerRunId).toBe(double.tickets[0]?.key);
    });

    it('puts values into the template as text, whatever they hold', async () => {
      await setTemplate(box, {
        title: 'Release {{version}} of {{branch}}',
        description: 'Notes:\n\n- {{branch}}\n\nSee {{releaseUrl}} {{{{x}}',
      });
      const branch = 'a"b{{version}}<script>alert(1)</script>';
      const { status, stderr } = await create('--var', `branch=${branch}`, '--link', 'https://acme.test/r?a=1&b=2');
      expect(status, stderr).toBe(0);
      expect(double.tickets[0]?.title).toBe(`Release 2.4.0 of ${branch}`);
      const sent = JSON.stringify(double.tickets[0]?.sent);
      if (name === 'Azure DevOps') {
        expect(sent).not.toContain('<script>alert(1)</script></li>');
        expect(sent).toContain('&lt;script&gt;');
        expect(sent).toContain('<a href=\\"https://acme.test/r?a=1&amp;b=2\\">');
      }
      expect(sent).toContain('{{x}}');
    });

    it.runIf(engine === sqlite).each([
      [{ title: 'R', description: '{{branch}}' }, /epicTemplate\.description names \{\{branch\}\}/],
      [{ title: ['R'] }, /epicTemplate\.title is not a text/],
      [{ title: 'a\nb' }, /epicTemplate\.title has a line break/],
      [{ title: 'a'.repeat(256) }, /longer than 255/],
      [{ title: '{{ }}' }, /without the name of a variable/],
      [{ title: 'R', nonsense: true }, /epicTemplate sets nonsense/],
    ])('refuses the template %j before anything is sent', async (template, message) => {
      await setTemplate(box, template);
      const { status, error } = await create();
      expect([status, error.message]).toEqual([64, expect.stringMatching(message)]);
      expect(double.tickets).toEqual([]);
      expect(await listed()).toEqual([]);
    });

    it('finds no ticket where there is none', async () => {
      expect([(await find()).status, (await close()).status]).toEqual([7, 7]);
    });

    it('does nothing with what is disabled', async () => {
      await run('ticket', 'disable', 'board');
      expect((await create()).status).toBe(6);
    });
  });
