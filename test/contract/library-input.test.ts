import { join } from 'node:path';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Build,
  IntegrationsError,
  type Message,
  openIntegrations,
  type Run,
  type Tenant,
  type Ticket,
} from '../../src/library/index.ts';
import { atEnd } from '../support/at-end.ts';
import { boxAt } from '../support/builds/box.ts';
import { jenkinsWithBuilds } from '../support/builds/jenkins.ts';
import { sqlite } from '../support/engines.ts';
import { slackDouble } from '../support/messages/slack.ts';
import { addCommand } from '../support/samples.ts';
import { setTemplate } from '../support/tickets/box.ts';
import { jiraWithIssues } from '../support/tickets/jira.ts';
import { addSample, done } from '../support/workspace.ts';

/* What a program without types may give is refused before anything is sent or stored, as the error that every call fails with. */

/** Without types: anything may be called with anything. */
// biome-ignore lint/suspicious/noExplicitAny: that is what a program without types is
type Untyped = any;

let acme: Tenant;
let sent: () => number;

beforeAll(async () => {
  const jenkins = await jenkinsWithBuilds();
  const jira = await jiraWithIssues();
  const slack = await slackDouble();
  const box = await boxAt(sqlite, jenkins);
  const { args, env } = addCommand(jira.provider, 'board', ...jira.flags);
  await done(box.runWith({ env }, ...args));
  await setTemplate(box, { title: 'Release {{version}}' });
  await addSample(box, 'slack', 'team');
  const integrations = await openIntegrations({
    database: box.env['INTEGRATIONS_DATABASE_URL'] ?? '',
    keys: { file: join(box.configDir, 'keyring.json') },
    actor: { account: 'ops@acme.test', purpose: 'release-service' },
    environment: { ...jenkins.env, ...jira.env, ...slack.env },
  });
  atEnd(() => integrations.close());
  acme = integrations.tenant('Acme');
  sent = () => jenkins.started.length + jira.tickets.length + slack.standing.length;
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const [event, release] = [{ event: 'release_started' }, { release: '2.4.0' }];
const control = 'a\u0007b';

describe.each<[string, (tenant: Untyped) => unknown, string, string]>([
  ['a misspelled option of a build', (t) => t.pipelines.trigger('ios', { forse: true }), 'USAGE', 'forse'],
  ['an act that a build does not know', (t) => t.pipelines.trigger('ios', { dryRun: true }), 'USAGE', 'dryRun'],
  ['an unknown way of starting', (t) => t.pipelines.trigger('ios', {}, { caller: 'x' }), 'USAGE', 'caller'],
  ['no request', (t) => t.pipelines.trigger('ios', null), 'USAGE', 'request'],
  ['no options', (t) => t.pipelines.trigger('ios', {}, null), 'USAGE', 'options'],
  ['a word for true', (t) => t.pipelines.trigger('ios', {}, { allowHttp: 'no' }), 'VALIDATION', 'allowHttp'],
  ['no signal', (t) => t.pipelines.cancel('x', { signal: {} }), 'USAGE', 'signal'],
  ['options that are null', (t) => t.pipelines.cancel('x', null), 'USAGE', 'options'],
  ['a blank key of a build', (t) => t.pipelines.trigger('ios', { key: ' ' }), 'VALIDATION', 'key'],
  ['a control character in it', (t) => t.pipelines.trigger('ios', { key: control }), 'VALIDATION', 'key'],
  ['an act that a message does not know', (t) => t.notify({ ...event, dryRun: true }), 'USAGE', 'dryRun'],
  ['nothing to tell', (t) => t.notify(), 'USAGE', 'notification'],
  ['null to tell', (t) => t.notify(null), 'USAGE', 'notification'],
  ['no event', (t) => t.notify({}), 'VALIDATION', 'event'],
  ['nobody who sends', (t) => t.notify({ ...event, to: [] }), 'USAGE', 'to'],
  ['a variable that is no text', (t) => t.notify({ ...event, variables: { a: 1 } }), 'VALIDATION', 'variables'],
  ['a word for force', (t) => t.notify({ ...event, force: 'no' }), 'VALIDATION', 'force'],
  ['a blank key of a message', (t) => t.notify({ ...event, key: ' ' }), 'VALIDATION', 'key'],
  ['a control character there', (t) => t.notify({ ...event, key: control }), 'VALIDATION', 'key'],
  ['nothing to try', (t) => t.communication.test(), 'USAGE', 'refs'],
  ['none to try', (t) => t.communication.test([]), 'USAGE', 'refs'],
  ['an unknown option of a ticket', (t) => t.tickets.createTicket('board', { ...release, x: 1 }), 'USAGE', 'x'],
  ['no ticket', (t) => t.tickets.createTicket('board'), 'USAGE', 'request'],
  ['a blank key', (t) => t.tickets.createTicket('board', { ...release, key: ' ' }), 'VALIDATION', 'key'],
  ['a control character', (t) => t.tickets.createTicket('board', { release: control }), 'VALIDATION', 'release'],
  [
    'a link that runs',
    (t) => t.tickets.createTicket('board', { ...release, link: 'javascript:alert(1)' }),
    'VALIDATION',
    'link',
  ],
  ['no ticket to close', (t) => t.tickets.closeTicket('board'), 'USAGE', 'asked'],
  ['no key to find', (t) => t.tickets.findTicket('board'), 'VALIDATION', 'key'],
  ['an unknown way of storing', (t) => t.scm.create({}, { dryRun: true }), 'USAGE', 'dryRun'],
  ['an unknown way of removing', (t) => t.scm.remove('github', { dryRun: true }), 'USAGE', 'dryRun'],
  ['null to remove with', (t) => t.scm.remove('github', null), 'USAGE', 'options'],
  ['an unknown way of applying', (t) => t.apply('', { dryRun: true }), 'USAGE', 'dryRun'],
  ['an unknown way of asking', (t) => t.verify({ timout: 1 }), 'USAGE', 'timout'],
  ['no list of refs', (t) => t.scm.verify(7), 'USAGE', 'refs'],
  ['an unknown filter', (t) => all(t.scm.list({ typ: 'GITHUB' })), 'USAGE', 'typ'],
  ['an unknown filter of a page', (t) => t.scm.page({ typ: 'GITHUB' }), 'USAGE', 'typ'],
  ['an unknown filter of runs', (t) => all(t.runs({ kind: 'build' })), 'USAGE', 'kind'],
  ['an unknown filter of builds', (t) => all(t.pipelines.runs('ios', { state: 'x' })), 'USAGE', 'state'],
  ['an unknown filter of the history', (t) => all(t.history({ actor: 'x' })), 'USAGE', 'actor'],
])('%s', (_, call, code, field) => {
  test('is refused by a promise, and nothing is sent or stored', async () => {
    const history = (await all(acme.history())).length;
    const outcome = call(acme);
    expect(outcome).toBeInstanceOf(Promise);
    const error = await (outcome as Promise<unknown>).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(IntegrationsError);
    expect(error).toMatchObject({ code, field });
    expect([sent(), await all(acme.runs()), (await all(acme.history())).length]).toEqual([0, [], history]);
  });
});

test('names what is unknown, and what was meant', async () => {
  const { pipelines } = acme;
  const misspelled = { environmentVariable: {} } as object;
  await expect(pipelines.trigger('ios', misspelled)).rejects.toMatchObject({
    message: 'request has no "environmentVariable"',
    hint: 'Is "environmentVariables" meant?',
  });
  await expect(pipelines.trigger('ios', { kye: 'x' } as object)).rejects.toMatchObject({
    message: 'request has no "kye"',
    hint: 'It may have ref, environmentVariables, key, buildTimeout and force.',
  });
});

test('a key that looks the same is the same, whatever it is given to', async () => {
  const [typed, composed] = [' cafe\u0301 ', 'caf\u00e9'];
  const { pipelines, tickets } = acme;
  const build = await pipelines.trigger('ios', { key: typed });
  expect(build.key).toBe(composed);
  expect((await pipelines.trigger('ios', { key: composed })).runId).toBe(build.runId);
  const ticket = await tickets.createTicket('board', { ...release, key: typed });
  expect(ticket.key).toBe(composed);
  expect(await tickets.createTicket('board', { ...release, key: composed })).toMatchObject({ result: 'existing' });
  const first = await acme.notify({ ...event, key: typed });
  expect(first.map(({ outcome }) => outcome)).not.toContain('duplicate');
  const again = await acme.notify({ ...event, key: composed });
  expect(again.map(({ outcome }) => outcome)).toEqual(first.map(() => 'duplicate'));
  const told = (await all(acme.runs())).map((run) => {
    switch (run.kind) {
      case 'build':
        return run.parameters;
      case 'message':
        return run.event;
      default:
        return run.release;
    }
  });
  expect(new Set(told.map(String))).toEqual(new Set(['LANE', 'release_started', '2.4.0']));
});

test('the kind of a run says what else it has', () => {
  expectTypeOf<Extract<Run, { kind: 'build' }>>().toEqualTypeOf<Build>();
  expectTypeOf<Extract<Run, { kind: 'message' }>>().toEqualTypeOf<Message>();
  expectTypeOf<Extract<Run, { kind: 'ticket' }>>().toEqualTypeOf<Ticket>();
});
