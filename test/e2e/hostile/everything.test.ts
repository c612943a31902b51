import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { FieldValue } from '../../../src/core/field.ts';
import { providers } from '../../../src/providers/index.ts';
import { endsWithin } from '../../support/bounds.ts';
import type { CliResult, Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { list } from '../../support/list.ts';
import { fixtureOf } from '../../support/provider-fixtures.ts';
import type { Exchange, Handler } from '../../support/provider-server.ts';
import {
  addThere,
  mailPassword,
  populated,
  providerWorld,
  steadyToken,
  type World,
} from '../../support/provider-world.ts';
import { credentialFlags, sampleOf, samples } from '../../support/samples.ts';
import { tracer } from '../../support/traces.ts';
import { done, eachOf } from '../../support/workspace.ts';
import { type Hostile, hostileAnswers } from './answers.ts';
import { thieves } from './thieves.ts';

/*
 * Every provider, on every surface that asks it something, with every hostile answer: each credential is a canary that
 * nothing printed or stored may hold, in no encoding, and nothing at all may reach whoever listens elsewhere.
 *
 * Of each kind all answers are hostile once, and once those of a quarter of the paths, so that the calls after a first
 * good one are met too; HOSTILE=whole tries each quarter.
 */

const quarters = process.env['HOSTILE'] === 'whole' ? [0, 1, 2, 3] : undefined;
const kinds = Object.entries(hostileAnswers);

const find = tracer([
  ...samples.flatMap(({ provider, credentials }) =>
    credentials.map(({ column, core }) => ({ name: `${column} of ${provider}`, value: core })),
  ),
  { name: 'the token of the SCM', value: steadyToken },
  { name: 'the password of the mail server', value: mailPassword },
  { name: "Google's token", value: 'ya29.granted-for-an-hour' },
]);

let world: World;
let box: Sandbox;
let elsewhere: Awaited<ReturnType<typeof thieves>>;

beforeAll(async () => {
  // A redirect to the same origin leads on to a thief.
  const onwards = ({ path }: Exchange) => ({
    status: 307,
    headers: { location: decodeURIComponent(/^\/hostile\/([^/]+)$/.exec(path)?.[1] ?? '/nowhere') },
  });
  world = await providerWorld({ elsewhere: onwards });
  ({ box } = await populated(sqlite, world));
  elsewhere = await thieves(world.server.url);
});

// In this process nobody else takes the proxies and the certificate out of the environment.
beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) vi.stubEnv(name, undefined);
  return () => vi.unstubAllEnvs();
});

/** Puts the hostile answer in the place of all good ones, or of those of a quarter of the paths. */
function play(hostile: Hostile, quarter?: number): void {
  let turn = 0;
  const isMeant = ({ path }: Exchange) => quarter === undefined || quarterOf(path) === quarter;
  world.through((handler: Handler) => async (exchange) => {
    const good = typeof handler === 'function' ? await handler(exchange) : handler;
    if (typeof good === 'function' || !isMeant(exchange)) return good;
    const thief = elsewhere.urls[turn++ % elsewhere.urls.length] ?? '';
    return hostile(good, exchange, thief);
  });
}

function quarterOf(path: string): number {
  return [...path].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7) % 4;
}

