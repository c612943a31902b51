import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import type { Sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { providerWorld, type World } from '../support/provider-world.ts';
import { done } from '../support/workspace.ts';

interface Served {
  address: string;
  /** The lines of its log so far. */
  log(): { event: string; [key: string]: unknown }[];
  /** Resolves when such a line is there. */
  logged(event: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit status. */
  ended: Promise<number | null>;
}

/** Starts the server, and waits until it listens. */
async function served(box: Sandbox, env: object, ...flags: string[]): Promise<Served> {
  const { child, result } = box.start({ env: { ...env }, timeout: 60_000 }, 'serve', ...flags);
  atEnd(() => void child.kill('SIGKILL'));
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const log = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const logged = async (event: string) => {
    const ended = result.then(({ stderr }) => Promise.reject(new Error(stderr)));
    while (!log().some((line) => line.event === event)) await Promise.race([once(child.stderr, 'data'), ended]);
  };
  await logged('listening');
  return {
    address: String(log().find(({ event }) => event === 'listening')?.address),
    log,
    logged,
    kill: (signal) => void child.kill(signal),
    ended: result.then(({ status }) => status),
  };
}

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  json: ReturnType<typeof JSON.parse>;
}

interface Asking {
  method?: string;
  body?: object;
  token?: string;
  /** In place of an address. */
  socketPath?: string;
  ca?: string;
  agent?: false;
}

function ask(
  address: string,
  path: string,
  { method = 'GET', body, token, socketPath, ca, agent }: Asking = {},
): Promise<Answer> {
  const request = address.startsWith('https') ? tlsRequest : plainRequest;
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body ? { 'content-type': 'application/json' } : {}),
  };
  return new Promise((resolve, reject) => {
    const place = socketPath === undefined ? {} : { socketPath };
    const url = new URL(path, socketPath === undefined ? address : 'http://localhost');
    const sent = request(
      url,
      { method, headers, ...place, ...(ca === undefined ? {} : { ca }), ...(agent === undefined ? {} : { agent }) },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            json: text === '' ? undefined : JSON.parse(text),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body ? JSON.stringify(body) : undefined);
  });
}

let box: Sandbox;
let tenantId: string;
let token: string;
let world: World;
const anywhere = ['--listen', '127.0.0.1:0'];

beforeAll(async () => {
  world = await providerWorld();
  box = await sqlite.sandbox(world.env);
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  const added = await done(box.run('token', 'add', '--name', 'ci', '--scope', 'read,write,verify', '--json'));
  ({ token, tenantId } = added.json());
});

const aRepository = (name: string) => ({
  scmType: 'GITHUB',
  displayName: name,
  organization: name,
  repositoryUrl: `https://github.com/${name}/mobile`,
  accessToken: `ghp_${'served'.repeat(6)}`,
});
const scm = () => `/api/v1/${tenantId}/integrations/scm`;

