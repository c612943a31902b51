import { beforeAll, expect, it } from 'vitest';
import type { Json } from '../../../src/core/field.ts';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import type { Exchange, Handler, Reply } from '../../support/provider-server.ts';
import { mailPassword, populated, providerWorld, steadyToken, type World } from '../../support/provider-world.ts';
import { samples } from '../../support/samples.ts';
import { refuseLeaks } from '../../support/verify.ts';
import { done } from '../../support/workspace.ts';

/** Without a stretch that looks like a credential. */
const inWords = 'no-one-takes-these-words-for-a-credential';

const secrets = [
  ...samples.flatMap(({ credentials }) => credentials.flatMap(({ value, core }) => [value, core])),
  ...[steadyToken, mailPassword, inWords, 'ya29.granted-for-an-hour'],
];

/** What a request bears: nothing else than its credential, that as it was sent, or all of it with what is encoded there. */
interface Echoed {
  credential: string;
  encoded: string;
  all: string;
}

function echoOf(exchange: Exchange): Echoed {
  const [, encoded = ''] = (exchange.headers['authorization'] ?? '').split(' ');
  const isBasic = exchange.headers['authorization']?.startsWith('Basic ');
  const [, credential = encoded] = isBasic ? Buffer.from(encoded, 'base64').toString().split(/:(.*)/s) : [];
  const bare = exchange.headers['authorization'] ?? '';
  return { credential: credential || bare, encoded: encoded || bare, all: allOf(exchange) };
}

function allOf({ path, query, headers, body }: Exchange): string {
  const [, encoded = ''] = (headers['authorization'] ?? '').split(' ');
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  const form = new URLSearchParams(body).get('assertion') ?? '';
  const all = [headers['authorization'], decoded, path, query.toString(), body, form, encodeURIComponent(decoded)];
  return all.join(' ').replace(/[^\x20-\x7e]/g, '.');
}

/** Every text of the value, keys apart. */
function eachText(value: unknown, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => eachText(each, change));
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, eachText(each, change)]));
}

const headerNames = [
  ...['x-oauth-scopes', 'x-accepted-github-permissions', 'x-required-permission', 'x-you-are-authenticated-as'],
  ...['x-github-sso', 'x-rate-limit', 'retry-after', 'www-authenticate', 'x-credential-type', 'x-seraph-loginreason'],
];

type Echo = (reply: Reply, echo: Echoed) => Reply;

function inTexts(change: (text: string, echo: Echoed) => string): Echo {
  return (reply, echo) => ({
    ...reply,
    headers: eachText(reply.headers ?? {}, (text) => change(text, echo)) as Record<string, string>,
    ...(reply.json === undefined
      ? { body: change(String(reply.body ?? ''), echo) }
      : { json: eachText(reply.json, (text) => change(text, echo)) as Record<string, Json> }),
  });
}

function refusalWith(status: number, withHeaders = false): Echo {
  const shape = (echo: string) => ({
    error: { message: echo, code: echo, status: echo, errors: [{ reason: echo }], detail: { required: [echo] } },
    errors: [{ message: echo, code: echo, title: echo, detail: echo, extensions: { code: echo, type: echo } }],
    ...{ message: echo, error_description: echo, scope: echo, ok: false, typeKey: echo, errorMessages: [echo] },
  });
  return (_reply, { all: echo }) => ({
    status,
    headers: withHeaders ? Object.fromEntries(headerNames.map((name) => [name, echo])) : {},
    json: shape(echo),
  });
}

const pageWith: Echo = (_reply, { all: echo }) => ({
  status: 401,
  headers: { 'content-type': 'text/html' },
  body: `<html><title>${echo}</title></html>`,
});

/** What may stand in a report: who the credential is for, and how things are called. */
const names = /^(octocat|ada|ops@acme.test|Ops|releasebot|release-bot|Acme|acme\/mobile|acme\/ci|MOB|Mobile|user)$/;

const echoes: Readonly<Record<string, Echo>> = {
  'with all of the request behind every text of a good answer': inTexts((text, { all }) => `${text} ${all}`),
  'behind every text': inTexts((text, { credential }) => `${text} ${credential}`),
  'in front of every text': inTexts((text, { credential }) => `${credential}.${text}`),
  'in place of every text': inTexts((_text, { credential }) => credential),
  'encoded in place of every text': inTexts((_text, { encoded }) => encoded),
  'in place of every name': inTexts((text, { credential }) => (names.test(text) ? credential : text)),
  'encoded behind every name': inTexts((text, { encoded }) => (names.test(text) ? `${text}-${encoded}` : text)),
  'in a 400': refusalWith(400),
  'in a 401': refusalWith(401),
  'in a 403, headers too': refusalWith(403, true),
  'in a 403': refusalWith(403),
  'in a 404': refusalWith(404),
  'in a page': pageWith,
  'in a redirect': (_reply, { all: echo }) => ({ status: 302, headers: { location: `/${encodeURIComponent(echo)}` } }),
};

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;

  beforeAll(async () => {
    world = await providerWorld();
    ({ box } = await populated(engine, world));
    const env = { IN_WORDS: inWords };
    await done(box.runWith({ env }, 'ticket', 'rotate', 'jira', '--api-token', 'env:IN_WORDS', '--no-verify'));
    // Where redirects lead.
    world.server.on('GET', /^\/[^/]*%20[^/]*$/, { status: 404, json: {} });
  });

  function echoing(change: Echo): (handler: Handler) => Handler {
    return (handler) => async (exchange) => {
      const reply = typeof handler === 'function' ? await handler(exchange) : handler;
      return typeof reply === 'function' ? reply : change(reply, echoOf(exchange));
    };
  }

  async function show(...args: string[]): Promise<void> {
    const { status, stdout, stderr } = await box.run(...args);
    expect([0, 3, 5], stderr).toContain(status);
    refuseLeaks(stdout, secrets);
    refuseLeaks(stderr, secrets);
  }

  // What an answer is read as has nothing to do with the engine, so the second one need not see all of it.
  const seen = Object.entries(echoes).filter((_, index) => engine.name === 'sqlite' || index % 4 === 1);

  it.each(seen)('a credential that comes back %s goes nowhere', async (_name, change) => {
    world.through(echoing(change));
    await show('verify', '--all-tenants', '--json', '--debug', '--concurrency', '32');
  });

  it('nor a password of the mail server', async () => {
    world.through(undefined);
    world.mishaps({ mail: 535 });
    await show('comm', 'verify', 'email', '-o', 'table', '--debug');
  });

  it('nor one that is refused before it is stored', async () => {
    const badCredentials: Echo = (_reply, { all: echo }) => ({
      status: 401,
      json: { message: `Bad credentials: ${echo}`, errors: [echo] },
    });
    world.through(echoing(badCredentials));
    const sentinel = `ghp_${'sentinel'.repeat(4)}1234`;
    for (const args of [
      ['scm', 'rotate', 'github', '--access-token', 'env:NEW'],
      ['scm', 'update', 'github', '--access-token', 'env:NEW', '--verify'],
    ]) {
      const { status, stdout, stderr } = await box.runWith({ env: { NEW: sentinel } }, ...args, '--json', '--debug');
      expect(status).toBe(3);
      refuseLeaks(stdout + stderr, [sentinel, 'sentinelsentinel']);
    }
    refuseLeaks((await engine.dump(box)).toString('latin1'), [sentinel, 'sentinelsentinel']);
  });

  it('nothing of them is stored', async () => {
    const stored = (await engine.dump(box)).toString('latin1');
    expect(stored).toContain('credential: ');
    refuseLeaks(stored, secrets);
  });
});
