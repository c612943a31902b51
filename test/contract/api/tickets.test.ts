import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openIntegrations } from '../../../src/library/index.ts';
import { type Api, startApi } from '../../support/api.ts';
import { atEnd } from '../../support/at-end.ts';
import { sqlite } from '../../support/engines.ts';
import { addCommand } from '../../support/samples.ts';
import { setTemplate } from '../../support/tickets/box.ts';
import type { TicketDouble } from '../../support/tickets/double.ts';
import { jiraWithIssues } from '../../support/tickets/jira.ts';
import { done } from '../../support/workspace.ts';

/* What the command line creates, created over the API and by a program: that has all of it in `e2e/use/tickets.test.ts`. */

vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => void vi.setSystemTime(Date.now() + ms),
}));

let jira: TicketDouble;
let api: Api;
let path: string;

beforeEach(async () => {
  jira = await jiraWithIssues();
  api = await startApi(sqlite, {}, jira.env);
  const { args, env } = addCommand(jira.provider, 'board', ...jira.flags);
  const { id } = (await done(api.box.runWith({ env }, ...args, '--json'))).json();
  await setTemplate(api.box, { title: 'Release {{version}} of {{app}}' });
  path = `tickets/${id}/epics`;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => void vi.useRealTimers());

async function tickets() {
  const integrations = await openIntegrations({
    database: api.box.env['INTEGRATIONS_DATABASE_URL'] ?? '',
    keys: { file: join(api.box.configDir, 'keyring.json') },
    actor: { account: 'ops@acme.test', purpose: 'release-service' },
    environment: jira.env,
  });
  atEnd(() => integrations.close());
  return integrations.tenant('Acme').tickets;
}

const request = { release: '2.4.0', variables: { app: 'Acme' } };
const create = (body: object = request, headers: Record<string, string> = {}) =>
  api.ask('POST', path, { body, headers });

test('one is created for a key, found and closed, whichever door it came by', async () => {
  const made = await create();
  expect([made.status, made.json.result, made.json.state], made.text).toEqual([200, 'created', 'open']);
  expect(jira.tickets.map(({ title }) => title)).toEqual(['Release 2.4.0 of Acme']);
  const { runId } = made.json;
  expect((await create()).json).toMatchObject({ result: 'existing', runId });
  const program = await tickets();
  expect(await program.createTicket('board', request)).toMatchObject({ result: 'existing', runId });
  expect((await api.ask('GET', `${path}?key=2.4.0`)).json).toMatchObject({ runId, state: 'open', key: '2.4.0' });
  const close = () => api.ask('POST', `${path}/close`, { body: { key: '2.4.0' } });
  expect((await close()).json).toMatchObject({ result: 'closed', state: 'done', runId });
  expect((await close()).json).toMatchObject({ result: 'unchanged' });
  expect(await program.closeTicket('board', { key: '2.4.0' })).toMatchObject({ result: 'unchanged', runId });
  expect(await program.findTicket('board', '2.4.0')).toMatchObject({ state: 'done' });
  expect((await api.ask('GET', 'runs?category=ticket')).json.items).toMatchObject([{ runId, release: '2.4.0' }]);
  expect(jira.tickets).toHaveLength(1);
});

test('an Idempotency-Key creates one epic, and is told when it is settled', async () => {
  const headers = { 'idempotency-key': 'epic-1' };
  jira.creation = 'throttled';
  expect((await create(request, headers)).status).toBe(503);
  jira.creation = 'created';
  const made = await create(request, headers);
  expect([made.status, made.json.result, made.headers.get('idempotency-replayed')]).toEqual([200, 'created', null]);
  const again = await create(request, headers);
  expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([200, made.text, 'true']);
  expect(await create({ ...request, release: '2.5.0' }, headers)).toMatchObject({
    status: 422,
    json: { code: 'VALIDATION', errors: [{ field: 'Idempotency-Key' }] },
  });
  expect(jira.tickets).toHaveLength(1);
});

test('one that may have been created is told as unknown, and created no second time', async () => {
  jira.creation = 'connection cut';
  for (const count of [1, 2]) {
    // Looked up anew each time: what is unknown is kept under no key.
    const told = await create(request, { 'idempotency-key': 'epic-1' });
    expect([told.status, told.json.result, told.json.state], `${count}: ${told.text}`).toEqual([200, null, 'unknown']);
    expect(told.headers.get('idempotency-replayed')).toBeNull();
  }
  const closing = await api.ask('POST', `${path}/close`, { body: { key: '2.4.0' } });
  expect(closing).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
});

test.each([
  ['input refused', 422, 'VALIDATION'],
  ['credential refused', 422, 'VERIFICATION_FAILED'],
  ['throttled', 503, 'UNDECIDED'],
] as const)('%s: the problem has the code of the command line', async (creation, status, code) => {
  jira.creation = creation;
  expect(await create()).toMatchObject({ status, json: { code } });
  jira.creation = 'created';
  expect((await create()).json).toMatchObject({ result: 'created' });
});

test('what does not fit is refused, and nothing is sent', async () => {
  const asked = jira.server.requests.length;
  expect(await create({ release: '2.4.0' })).toMatchObject({ status: 422, json: { code: 'VALIDATION' } });
  expect(await create({ ...request, link: 'ftp://acme.test' })).toMatchObject({ status: 422 });
  expect(await create({ ...request, variables: { 'a b': 'x' } })).toMatchObject({ status: 422 });
  expect(jira.server.requests).toHaveLength(asked);
  expect(await api.ask('GET', `${path}?key=none`)).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  expect(await api.ask('GET', path)).toMatchObject({ status: 422, json: { errors: [{ field: 'key' }] } });
});