describe('is refused', () => {
  test.each<[string, string[], number, string]>([
    ['an address that is open to others', ['--listen', '0.0.0.0:0'], 64, 'USAGE'],
    ['an address that is none', ['--listen', '8787'], 64, 'USAGE'],
    ['a port that is none', ['--listen', '127.0.0.1:70000'], 64, 'USAGE'],
    ['a socket beside an address', ['--socket', 'api.sock', ...anywhere], 64, 'USAGE'],
    ['a socket that a proxy would open to others', ['--socket', 'api.sock', '--behind-proxy'], 64, 'USAGE'],
    ['a certificate without its key', ['--tls-cert', 'a.pem', ...anywhere], 64, 'USAGE'],
    ['a certificate that is not there', ['--tls-cert', 'a.pem', '--tls-key', 'b.pem', ...anywhere], 64, 'USAGE'],
    ['a socket in a folder that is not there', ['--socket', 'nowhere/api.sock'], 64, 'USAGE'],
  ])('%s', async (_, flags, status, code) => {
    const refused = await box.run('serve', ...flags, '--json');
    expect(refused, refused.stderr).toMatchObject({ status });
    expect(refused.error().code).toBe(code);
  });

  test('a server that nobody could call, or without its key or its database', async () => {
    const fresh = await sqlite.sandbox();
    await done(
      fresh.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'),
    );
    const refused = async (env: object) =>
      (await fresh.runWith({ env: { ...env } }, 'serve', ...anywhere, '--json')).error();
    expect(await refused({})).toMatchObject({ code: 'USAGE', message: expect.stringContaining('no token') });
    expect(await refused({ INTEGRATIONS_KEYRING: 'x' })).toMatchObject({ code: 'KEY_UNAVAILABLE' });
    expect(await refused({ INTEGRATIONS_DATABASE_URL: 'mysql://root@127.0.0.1:9/none' })).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });

  test('a place where another one listens', async () => {
    const server = await served(box, {}, ...anywhere);
    const address = server.address.replace('http://', '');
    expect(await box.run('serve', '--listen', address)).toMatchObject({ status: 6 });
    server.kill('SIGTERM');
    expect(await server.ended).toBe(143);
  });
});

test('what is under way at SIGTERM is answered, and what comes later is not taken', async () => {
  const server = await served(box, {}, ...anywhere);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    world.through((handler) => async (exchange) => {
      resolve();
      await held;
      return typeof handler === 'function' ? handler(exchange) : handler;
    });
  });
  const waiting = ask(server.address, `${scm()}?verify=true`, { method: 'POST', body: aRepository('acme'), token });
  await asked;
  const others = Array.from({ length: 40 }, () => ask(server.address, scm(), { token }));
  const statuses = Promise.all(others.map((other) => other.then(({ status }) => status)));
  expect(new Set(await statuses)).toEqual(new Set([200]));
  server.kill('SIGTERM');
  await server.logged('stopping');
  // On a connection of its own: those that were kept are gone as well.
  await expect(ask(server.address, '/healthz', { agent: false })).rejects.toThrow(/ECONNREFUSED/);
  release();
  world.through(undefined);
  const answer = await waiting;
  expect(answer, JSON.stringify(answer.json)).toMatchObject({ status: 201, json: { verificationStatus: 'VALID' } });
  expect(answer.headers['connection']).toBe('close');
  expect(await server.ended).toBe(143);
  expect(server.log().at(-1)).toMatchObject({ event: 'stopped' });
});

test('of many requests at SIGTERM each is answered whole or not taken, and what is answered as done is stored', async () => {
  const server = await served(box, {}, ...anywhere);
  const outcomes: ('answered' | 'not taken')[] = [];
  const made: string[] = [];
  let isStopping = false;
  let enough = () => {};
  const isBusy = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const client = async (number: number) => {
    for (let count = 0; !isStopping || count === 0; count += 1) {
      const writes = number % 4 === 0;
      const name = `load-${number}-${count}`;
      const asking = writes ? { method: 'POST', body: aRepository(name), token } : { token };
      const answer = await ask(server.address, scm(), asking).catch((error: NodeJS.ErrnoException) => error);
      if (answer instanceof Error) {
        // Before a byte of an answer: half of one would not parse, or end as `aborted`.
        expect(['ECONNREFUSED', 'ECONNRESET', 'EPIPE'], String(answer)).toContain(answer.code);
        outcomes.push('not taken');
        return;
      }
      expect(answer.status, JSON.stringify(answer.json)).toBe(writes ? 201 : 200);
      outcomes.push('answered');
      if (writes) made.push(answer.json.id);
      if (outcomes.length === 120) enough();
    }
  };
  const clients = Promise.all(Array.from({ length: 40 }, (_, number) => client(number)));
  await Promise.race([isBusy, clients]);
  server.kill('SIGTERM');
  await server.logged('stopping');
  isStopping = true;
  await clients;
  expect(await server.ended).toBe(143);
  expect(server.log().at(-1)).toMatchObject({ event: 'stopped' });
  expect(outcomes.filter((outcome) => outcome === 'answered').length).toBeGreaterThanOrEqual(120);
  const stored = await sqlite.sql(box, "SELECT id FROM tenant_scm_integrations WHERE displayName LIKE 'load-%'");
  expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining(made));
  const answeredInLog = server.log().filter(({ event, status }) => event === 'request' && Number(status) < 300);
  expect(answeredInLog).toHaveLength(outcomes.filter((outcome) => outcome === 'answered').length);
}, 60_000);

