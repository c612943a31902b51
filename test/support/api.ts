import { join } from 'node:path';
import { expect } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { byAccessToken } from '../../src/http/authenticate.ts';
import { refusedCounter } from '../../src/http/caller-address.ts';
import { createLog, type Log } from '../../src/http/log.ts';
import { createMeter } from '../../src/http/meter.ts';
import { allRoutes } from '../../src/http/routes.ts';
import { servingHost } from '../../src/http/serve.ts';
import type { Host } from '../../src/library/host.ts';
import { readOptions } from '../../src/library/options.ts';
import { held, type Served } from './api-description.ts';
import { atEnd } from './at-end.ts';
import type { Environment, Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';
import { runHere } from './in-process.ts';

type Body = string | Uint8Array | object;

export interface Asking {
  token?: string;
  body?: Body;
  headers?: Record<string, string>;
  /** The address that it comes from. */
  from?: string;
}

export interface Told {
  status: number;
  headers: Headers;
  text: string;
  /** The body parsed. Typed as `JSON.parse` is. */
  json: ReturnType<typeof JSON.parse>;
}

/** The API over a database of its own with the tenants Acme and Bmce, without a socket. */
export interface Api {
  box: Sandbox;
  host: Host;
  tenants: { acme: string; bmce: string };
  /** Every line of its log. */
  lines: string[];
  /** Every answer, with its headers. */
  answers: string[];
  /** Asks below `/api/v1/{tenantId}/integrations` of Acme, or where the path begins with `/api` or names a tenant, there. */
  ask(method: string, path: string, asking?: Asking): Promise<Told>;
  /** The same of another server on the same database. */
  askAnother: Api['ask'];
  /** Ends the first one, and starts it anew. */
  restart(): Promise<void>;
  /** A token of Acme for everything. */
  token: string;
  /** Makes another one. */
  addToken(...flags: string[]): Promise<{ id: string; token: string }>;
  /** One with these scopes, for Acme or as the flags say; the same one each time. */
  tokenFor(scopes: string, ...flags: string[]): Promise<string>;
  removeToken(id: string): Promise<void>;
}

type Options = Partial<Parameters<typeof createApp>[0]>;

/**
 * @param more in place of the usual options, for each of its servers
 * @param env of the command line, and where the servers find the providers
 */
export async function startApi(
  engine: Engine,
  more: Options | ((host: Host, log: Log) => Promise<Options>) = {},
  env: Environment = {},
): Promise<Api> {
  const box = await engine.sandbox(env);
  const cli = async (...args: string[]) => {
    const { status, stdout, stderr } = await runHere(box, {}, ...args, '--json', '--no-input');
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  await cli('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file');
  const bmce = (await cli('tenant', 'add', 'Bmce')).id;
  const acme = (await cli('tenant', 'show', 'Acme')).id;
  let made = 0;
  const addToken = (...flags: string[]) => {
    made += 1;
    return cli('token', 'add', '--name', `token ${made}`, ...flags);
  };
  const known = new Map<string, Promise<{ token: string }>>();
  async function tokenFor(scopes: string, ...flags: string[]): Promise<string> {
    const whose = flags.length > 0 ? flags : ['--tenant', 'Acme'];
    const key = [scopes, ...whose].join();
    const adding = known.get(key) ?? addToken(...whose, '--scope', scopes);
    known.set(key, adding);
    return (await adding).token;
  }
  const removeToken = async (id: string) => void (await cli('token', 'remove', id, '--yes'));
  const { token } = await addToken('--tenant', 'Acme', '--scope', 'read,write,verify,use,admin');

  const lines: string[] = [];
  const answers: string[] = [];
  const log = createLog((line) => lines.push(line));
  const { INTEGRATIONS_DATABASE_URL: url = '', INTEGRATIONS_DATABASE_PASSWORD: password } = box.env;
  const options = readOptions({
    database: password === undefined ? url : { url, password },
    keys: { file: join(box.configDir, 'keyring.json') },
    actor: { account: 'ops@acme.test', purpose: 'serve' },
    environment: env,
  });
  async function server() {
    const host = servingHost(options, log.warn);
    atEnd(() => host.close());
    const app = createApp({
      host,
      routes: allRoutes(),
      authenticate: [byAccessToken(host)],
      hosts: undefined,
      readOnly: false,
      behindProxy: false,
      countRefused: refusedCounter(host),
      log,
      metrics: { meter: createMeter(), isOpen: false },
      signal: new AbortController().signal,
      ...(typeof more === 'function' ? await more(host, log) : more),
    });
    return { host, app: held(app.fetch) };
  }
  const another = await server();
  let one = await server();

  async function askAt(
    app: Served,
    [method, path, { token: given = token, body, headers, from = '127.0.0.1' } = {}]: Parameters<Api['ask']>,
  ): Promise<Told> {
    const url = path.startsWith('/') ? path : `/api/v1/${acme}/integrations/${path}`;
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const request = new Request(new URL(url, 'http://localhost'), {
      method,
      headers: {
        ...(given === '' ? {} : { authorization: `Bearer ${given}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (isText ? body : JSON.stringify(body)) as string }),
    });
    const response = await app(request, { incoming: { socket: { remoteAddress: from } } });
    const text = await response.text();
    answers.push(`${JSON.stringify([...response.headers])}\n${text}`);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }
  const ask: Api['ask'] = (...asking) => askAt(one.app, asking);
  const askAnother: Api['ask'] = (...asking) => askAt(another.app, asking);
  async function restart(): Promise<void> {
    await one.host.close();
    one = await server();
  }
  return {
    box,
    host: one.host,
    tenants: { acme, bmce },
    lines,
    answers,
    ask,
    askAnother,
    restart,
    token,
    addToken,
    tokenFor,
    removeToken,
  };
}
