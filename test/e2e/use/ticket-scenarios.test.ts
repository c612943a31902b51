import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { page } from '../../support/provider-server.ts';
import { azureWithWorkItems } from '../../support/tickets/azure.ts';
import { boxAt, setTemplate } from '../../support/tickets/box.ts';
import type { TicketDouble } from '../../support/tickets/double.ts';
import { epicNameField, jiraWithIssues } from '../../support/tickets/jira.ts';
import { linearWithIssues } from '../../support/tickets/linear.ts';

const clock = vi.hoisted(() => ({ waits: [] as number[] }));
vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    clock.waits.push(ms);
  },
}));
afterEach(() => void vi.useRealTimers());

/** A box at a double, and its three verbs. */
async function at<Double extends TicketDouble>(made: Promise<Double>, template?: object) {
  const double = await made;
  const box = await boxAt(sqlite, double, template);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  clock.waits = [];
  const verb =
    (name: string, ...always: string[]) =>
    (...flags: string[]) =>
      run(box, 'ticket', name, 'board', ...always, ...flags);
  return {
    double,
    box,
    create: verb('create', '--release', '2.4.0'),
    find: verb('find', '--key', '2.4.0'),
    close: verb('close', '--key', '2.4.0'),
  };
}

async function run(box: Sandbox, ...args: string[]) {
  const { status, stdout, stderr } = await runHere(box, {}, ...args, '--json');
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  return {
    status,
    stderr,
    answer: stdout === '' ? undefined : JSON.parse(stdout),
    error: last.startsWith('{') ? JSON.parse(last).error : undefined,
  };
}