test('whoever sends slowly keeps nobody else waiting, and is let go', async () => {
  const server = await served(box, {}, ...anywhere);
  const { port } = new URL(server.address);
  const slow: Socket[] = Array.from({ length: 100 }, () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    atEnd(() => void socket.destroy());
    return socket;
  });
  const closed = Promise.all(slow.map((socket) => once(socket.resume(), 'close')));
  expect((await ask(server.address, scm(), { token })).status).toBe(200);
  await closed;
  server.kill('SIGINT');
  expect(await server.ended).toBe(130);
}, 30_000);

test('a socket is for its owner alone, who needs no token', async () => {
  const path = join(box.root, 'api.sock');
  const server = await served(box, {}, '--socket', path);
  expect(server.address).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const made = await ask('', scm(), { method: 'POST', body: aRepository('socket'), socketPath: path });
  expect(made.status, JSON.stringify(made.json)).toBe(201);
  const [entry] = (await done(box.run('history', '--limit', '1', '--json'))).json();
  expect(entry).toMatchObject({ command: 'serve socket', accountName: 'ops@acme.test', displayName: 'socket' });
  expect((await ask('', scm(), { socketPath: path, token: 'unknown' })).status).toBe(401);
  expect(await box.run('serve', '--socket', path)).toMatchObject({ status: 6 });
  server.kill('SIGKILL');
  await server.ended;
  // What a killed one leaves is in nobody's way.
  expect(existsSync(path)).toBe(true);
  const next = await served(box, {}, '--socket', path);
  expect((await ask('', '/readyz', { socketPath: path })).json).toEqual({ status: 'ok' });
  next.kill('SIGTERM');
  expect(await next.ended).toBe(143);
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'precious');
  expect((await box.run('serve', '--socket', path)).status).not.toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

test('with a certificate it speaks https alone, by the names that it is given', async () => {
  const { path: cert, keyPath: key, cert: authority } = inject('certificate');
  const server = await served(
    box,
    {},
    ...anywhere,
    '--tls-cert',
    cert,
    '--tls-key',
    key,
    '--allowed-host',
    'api.acme.test',
  );
  expect(server.address).toMatch(/^https:/);
  expect((await ask(server.address, scm(), { token, ca: authority })).status).toBe(200);
  await expect(ask(server.address.replace('https', 'http'), '/healthz')).rejects.toThrow();
  server.kill('SIGTERM');
  expect(await server.ended).toBe(143);
});

test('a key that comes while it runs is taken, at once or with SIGHUP, and one that cannot be read changes nothing', async () => {
  const server = await served(box, {}, ...anywhere);
  expect((await ask(server.address, scm(), { token })).status).toBe(200);
  await done(box.run('key', 'rotate', '--no-input'));
  // Its token is sealed under the new key now.
  const made = await ask(server.address, scm(), { method: 'POST', body: aRepository('rotated'), token });
  expect(made.status, JSON.stringify(made.json)).toBe(201);
  server.kill('SIGHUP');
  await server.logged('keys read');
  const ring = join(box.configDir, 'keyring.json');
  const kept = readFileSync(ring);
  writeFileSync(ring, 'nonsense');
  server.kill('SIGHUP');
  await server.logged('fault');
  expect((await ask(server.address, scm(), { token })).status).toBe(200);
  writeFileSync(ring, kept);
  server.kill('SIGTERM');
  expect(await server.ended).toBe(143);
});
