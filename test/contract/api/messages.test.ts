import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openIntegrations } from '../../../src/library/index.ts';
import { type Api, startApi } from '../../support/api.ts';
import { atEnd } from '../../support/at-end.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { cutAfterPosting, type SlackDouble, slackDouble, slackSays } from '../../support/messages/slack.ts';
import { addSample } from '../../support/workspace.ts';

/* What the command line sends, sent over the API and by a program: that has all of it in `e2e/use/messages.test.ts`. */

let slack: SlackDouble;
let api: Api;
let id: string;

beforeEach(async () => {
  slack = await slackDouble();
  api = await startApi(sqlite, {}, slack.env);
  ({ id } = await addSample(api.box, 'slack', 'team'));
});

async function tenant() {
  const integrations = await openIntegrations({
    database: api.box.env['INTEGRATIONS_DATABASE_URL'] ?? '',
    keys: { file: join(api.box.configDir, 'keyring.json') },
    actor: { account: 'ops@acme.test', purpose: 'release-service' },
    environment: slack.env,
  });
  atEnd(() => integrations.close());
  return integrations.tenant('Acme');
}

const notify = (body: object, headers: Record<string, string> = {}, token = api.token) =>
  api.ask('POST', 'notify', { body, headers, token });
const event = { event: 'release_started', variables: { app: 'Acme', version: '2.4.0' } };
const outcomesOf = (reports: { destination: string; outcome: string }[]) =>
  reports.map(({ destination, outcome }) => `${destination} ${outcome}`);
const [delivered, duplicate] = ['delivered', 'duplicate'].map((outcome) => [
  `#releases ${outcome}`,
  `C0123456789 ${outcome}`,
]);

test('all that listen get it once under its key, whichever door it came by', async () => {
  const first = await notify({ ...event, key: '2.4.0' });
  expect([first.status, outcomesOf(first.json)], first.text).toEqual([200, delivered]);
  expect(outcomesOf((await notify({ ...event, key: '2.4.0' })).json)).toEqual(duplicate);
  expect(outcomesOf(await (await tenant()).notify({ ...event, key: '2.4.0' }))).toEqual(duplicate);
  const args = ['--var', 'app=Acme', '--var', 'version=2.4.0', '--key', '2.4.0'];
  const { stdout } = await runHere(api.box, {}, 'notify', 'release_started', ...args, '--json');
  expect(outcomesOf(JSON.parse(stdout))).toEqual(duplicate);
  expect(slack.standing).toHaveLength(2);
  const other = await notify({ event: 'build_failed', key: '2.4.0' });
  expect(other).toMatchObject({ status: 409, json: { code: 'CONFLICT', errors: [{ field: 'key' }] } });
  const runs = (await api.ask('GET', 'runs?category=communication')).json.items;
  expect(runs).toMatchObject([{ kind: 'message', event: 'release_started' }, { state: 'delivered' }]);
});

test('an Idempotency-Key sends it once, for its caller alone', async () => {
  const headers = { 'idempotency-key': 'release-1' };
  expect(outcomesOf((await notify(event, headers)).json)).toEqual(delivered);
  expect(outcomesOf((await notify(event, headers)).json)).toEqual(duplicate);
  expect(await notify({ event: 'build_failed' }, headers)).toMatchObject({
    status: 422,
    json: { code: 'VALIDATION', errors: [{ field: 'Idempotency-Key' }] },
  });
  expect(slack.standing).toHaveLength(2);
  expect(outcomesOf((await notify(event, headers, await api.tokenFor('use'))).json)).toEqual(delivered);
});

test('what a destination refused, or what nobody knows, is in its report', async () => {
  slack.answers = { '#releases': cutAfterPosting, C0123456789: slackSays('is_archived') };
  const told = await notify({ ...event, key: 'one', to: [id] });
  expect([told.status, outcomesOf(told.json)]).toEqual([200, ['#releases uncertain', 'C0123456789 refused']]);
  expect(told.json[0].hint).toContain('Look there whether it has arrived');
  slack.answers = {};
  const forced = await notify({ ...event, key: 'one', to: [id], force: true });
  expect(outcomesOf(forced.json)).toEqual(delivered);
});

test('a test message goes to each destination of one', async () => {
  const told = await api.ask('POST', `communication/${id}/test`);
  expect([told.status, outcomesOf(told.json)], told.text).toEqual([200, delivered]);
  expect(outcomesOf(await (await tenant()).communication.test('team'))).toEqual(delivered);
  expect(slack.standing.every(({ payload }) => payload.text.startsWith('Test message'))).toBe(true);
});

test('an Idempotency-Key sends a test message once', async () => {
  const send = (key: string) => api.ask('POST', `communication/${id}/test`, { headers: { 'idempotency-key': key } });
  const first = await send('trial-1');
  const again = await send('trial-1');
  expect(again).toMatchObject({ status: 200, text: first.text });
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect(slack.standing).toHaveLength(2);
  expect(outcomesOf((await send('trial-2')).json)).toEqual(delivered);
  expect(slack.standing).toHaveLength(4);
});

test.each<[string, object, string]>([
  ['no event', { event: 'Not An Event' }, 'event'],
  ['no address', { ...event, link: 'ftp://acme.test' }, 'link'],
  ['no variable', { event: 'release_started', variables: { 'a b': 'x' } }, 'variables'],
])('%s is refused, and nothing is sent', async (_, body, field) => {
  expect(await notify(body)).toMatchObject({ status: 422, json: { code: 'VALIDATION', errors: [{ field }] } });
  expect(slack.server.requests).toEqual([]);
});

test('names none of another tenant', async () => {
  const token = await api.tokenFor('use', '--all-tenants');
  const path = `/api/v1/${api.tenants.bmce}/integrations/notify`;
  const foreign = await api.ask('POST', path, { body: { ...event, to: [id] }, token });
  expect(foreign).toMatchObject({ status: 422, json: { code: 'VALIDATION', errors: [{ field: 'to' }] } });
  const absent = await api.ask('POST', path, { body: { ...event, to: ['comm_none'] }, token });
  expect([absent.status, absent.json.detail]).toEqual([422, foreign.json.detail]);
  expect((await api.ask('POST', path, { body: event, token })).json).toEqual([]);
  expect(slack.server.requests).toEqual([]);
});