describe('Jira', () => {
  it('fills in the Epic Name where the type has one, by its kind and not by its name', async () => {
    const { double, create } = await at(jiraWithIssues());
    await create('--key', 'without');
    expect(double.tickets[0]?.sent).not.toHaveProperty('customfield_10042');
    double.fields = [...double.fields, epicNameField];
    await create();
    expect(double.tickets[1]?.sent).toMatchObject({ summary: 'Release 2.4.0', customfield_10042: 'Release 2.4.0' });
  });

  it('says that a field is not on the screen', async () => {
    const { double, create } = await at(jiraWithIssues());
    double.creation = 'input refused';
    double.errors = {
      customfield_10042: "Field 'customfield_10042' cannot be set. It is not on the appropriate screen.",
    };
    const { status, error } = await create();
    expect([status, error.code]).toEqual([8, 'FAILED']);
    expect(error.message).toContain('customfield_10042 cannot be set');
    expect(error.message).not.toContain('appropriate');
  });

  it.each([
    ['by the level, whatever the language', [{ id: '7', name: 'Épopée', hierarchyLevel: 1 }], '7', undefined],
    ['by the untranslated name', [{ id: '8', name: 'Épopée', untranslatedName: 'Epic' }], '8', undefined],
    ['by the name that is stored', [{ id: '9', name: 'Initiative', hierarchyLevel: 2 }], '9', 'initiative'],
    ['by the id that is stored', [{ id: '12', name: 'x' }], '12', '12'],
  ])('chooses the type %s', async (_, types, id, stored) => {
    const { double, box, create } = await at(jiraWithIssues());
    double.types = [{ id: '3', name: 'Tâche', hierarchyLevel: 0 }, ...types];
    if (stored) await run(box, 'ticket', 'update', 'board', '--default-issue-type', stored);
    const { status, stderr } = await create();
    expect(status, stderr).toBe(0);
    expect(double.tickets[0]?.sent).toMatchObject({ issuetype: { id } });
  });

  it('lists the types where none or several could be meant', async () => {
    const { double, create } = await at(jiraWithIssues());
    double.types = [{ id: '3', name: 'Tâche', hierarchyLevel: 0 }];
    const none = await create();
    expect([none.status, none.error.hint]).toEqual([7, expect.stringContaining('Tâche (3)')]);
    double.types = [
      { id: '4', name: 'Epic', hierarchyLevel: 1 },
      { id: '5', name: 'Saga', hierarchyLevel: 1 },
    ];
    const several = await create();
    expect([several.status, several.error.message]).toEqual([64, expect.stringContaining('Epic (4) and Saga (5)')]);
    expect(several.error.hint).toContain('integrations ticket update board');
  });

  it.each([true, false])('reads types and fields on several pages (Cloud: %s)', async (isCloud) => {
    const { double, create } = await at(jiraWithIssues({ isCloud }));
    double.pageSize = 1;
    double.fields = [...double.fields, epicNameField];
    expect((await create()).status).toBe(0);
    expect(double.tickets[0]?.sent).toMatchObject({ issuetype: { id: '10000' }, customfield_10042: 'Release 2.4.0' });
  });

  it('names the fields that are missing, and what they may hold', async () => {
    const { double, box, create } = await at(jiraWithIssues());
    const values = ['iOS', 'Android'].map((value) => ({ id: value, value }));
    const team = { fieldId: 'customfield_7', name: 'Team', required: true, schema: {}, allowedValues: values };
    double.fields = [...double.fields, team, { ...team, fieldId: 'customfield_8', hasDefaultValue: true }];
    const { status, stderr, error } = await create();
    expect([status, error.message]).toEqual([64, expect.stringContaining('needs Team (customfield_7)')]);
    expect(error.details.missing).toEqual([{ id: 'customfield_7', name: 'Team', allowed: ['iOS', 'Android'] }]);
    expect(error.hint, stderr).toContain('integrations ticket update board');
    await setTemplate(box, { summary: 'R', customfield_7: { value: 'iOS' } });
    expect((await create()).status).toBe(0);
    expect(double.tickets[0]?.sent).toMatchObject({ customfield_7: { value: 'iOS' } });
  });

  it('finds what the search shows only after 20 seconds', async () => {
    const { double, create } = await at(jiraWithIssues());
    double.creation = 'created, and the connection cut';
    double.blindSearches = 4;
    expect((await create()).status).toBe(0);
    expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBe(20_000);
    expect(double.tickets).toHaveLength(1);
  });

  it('does not believe an empty search, and finds it later', async () => {
    const { double, create, find } = await at(jiraWithIssues());
    double.creation = 'created, and the connection cut';
    double.blindSearches = 20;
    expect((await create()).status).toBe(5);
    double.creation = 'created';
    expect((await create()).status).toBe(5);
    double.blindSearches = 0;
    expect((await find()).answer).toMatchObject({ state: 'open', providerRunId: 'MOB-1' });
    expect((await create()).answer.result).toBe('existing');
    expect(double.tickets).toHaveLength(1);
  });

  it('asks which of several ways to take, and takes the one that is named', async () => {
    const { double, create, close } = await at(jiraWithIssues());
    double.ways = [...double.ways, { id: '41', name: 'Drop', to: "Won't do", isDone: true }];
    await create();
    const { status, error } = await close();
    expect([status, error.hint]).toEqual([64, expect.stringContaining('"Finish" or "Drop"')]);
    expect((await close('--to', 'nowhere')).status).toBe(64);
    expect((await close('--to', "won't do")).answer).toMatchObject({ result: 'closed', providerState: "Won't do" });
  });

  it('says what a step asks for, and that none leads there', async () => {
    const { double, create, close } = await at(jiraWithIssues());
    await create();
    double.ways = [{ id: '31', name: 'Finish', to: 'Done', isDone: true, asks: 'resolution' }];
    const asked = await close();
    expect([asked.status, asked.error.message]).toEqual([8, expect.stringContaining('asks for resolution')]);
    double.ways = [{ id: '31', name: 'Finish', to: 'Done', isDone: true, isAvailable: false }];
    expect((await close()).status).toBe(8);
    expect(double.tickets[0]?.status).toBe('To Do');
  });

  it('refuses a label with a space, and a type without labels', async () => {
    const { double, box, create } = await at(jiraWithIssues(), { labels: ['mobile release'] });
    const { status, error } = await create();
    expect([status, error.message]).toEqual([64, expect.stringContaining('"mobile release" has a space')]);
    await setTemplate(box, { labels: ['mobile', 'mobile'] });
    double.fields = double.fields.filter(({ fieldId }) => fieldId !== 'labels');
    expect((await create()).error.message).toContain('no labels');
    expect(double.tickets).toEqual([]);
  });

  it('warns where the link may not be set, and the ticket is there', async () => {
    const { double, create } = await at(jiraWithIssues());
    double.refusesLinks = true;
    const { status, answer, stderr } = await create('--link', 'https://acme.test/r');
    expect([status, answer.result]).toEqual([0, 'created']);
    expect(stderr).toContain('the link is not on it');
    expect(double.tickets[0]?.links).toEqual([]);
    double.refusesLinks = false;
    await create('--link', 'https://acme.test/r');
    expect(double.tickets[0]?.links).toHaveLength(1);
  });

  it('takes text of Cloud as a document, of Data Center as markup, and no value as either', async () => {
    const template = { description: 'Of {{branch}}:\n- one\n- {{branch}}\n\nSee https://acme.test/x.' };
    const branch = 'a*b{c}\n- d';
    const cloud = await at(jiraWithIssues(), template);
    await cloud.create('--var', `branch=${branch}`);
    const text = (words: string) => ({ type: 'text', text: words });
    const lines = (lead: string) => [text(`${lead}a*b{c}`), { type: 'hardBreak' }];
    const item = (content: object[]) => ({ type: 'listItem', content: [{ type: 'paragraph', content }] });
    expect(cloud.double.tickets[0]?.sent).toMatchObject({
      description: {
        type: 'doc',
        version: 1,
        content: [
          { type: 'paragraph', content: [...lines('Of '), text('- d:')] },
          { type: 'bulletList', content: [item([text('one')]), item([...lines(''), text('- d')])] },
          {
            type: 'paragraph',
            content: [
              text('See '),
              { ...text('https://acme.test/x'), marks: [{ type: 'link', attrs: { href: 'https://acme.test/x' } }] },
              text('.'),
            ],
          },
        ],
      },
    });
    vi.useRealTimers();
    const server = await at(jiraWithIssues({ isCloud: false }), template);
    await server.create('--var', `branch=${branch}`);
    const marked = 'a\\*b\\{c\\}\\\\ \\- d';
    expect(server.double.tickets[0]?.sent).toMatchObject({
      description: `Of ${marked}:\n- one\n- ${marked}\n\nSee https://acme.test/x.`,
    });
  });

  it('is not deceived by several that bear the mark', async () => {
    const { double, box, create } = await at(jiraWithIssues());
    await create();
    await sqlite.sql(box, 'DELETE FROM tenant_integration_runs');
    double.tickets.push({ ...(double.tickets[0] as object), id: '9100', key: 'MOB-100' } as never);
    const { status, error } = await create();
    expect([status, error.message]).toEqual([6, expect.stringContaining('MOB-1 and MOB-100')]);
    expect(double.tickets).toHaveLength(2);
  });
});

