import { join } from 'node:path';
import { expect } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { byAccessToken } from '../../src/http/authenticate.ts';
import { createLog } from '../../src/http/log.ts';
import { allRoutes } from '../../src/http/routes.ts';
import { createHost, type Host } from '../../src/library/host.ts';
import { readOptions } from '../../src/library/options.ts';
import { atEnd } from './at-end.ts';
import type { Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';
import { runHere } from './in-process.ts';

type Body = string | Uint8Array | object;

export interface Asking {
  token?: string;
  body?: Body;
  headers?: Record<string, string>;
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
  /** Asks below `/api/v1/{tenantId}/integrations` of Acme, or where the path begins with `/api` or names a tenant, there. */
  ask(method: string, path: string, asking?: Asking): Promise<Told>;
  /** A token of Acme for everything. */
  token: string;
  /** Makes another one. */
  addToken(...flags: string[]): Promise<{ id: string; token: string }>;
}

export async function startApi(engine: Engine, more: Partial<Parameters<typeof createApp>[0]> = {}): Promise<Api> {
  const box = await engine.sandbox();
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
  const { token } = await addToken('--tenant', 'Acme', '--scope', 'read,write,verify,use,admin');

  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const { INTEGRATIONS_DATABASE_URL: url = '', INTEGRATIONS_DATABASE_PASSWORD: password } = box.env;
  const options = readOptions({
    database: password === undefined ? url : { url, password },
    keys: { file: join(box.configDir, 'keyring.json') },
    actor: { account: 'ops@acme.test', purpose: 'serve' },
    environment: {},
  });
  const host = createHost(options, log.warn);
  atEnd(() => host.close());
  const app = createApp({
    host,
    routes: allRoutes(),
    authenticate: [byAccessToken(host)],
    hosts: undefined,
    readOnly: false,
    log,
    signal: new AbortController().signal,
    ...more,
  });

  async function ask(
    method: string,
    path: string,
    { token: given = token, body, headers }: Asking = {},
  ): Promise<Told> {
    const url = path.startsWith('/') ? path : `/api/v1/${acme}/integrations/${path}`;
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const response = await app.request(url, {
      method,
      headers: {
        ...(given === '' ? {} : { authorization: `Bearer ${given}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (isText ? body : JSON.stringify(body)) as string }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }
  return { box, host, tenants: { acme, bmce }, lines, ask, token, addToken };
}