/** What a command printed is clean, whatever it was. */
function clean(what: string, { stdout, stderr }: Pick<CliResult, 'stdout' | 'stderr'>): void {
  expect([what, find(`${stdout}\n${stderr}`)]).toEqual([what, []]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
  const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  expect([what, obeyed.exec(stdout + stderr)?.[0]]).toEqual([what, undefined]);
}

const timeoutMs = 1_000;
/** Everything is asked at once; what comes after `--timeout` is for the pages of answers and the machine. */
const bound = 30_000;

async function run(statuses: readonly number[], options: { input?: string; env?: object }, ...args: string[]) {
  const result = await endsWithin(bound, runHere(box, options as { env?: Record<string, string> }, ...args));
  clean(args.join(' '), result);
  expect([args.join(' '), result.stdout.length + result.stderr.length < 200_000]).toEqual([args.join(' '), true]);
  expect([args.join(' '), statuses.includes(result.status ?? -1), result.stderr]).toEqual([
    ...[args.join(' '), true, result.stderr],
  ]);
  return result;
}

const verify = ['verify', '--all-tenants', '--concurrency', '32', '--timeout', String(timeoutMs / 1000), '--debug'];

async function verifyAll(...more: string[]): Promise<void> {
  const { stdout } = await run([0, 3, 5], {}, ...verify, ...more, '--json');
  const items: { outcome: string }[] = JSON.parse(stdout);
  expect(items).toHaveLength(samples.length + 3);
  for (const { outcome } of items) expect(['valid', 'invalid', 'expired', 'undecided']).toContain(outcome);
}

function hostOf(text: string | undefined): string {
  return (text === undefined ? undefined : URL.parse(text)?.host) ?? '';
}

/** Whatever a form lists. */
async function listAll(): Promise<void> {
  const asked = providers.flatMap((provider) => Object.keys(provider.listings).map((field) => ({ provider, field })));
  const thiefHosts = elsewhere.urls.map(hostOf);
  await Promise.all(
    asked.map(async ({ provider, field }) => {
      const listed = await endsWithin(
        bound,
        list(provider, field, valuesOf(provider.name), { env: world.env, timeoutMs }),
      );
      clean(`${provider.name} ${field}`, { stdout: JSON.stringify(listed), stderr: '' });
      if ('reason' in listed) return expect(listed.reason.length).toBeLessThan(2_000);
      // What is picked is stored, and is where the credential goes from then on.
      const addresses = provider.fields.filter(({ kind }) => kind === 'url').map(({ name }) => name);
      const picked = listed.choices.flatMap(({ value, also }) => Object.entries({ ...also, [field]: value }));
      const stolen = picked.filter(([name, text]) => addresses.includes(name) && thiefHosts.includes(hostOf(text)));
      expect([provider.name, field, stolen]).toEqual([provider.name, field, []]);
    }),
  );
}

function valuesOf(name: string): Record<string, FieldValue> {
  const { stored, credentials } = sampleOf(name);
  const scm = providers.find((each) => each.name === name)?.scm;
  return {
    ...(scm ? valuesOf(scm) : {}),
    ...(stored as Record<string, FieldValue>),
    ...Object.fromEntries(credentials.map(({ column, value }) => [column, value])),
    ...fixtureOf(name).there?.values(world.server.url),
  };
}

const withCredentials = samples.filter(({ credentials }) => credentials.length > 0);
const addable = samples.filter(({ category }) => category === 'ticket' || category === 'communication');

/** What is asked before it is stored: a new one, a rotation, a change, and what a manifest brings. */
async function storeSome(index: number): Promise<void> {
  const sample = withCredentials[index % withCredentials.length] ?? sampleOf('github');
  const tenant = sample.category === 'pipeline' ? 'Pipes' : 'Acme';
  const { flags, env } = credentialFlags(sample);
  const more = ['--tenant', tenant, '--timeout', '1', '--debug'];
  await run([0, 3, 5], { env }, sample.category, 'rotate', sample.provider, ...flags, ...more);
  await run([0, 3, 5, 6], { env }, sample.category, 'update', sample.provider, ...flags, '--verify', ...more);

  const fresh = addable[index % addable.length] ?? sampleOf('linear');
  const { args, env: ofFresh } = addThere(world, fresh.provider, 'fresh');
  await run([0, 3, 5], { env: ofFresh }, ...args, '--verify', '--timeout', '1', '--debug');
  await run([0, 7], {}, fresh.category, 'remove', 'fresh', '--yes');

  const item = { name: 'fresh', type: 'linear', linearApiKey: 'env:SAMPLE_LINEARAPIKEY', linearTeamId: 'MOB' };
  const input = stringify({ tenant: 'Acme', tickets: [item] });
  const ofLinear = credentialFlags(sampleOf('linear')).env;
  await run([0, 3, 5], { input, env: ofLinear }, 'apply', '-f', '-', '--verify', '--debug', '--json');
  await run([0], {}, 'ticket', 'remove', 'fresh', '--yes');
}

test.each(kinds.map(([name, hostile], index) => [name, hostile, index] as const))('%s', async (_, hostile, index) => {
  play(hostile);
  await verifyAll();
  await listAll();
  await storeSome(index);
  for (const quarter of quarters ?? [index % 4]) {
    play(hostile, quarter);
    await verifyAll();
    await listAll();
  }
  expect(elsewhere.got()).toEqual([]);
  const { host } = new URL(world.server.url);
  expect([...new Set(world.server.requests.map(({ headers }) => headers['host']))]).toEqual([host]);
  expect(world.server.requests.filter(({ headers }) => 'cookie' in headers)).toEqual([]);
});

test('what others print of it all, and what is stored, holds nothing of it', async () => {
  world.through(undefined);
  const outputs = ['table', 'json', 'csv', 'yaml'];
  const commands = [
    ...[['history', '--all-tenants'], ['status', '--all'], ['scm', 'list'], ['ticket', 'list'], ['doctor']],
    ...[
      ['expiring', '--within', '3650d'],
      ['pipeline', 'list', '--include', 'scm,target', '--tenant', 'Pipes'],
    ],
  ];
  await eachOf(
    commands.flatMap((args) => outputs.map((output) => [...args, '-o', output])),
    async (args) => clean(args.join(' '), await runHere(box, {}, ...args)),
  );
  for (const folder of [box.configDir, box.dataDir, box.root]) {
    const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
    for (const file of files.filter((each) => statSync(each).isFile())) {
      expect([file, find(readFileSync(file))]).toEqual([file, []]);
    }
  }
  expect(existsSync('/tmp/owned')).toBe(false);
});

test('and everything works as before', async () => {
  world.through(undefined);
  const { stdout } = await runHere(box, {}, 'verify', '--all-tenants', '--json');
  const items: { outcome: string }[] = JSON.parse(stdout);
  expect(items.filter(({ outcome }) => outcome !== 'valid')).toEqual([]);
  const { credentials } = (await done(box.run('ticket', 'show', 'jira', '--reveal', '--yes', '--json'))).json();
  expect(credentials).toEqual({ jiraApiToken: sampleOf('jira').credentials[0]?.value });
});