describe('Linear', () => {
  it.each([false, true])('takes a conflict for what it sent before (with 200: %s)', async (conflictsWith200) => {
    const { double, box, create } = await at(linearWithIssues());
    double.conflictsWith200 = conflictsWith200;
    await create();
    await sqlite.sql(box, 'DELETE FROM tenant_integration_runs');
    let asked = 0;
    // Shown to nobody until it is there twice.
    double.instead = ({ body }) => {
      asked += 1;
      double.hides = !body.includes('mutation') && asked < 3;
      return undefined;
    };
    const { status, answer, stderr } = await create();
    expect([status, answer?.state], stderr).toEqual([0, 'open']);
    expect(double.tickets).toHaveLength(1);
  });

  it.each(['trashed', 'hidden'])('says that one is there and %s, and creates no other', async (how) => {
    const { double, box, create, close } = await at(linearWithIssues());
    await create();
    await sqlite.sql(box, 'DELETE FROM tenant_integration_runs');
    if (how === 'hidden') double.hides = true;
    else Object.assign(double.tickets[0] as object, { trashed: true });
    const { status, answer, error } = await create();
    expect([status, answer.state, error.code]).toEqual([6, 'trashed', 'CONFLICT']);
    expect((await create()).status).toBe(6);
    expect((await close()).status).toBe(how === 'hidden' ? 7 : 6);
    expect(double.tickets).toHaveLength(1);
  });

  it('sends labels by their ids, and says which there is not', async () => {
    const { double, box, create } = await at(linearWithIssues(), { labels: ['release'] });
    await create('--key', 'one');
    expect(double.tickets[0]?.sent).toMatchObject({ labelIds: ['l1'] });
    for (const label of ['relaese', 'Kind', 'web']) {
      await setTemplate(box, { labels: [label] });
      const { status, error } = await create();
      expect([status, error.message]).toEqual([64, expect.stringContaining(`no label "${label}"`)]);
      if (label === 'relaese') expect(error.hint).toContain('"release"');
    }
  });

  it('creates the other kind where the template says so', async () => {
    const { double, create } = await at(linearWithIssues(), { kind: 'project', content: '# {{x}}' });
    await create('--var', 'x=a_b [c](d)\n- e');
    expect(double.tickets[0]).toMatchObject({ kind: 'project', sent: { name: 'Release 2.4.0' } });
    expect(double.tickets[0]?.sent).toMatchObject({ content: '# a\\_b \\[c\\](d)\n\\- e' });
  });

  it('closes as "Done", else as the first that is done, or as --to says, and sends no labels', async () => {
    const { double, create, close } = await at(linearWithIssues());
    const more = [
      { id: 's3', name: 'Done', type: 'completed', position: 9 },
      { id: 's4', name: 'Dropped', type: 'canceled', position: 3 },
    ];
    double.states = [...double.states, ...more];
    await create();
    expect((await close('--to', 'Dropped')).status).toBe(64);
    expect((await close()).answer.providerState).toBe('Done');
    Object.assign(double.tickets[0] as object, { status: 'Todo' });
    double.states = double.states.filter(({ name }) => name !== 'Done');
    expect((await close()).answer.providerState).toBe('Shipped');
    expect(double.server.requests.filter(({ body }) => /Close.*labelIds/s.test(body))).toEqual([]);
  });
});

describe('Azure DevOps', () => {
  it('names the fields that a rule stands against, and what they may hold', async () => {
    const { double, create } = await at(azureWithWorkItems());
    double.rule = { code: 'TF401320', fields: ['Microsoft.VSTS.Common.Priority'] };
    const { status, stderr, error } = await create();
    expect([status, error.message]).toEqual([
      64,
      expect.stringMatching(/Microsoft\.VSTS\.Common\.Priority \(TF401320\)/),
    ]);
    expect(stderr).not.toContain('echoed');
    expect(double.tickets).toEqual([]);
  });

  it('says that the area is not there', async () => {
    const { double, create } = await at(azureWithWorkItems(), { 'System.AreaPath': 'Mobile\\Nowhere' });
    double.creation = 'input refused';
    const { status, error } = await create();
    expect([status, error.message]).toEqual([64, expect.stringContaining('TF401347')]);
  });

  it('sends an area with one backslash, and tags in one text', async () => {
    const { double, create } = await at(azureWithWorkItems(), {
      'System.Title': '{{version}}',
      'System.AreaPath': 'Mobile\\Sprint 1',
      labels: ['a', 'b'],
    });
    const { status, stderr } = await create();
    expect(status, stderr).toBe(0);
    expect(double.tickets[0]?.sent).toEqual([
      { op: 'add', path: '/fields/System.Title', value: '2.4.0' },
      { op: 'add', path: '/fields/System.Tags', value: expect.stringMatching(/^a; b; integrations-[0-9a-f]{12}$/) },
      { op: 'add', path: '/fields/System.AreaPath', value: 'Mobile\\Sprint 1' },
    ]);
  });

  it('lists the types where there is no Epic, and takes one that is called otherwise', async () => {
    const { double, create } = await at(azureWithWorkItems());
    double.types = [{ name: 'Bug', referenceName: 'Microsoft.VSTS.WorkItemTypes.Bug' }];
    const { status, error } = await create();
    expect([status, error.hint]).toEqual([7, expect.stringContaining('It has Bug')]);
    double.types = [{ name: 'Epic', isDisabled: true }];
    expect((await create()).status).toBe(7);
  });

  it('takes the sign-in page for a refused token, and another page for nothing', async () => {
    const { double, create } = await at(azureWithWorkItems());
    double.instead = () => ({ ...page, status: 203 });
    expect((await create()).status).toBe(3);
    double.instead = ({ method, path, query }) =>
      method === 'POST' && path.endsWith('$Epic') && !query.has('validateOnly') ? { ...page, status: 400 } : undefined;
    expect((await create()).status, 'it may have handed the request on').toBe(5);
  });

  it('asks which of several states, and says what rules and others did', async () => {
    const { double, create, close } = await at(azureWithWorkItems());
    await create();
    double.rulesStates = true;
    double.rule = { code: 'TF401320', fields: ['System.Reason'] };
    const ruled = await close();
    expect([ruled.status, ruled.error.message]).toEqual([8, expect.stringContaining('System.Reason (TF401320)')]);
    double.rule = undefined;
    double.states = [...double.states, { name: 'Shipped', category: 'Completed' }];
    expect((await close()).error.hint).toContain('"Geschlossen" or "Shipped"');
    double.instead = ({ method }) => {
      if (method === 'PATCH') Object.assign(double.tickets[0] as object, { rev: 99 });
      return undefined;
    };
    const meanwhile = await close('--to', 'Shipped');
    expect([meanwhile.status, meanwhile.error.message]).toEqual([8, expect.stringContaining('412')]);
    double.instead = () => undefined;
    expect((await close('--to', 'shipped')).answer).toMatchObject({ result: 'closed', providerState: 'Shipped' });
  });
});

describe('closing', () => {
  it('whose answer is lost is looked at, and told as it is', async () => {
    const { double, create, close } = await at(jiraWithIssues());
    await create();
    double.instead = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/transitions')) return undefined;
      Object.assign(double.tickets[0] as object, { status: 'Done' });
      return { status: 502, body: 'Bad Gateway' };
    };
    expect((await close()).answer).toMatchObject({ result: 'closed', state: 'done' });
    Object.assign(double.tickets[0] as object, { status: 'To Do' });
    double.instead = ({ method, path }) =>
      method === 'POST' && path.endsWith('/transitions') ? { status: 502, body: 'Bad Gateway' } : undefined;
    const { status, error } = await close();
    expect([status, error.code]).toEqual([5, 'UNDECIDED']);
  });

  it('tells of one that people have opened again, and of one that is gone', async () => {
    const { double, create, find, close } = await at(jiraWithIssues());
    await create();
    await close();
    Object.assign(double.tickets[0] as object, { status: 'In Progress' });
    expect((await find()).answer).toMatchObject({ state: 'open', endedAt: null, providerState: 'In Progress' });
    double.tickets.length = 0;
    expect([(await find()).status, (await close()).status]).toEqual([7, 7]);
  });
});
