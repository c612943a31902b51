import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearer } from '../../../src/core/authorization.ts';
import { NotDone } from '../../../src/core/client.ts';
import { originsOf } from '../../../src/core/origins.ts';
import { Secret } from '../../../src/core/secret.ts';
import { type Answer, type Change, type Request, Undecided } from '../../../src/core/verification.ts';
import { slack } from '../../../src/providers/slack/index.ts';
import { createHostQueue } from '../../../src/verify/host-queue.ts';
import { createSender, type SenderOptions } from '../../../src/verify/send.ts';
import { askAlone } from '../../support/ask-alone.ts';
import { atEnd } from '../../support/at-end.ts';
import { endsWithin } from '../../support/bounds.ts';
import { certificate } from '../../support/certificate.ts';
import { freePort } from '../../support/ports.ts';
import { faulty, page, providerServer, sequence } from '../../support/provider-server.ts';
import { sampleOf } from '../../support/samples.ts';
import { ask } from '../../support/verify.ts';

const sentinel = 'Bearer sentinel-of-the-transport';
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** What is waited for is seen, and need not be waited for. */
vi.mock('node:timers/promises', async (load) => {
  const timers = await load<typeof import('node:timers/promises')>();
  return { ...timers, setTimeout: vi.fn(timers.setTimeout) };
});
const waits = () => vi.mocked(sleep).mock.calls.map(([milliseconds]) => milliseconds);
const passing = () => vi.mocked(sleep).mockResolvedValueOnce(true);

/** As the signal of a timeout, at a moment that the test chooses: a busy machine may need any time to get there. */
function timeout(): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  return { signal: controller.signal, end: () => controller.abort(reason) };
}

beforeEach(() => {
  vi.mocked(sleep).mockClear();
  for (const name of proxyVariables) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

async function send(
  request: Request,
  options: Partial<SenderOptions> & { signal?: AbortSignal } = {},
): Promise<Answer> {
  const { signal = new AbortController().signal, ...rest } = options;
  const sender = createSender({
    env: process.env,
    queue: createHostQueue(4),
    allowHttp: false,
    now: () => new Date(),
    standIns: [],
    ...rest,
  });
  const address = request.url instanceof Secret ? request.url.reveal() : request.url;
  const authorization = new Secret(sentinel, originsOf([address]));
  try {
    return await sender.send({ headers: { authorization }, ...request }, signal);
  } finally {
    await sender.close();
  }
}

async function undecided(request: Request, options: Parameters<typeof send>[1] = {}): Promise<Undecided> {
  const error = await send(request, options).then(
    () => undefined,
    (problem: unknown) => problem,
  );
  expect(error).toBeInstanceOf(Undecided);
  return error as Undecided;
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('requests', () => {
  it('name the program, and carry what is given', async () => {
    const server = await providerServer();
    server.on('POST', '/form', { json: {} });
    server.on('POST', '/json', { json: {} });
    await send({
      method: 'POST',
      repeatable: true,
      url: `${server.url}/form`,
      form: { a: new Secret('b c', [server.url]), d: 'é' },
    });
    await send({
      method: 'POST',
      repeatable: true,
      url: new Secret(`${server.url}/json`, []),
      json: { a: ['é'] },
      headers: { Accept: 'x/y' },
    });
    const [form, json] = server.requests;
    expect(form).toMatchObject({
      body: 'a=b+c&d=%C3%A9',
      headers: { authorization: 'Bearer sentinel-of-the-transport' },
    });
    expect(form?.headers['user-agent']).toMatch(/^integrations\/\d/);
    expect(form?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(json).toMatchObject({ body: '{"a":["é"]}', headers: { accept: 'x/y' } });
  });

  it.each([
    ['not an address', /address is not valid/],
    ['ftp://127.0.0.1/', /plain http/],
    ['http://ci.acme.test/', /plain http/],
    ['http://127.0.0.1.acme.test/', /plain http/],
  ])('never go to %s', async (url, detail) => {
    const { kind, message } = await undecided({ url });
    expect(kind).toBe('MALFORMED');
    expect(message).toMatch(detail);
  });

  describe('carry a credential only to where it may go', () => {
    const own = 'https://acme.atlassian.net';

    it.each<[string, (url: string, secret: Secret) => Request]>([
      ['in a header', (url, secret) => ({ url, headers: { authorization: secret } })],
      ['in a header made of it', (url, secret) => ({ url, headers: { authorization: bearer(secret) } })],
      ['in a form', (url, secret) => ({ method: 'POST', repeatable: true, url, form: { assertion: secret } })],
      ['as the address', (url, secret) => ({ url: secret.as(url) })],
    ])('%s', async (_, requestOf) => {
      const server = await providerServer();
      server.on('GET', '/', { json: {} });
      server.on('POST', '/', { json: {} });
      for (const audience of [[own], [own, 'https://api.atlassian.com', 'http://127.0.0.1'], undefined]) {
        const request = requestOf(`${server.url}/`, new Secret('sentinel', audience));
        const { kind, message, hint } = await undecided({ headers: {}, ...request });
        expect(kind).toBe('MALFORMED');
        expect(message).toBe(`its credential is not meant for ${server.url}; somebody changed the address`);
        expect(hint).toMatch(/rotate/);
      }
      expect(server.requests).toEqual([]);
      const allowed = requestOf(`${server.url}/`, new Secret('sentinel', [own, server.url]));
      expect((await send({ headers: {}, ...allowed })).status).toBe(200);
    });

    it('or to what stands for it', async () => {
      const server = await providerServer();
      server.on('GET', '/', { json: {} });
      const request = { url: `${server.url}/`, headers: { authorization: new Secret('sentinel', [own]) } };
      const standIns = (replaced: string) => [{ variable: '', replaced, origin: server.url }];
      expect((await undecided(request, { standIns: standIns('https://acme.test') })).kind).toBe('MALFORMED');
      expect(server.requests).toEqual([]);
      expect((await send(request, { standIns: standIns(own) })).status).toBe(200);
    });
  });

  it('go over plain http to other machines only when that is allowed', async () => {
    expect((await undecided({ url: 'http://ci.invalid/' }, { allowHttp: true })).message).toMatch(/looked up/);
  });

  it('are not sent with what no header can carry', async () => {
    const server = await providerServer();
    const headers = { authorization: new Secret('Bearer a\nb', [server.url]) };
    expect((await undecided({ url: server.url, headers })).kind).toBe('MALFORMED');
    expect(server.requests).toEqual([]);
  });

  it('go to one host a few at a time', async () => {
    const server = await providerServer();
    let [running, most] = [0, 0];
    server.on('GET', '/', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      return { json: {} };
    });
    const queue = createHostQueue(3);
    await Promise.all(Array.from({ length: 10 }, () => send({ url: server.url }, { queue })));
    expect(most).toBe(3);
  });
});

describe('answers', () => {
  it('are JSON, or say that they are not', async () => {
    const server = await providerServer();
    server.on('GET', '/good', { json: { a: 1 }, headers: { 'x-two': ['a', 'b'] } });
    server.on('GET', '/broken', { body: '{"a":' });
    server.on('GET', '/page', page);
    server.on('GET', '/disguised', { headers: { 'content-type': 'application/json' }, body: ' <!DOCTYPE html>' });
    const good = await send({ url: `${server.url}/good` });
    expect(good.json()).toEqual({ a: 1 });
    expect([good.header('X-Two'), good.header('none'), good.isPage]).toEqual(['a, b', undefined, false]);
    const broken = await send({ url: `${server.url}/broken` });
    expect(() => broken.json()).toThrow(Undecided);
    expect((await send({ url: `${server.url}/page` })).isPage).toBe(true);
    expect((await send({ url: `${server.url}/disguised` })).isPage).toBe(true);
  });

  it('tell by how much the clocks differ', async () => {
    const server = await providerServer();
    server.on('GET', '/', { headers: { date: 'Sun, 22 Nov 2026 12:10:00 GMT' } });
    const now = () => new Date('2026-11-22T12:00:00Z');
    expect((await send({ url: server.url }, { now })).clockAhead).toBe(600);
    server.on('GET', '/', { headers: { date: 'yesterday' } });
    expect((await send({ url: server.url }, { now })).clockAhead).toBe(0);
  });

  it('are read up to 1 MB, with flat memory', async () => {
    const server = await providerServer();
    server.on('GET', '/', faulty.flood);
    const before = process.memoryUsage().arrayBuffers;
    const { kind, message } = await undecided({ url: server.url });
    expect([kind, message]).toEqual(['UNREACHABLE', '127.0.0.1 answers with more than 1 MB']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });

  it.each([
    ['silence', faulty.silence],
    ['a slow drip', faulty.drip],
  ])('end in time: %s', async (_, handler) => {
    const server = await providerServer();
    const { signal, end } = timeout();
    server.on('GET', '/', () => (response) => {
      handler()(response);
      setTimeout(end, 100);
    });
    const asked = undecided({ url: server.url }, { signal });
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect((await endsWithin(700, asked)).message).toMatch(/did not answer in time/);
    expect(server.requests).toHaveLength(1);
  });
});

describe('repeats', () => {
  it('follow a fault of the server, twice', async () => {
    const server = await providerServer();
    server.on('GET', '/', sequence({ status: 500 }, { status: 502 }, { json: {} }));
    passing();
    passing();
    expect((await send({ url: server.url })).status).toBe(200);
    server.on('GET', '/', { status: 503 });
    passing();
    passing();
    expect((await send({ url: server.url })).status).toBe(503);
    expect(server.requests).toHaveLength(6);
    expect(waits()).toEqual([250, 500, 250, 500]);
  });

  it('follow a cut once', async () => {
    const server = await providerServer();
    server.on('GET', '/', sequence(faulty.reset, { json: {} }));
    expect((await send({ url: server.url })).status).toBe(200);
    server.on('GET', '/', faulty.reset);
    expect((await undecided({ url: server.url })).message).toMatch(/cut the connection/);
    expect(server.requests).toHaveLength(4);
  });

  it.each([400, 401, 403, 404])('never follow %i', async (status) => {
    const server = await providerServer();
    server.on('GET', '/', { status });
    expect((await send({ url: server.url })).status).toBe(status);
    expect(server.requests).toHaveLength(1);
  });

  it('send a POST that only asks again', async () => {
    const server = await providerServer();
    server.on('POST', '/', sequence({ status: 500 }, { json: {} }));
    passing();
    expect((await send({ method: 'POST', url: server.url, repeatable: true })).status).toBe(200);
  });

  it.each([
    ['seconds', '1', 1_000],
    ['the most seconds', '30', 30_000],
    ['a date', 'Sun, 22 Nov 2026 12:00:02 GMT', 2_000],
  ])('wait as long as the provider says: %s', async (_, value, wait) => {
    const server = await providerServer();
    server.on('GET', '/', sequence({ status: 429, headers: { 'retry-after': value } }, { json: {} }));
    passing();
    const now = () => new Date('2026-11-22T12:00:00Z');
    expect((await send({ url: server.url }, { now })).status).toBe(200);
    expect(waits()).toEqual([wait]);
  });

  it('wait for what it says, and ask after that', async () => {
    const server = await providerServer();
    server.on('GET', '/', sequence({ status: 429, headers: { 'retry-after': '1' } }, { json: {} }));
    vi.mocked(sleep).mockImplementationOnce(async () => {
      expect(server.requests).toHaveLength(1);
      return true;
    });
    await send({ url: server.url });
    expect(waits()).toEqual([1_000]);
    expect(server.requests).toHaveLength(2);
  });

  it.each(['31', '100000', 'soon', ''])('do not wait %s', async (value) => {
    const server = await providerServer();
    server.on('GET', '/', { status: 429, headers: { 'retry-after': value } });
    expect((await send({ url: server.url })).status).toBe(429);
    expect(waits()).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('hand back the answer when the time ends while they wait', async () => {
    const server = await providerServer();
    server.on('GET', '/', { status: 429, headers: { 'retry-after': '20' } });
    const { signal, end } = timeout();
    vi.mocked(sleep).mockImplementationOnce(async (_, __, options) => {
      end();
      options?.signal?.throwIfAborted();
    });
    expect((await send({ url: server.url }, { signal })).status).toBe(429);
    expect([waits(), server.requests.length]).toEqual([[20_000], 1]);
  });
});

describe('redirects', () => {
  it('are followed once, within the origin', async () => {
    const server = await providerServer();
    server.on('GET', '/old', { status: 301, headers: { location: '/new' } });
    server.on('GET', '/new', sequence({ json: { moved: true } }, { status: 302, headers: { location: '/old' } }));
    expect((await send({ url: `${server.url}/old` })).json()).toEqual({ moved: true });
    expect(server.requests[1]?.headers['authorization']).toBe('Bearer sentinel-of-the-transport');
    expect((await send({ url: `${server.url}/old` })).status).toBe(302);
    expect(server.requests).toHaveLength(4);
  });

  it.each([301, 302, 303, 307, 308])('never lead elsewhere (%i)', async (status) => {
    const [server, other] = [await providerServer(), await providerServer({ host: '127.0.0.2' })];
    for (const location of [
      `${other.url}/`,
      `${other.url.replace('http:', '')}/`,
      server.url.replace('http', 'https'),
    ]) {
      server.on('GET', '/', { status, headers: { location } });
      expect((await send({ url: server.url })).status).toBe(status);
    }
    expect(other.requests).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  it('are not followed after a POST', async () => {
    const server = await providerServer();
    server.on('POST', '/', { status: 307, headers: { location: '/new' } });
    expect((await send({ method: 'POST', url: server.url, repeatable: true })).status).toBe(307);
    expect(server.requests).toHaveLength(1);
  });
});

describe('the network', () => {
  it.each([
    ['a port where nothing listens', 'http://127.0.0.1:1/', /nothing answers/],
    ['a name that is not there', 'https://api.invalid/', /looked up/],
  ])('%s', async (_, url, detail) => {
    expect((await undecided({ url })).message).toMatch(detail);
  });

  it('accepts no certificate that nobody vouches for', async () => {
    const server = await providerServer({ tls: await certificate() });
    const { message, hint } = await undecided({ url: server.url });
    expect(message).toMatch(/certificate of 127\.0\.0\.1 .*SELF_SIGNED/);
    expect(hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(server.requests).toEqual([]);
  });

  it('says so where https meets plain http', async () => {
    const server = await providerServer();
    expect((await undecided({ url: server.url.replace('http', 'https') })).message).toMatch(
      /TLS with 127\.0\.0\.1 fails/,
    );
  });

  it.each(['http', 'https'])(
    'ends in time when %s meets a host that takes the connection and stays silent',
    async (scheme) => {
      const port = await listening(createServer());
      const options = { env: { INTEGRATIONS_SLACK_API_URL: `${scheme}://127.0.0.1:${port}` }, timeoutMs: 300 };
      const [token = ''] = sampleOf('slack').credentials.map(({ value }) => value);
      const verdict = await endsWithin(1_000, ask(slack, { slackBotToken: token }, options));
      expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    },
  );

  it('nor where the program that it is part of accepts all', async () => {
    const server = await providerServer({ tls: await certificate() });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect((await undecided({ url: `${server.url}/` })).message).toMatch(/SELF_SIGNED/);
  });

  it('trusts an authority that NODE_EXTRA_CA_CERTS names', async () => {
    const tls = await certificate();
    const server = await providerServer({ tls });
    const [token = ''] = sampleOf('slack').credentials.map(({ value }) => value);
    server.on('POST', '/auth.test', { json: { ok: true, user_id: 'U1', user: 'bot' } });
    const options = { env: { INTEGRATIONS_SLACK_API_URL: server.url } };
    const question = { provider: 'slack' as const, values: { slackBotToken: token, slackChannels: [] }, options };
    expect((await askAlone(question, {})).outcome).toBe('undecided');
    expect((await askAlone(question, { NODE_EXTRA_CA_CERTS: tls.path })).outcome).toBe('valid');
  });
});

describe('a proxy', () => {
  /** Lets everything through, whatever the name, to one port of this machine. */
  async function proxy(port: number, answer = '200 OK'): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((socket) => {
      socket.once('data', (head) => {
        asked.push(head.toString('latin1').split('\r\n')[0] ?? '');
        socket.write(`HTTP/1.1 ${answer}\r\n\r\n`);
        if (!answer.startsWith('200')) return void socket.end();
        const onward = connect(port, '127.0.0.1');
        onward.on('error', () => socket.destroy());
        socket.pipe(onward).pipe(socket);
      });
    });
    return { url: `http://127.0.0.1:${await listening(server)}`, asked };
  }

  it('is used as HTTPS_PROXY says', async () => {
    const server = await providerServer({ tls: await certificate() });
    const { url, asked } = await proxy(Number(new URL(server.url).port));
    vi.stubEnv('HTTPS_PROXY', url);
    expect((await undecided({ url: 'https://api.acme.test/' })).message).toMatch(/certificate of api\.acme\.test/);
    expect(asked).toEqual(['CONNECT api.acme.test:443 HTTP/1.1']);
  });

  it('is left out as NO_PROXY says', async () => {
    const { url, asked } = await proxy(1);
    vi.stubEnv('HTTPS_PROXY', url);
    vi.stubEnv('NO_PROXY', 'acme.invalid');
    expect((await undecided({ url: 'https://api.acme.invalid/' })).message).toMatch(/looked up/);
    expect(asked).toEqual([]);
  });

  it('may refuse', async () => {
    const { url } = await proxy(1, '407 Proxy Authentication Required');
    vi.stubEnv('HTTPS_PROXY', url);
    expect((await undecided({ url: 'https://api.acme.test/' })).message).toMatch(/proxy/);
  });

  it('that closes at CONNECT is asked a few times at most', async () => {
    let connections = 0;
    const closing = createServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.end());
    });
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await listening(closing)}`);
    expect((await undecided({ url: 'https://api.acme.test/' })).message).toMatch(/proxy cut the connection/);
    expect(connections).toBeLessThanOrEqual(3);
  });

  it.each(['localhost', '127.0.0.1', 'api.localhost'])('is not used for http://%s', async (name) => {
    const server = await providerServer();
    server.on('GET', '/', { json: {} });
    const { url, asked } = await proxy(1);
    vi.stubEnv('HTTP_PROXY', url);
    vi.stubEnv('HTTPS_PROXY', url);
    const local = server.url.replace('127.0.0.1', name);
    if (name === 'api.localhost') await send({ url: local }).catch(() => undefined);
    else expect((await send({ url: local })).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it.each([
    ['without http://', (url: string) => ` ${url.replace('http://', '')} `],
    ['in quotation marks', (url: string) => `"${url}"`],
  ])('may be named %s', async (_how, written) => {
    const server = await providerServer({ tls: await certificate() });
    const { url, asked } = await proxy(Number(new URL(server.url).port));
    vi.stubEnv('HTTPS_PROXY', written(url));
    expect((await undecided({ url: 'https://api.acme.test/' })).message).toMatch(/certificate of api\.acme\.test/);
    expect(asked).toHaveLength(1);
  });

  it.each(['http://u:p#s3cret@h:1', 'http://', 'ftp://h', 'http://%zz:x@h:1', 'h:1/x'])(
    'is named by its variable where %s is no address of one',
    async (address) => {
      vi.stubEnv('HTTPS_PROXY', address);
      const { message, hint } = await undecided({ url: 'https://api.acme.test/' });
      expect([message, hint]).toEqual([
        'HTTPS_PROXY is not the address of a proxy',
        'Set HTTPS_PROXY to http://host:port, or unset it.',
      ]);
    },
  );

  it('of SOCKS that says nothing is given up when the time is over', async () => {
    const { signal, end } = timeout();
    const port = await listening(createServer(end));
    vi.stubEnv('HTTPS_PROXY', `socks5://127.0.0.1:${port}`);
    await undecided({ url: 'https://api.acme.test/' }, { signal });
  });
});

describe('a trace', () => {
  const lines = async (request: Request): Promise<string[]> => {
    const told: string[] = [];
    await send(request, { trace: (text) => told.push(text.replace(/\d+ ms$/, 'N ms')) }).catch(() => undefined);
    return told;
  };

  it('tells each request without its query, and each repeat', async () => {
    const server = await providerServer();
    server.on('GET', '/v1/apps', sequence({ status: 503 }, { json: [] }));
    passing();
    expect(await lines({ url: `${server.url}/v1/apps?filter=secret` })).toEqual([
      `GET ${server.url}/v1/apps 503, N ms`,
      `GET ${server.url}/v1/apps 200, N ms`,
    ]);
  });

  it('tells of a webhook no more than its origin', async () => {
    const server = await providerServer();
    server.on('POST', '/services/T0/B0/hidden', { status: 400, body: 'no_text' });
    const url = new Secret(`${server.url}/services/T0/B0/hidden`, []);
    expect(await lines({ method: 'POST', repeatable: true, url, headers: {} })).toEqual([
      `POST ${server.url}/… 400, N ms`,
    ]);
  });

  it('tells what had no answer', async () => {
    expect(await lines({ method: 'POST', repeatable: true, url: 'http://127.0.0.1:9/v1' })).toEqual([
      'POST http://127.0.0.1:9/v1 nothing answers at 127.0.0.1, N ms',
    ]);
  });
});

describe('what changes something', () => {
  async function sendOnce(change: Change, options: Partial<SenderOptions> & { signal?: AbortSignal } = {}) {
    const { signal = new AbortController().signal, ...rest } = options;
    const queue = createHostQueue(4);
    const common = { env: process.env, queue, allowHttp: false, now: () => new Date(), standIns: [] };
    const sender = createSender({ ...common, ...rest });
    return sender.sendOnce(change, signal).finally(() => sender.close());
  }

  async function fate(change: Change, options: Parameters<typeof sendOnce>[1] = {}): Promise<string> {
    return sendOnce(change, options).then(
      ({ status }) => String(status),
      (error: unknown) => (error instanceof NotDone ? error.outcome : `${error}`),
    );
  }

  const post = { method: 'POST' } as const;

  it.each([200, 302, 307, 401, 429, 500, 503])('is sent once, whatever answers: %i', async (status) => {
    const server = await providerServer();
    const headers = { location: '/elsewhere', 'retry-after': '0' };
    server.on('POST', '/', { status, headers });
    expect(await fate({ ...post, url: server.url })).toBe(String(status));
    expect(server.requests).toHaveLength(1);
  });

  it('may have been done where the connection broke after it had left', async () => {
    const server = await providerServer();
    server.on('POST', '/', faulty.reset);
    expect(await fate({ ...post, url: server.url })).toBe('uncertain');
    expect(server.requests).toHaveLength(1);
  });

  it('may have been done where no answer came in time', async () => {
    const server = await providerServer();
    const controller = new AbortController();
    server.on('POST', '/', () => {
      controller.abort();
      return () => undefined;
    });
    expect(await fate({ ...post, url: server.url }, { signal: controller.signal })).toBe('uncertain');
  });

  it('may have been done where the answer breaks off', async () => {
    const server = await providerServer();
    server.on('POST', '/', () => (response) => {
      response.writeHead(201, { 'content-length': '10' });
      response.write('{');
      setImmediate(() => response.socket?.resetAndDestroy());
    });
    expect(await fate({ ...post, url: server.url })).toBe('uncertain');
  });

  it('was not sent where nobody listens', async () => {
    const port = await freePort();
    expect(await fate({ ...post, url: `http://127.0.0.1:${port}/` })).toBe('not sent');
  });

  it('was not sent where TLS fails, or a proxy makes no tunnel', async () => {
    const plain = await listening(createServer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')));
    expect(await fate({ ...post, url: `https://127.0.0.1:${plain}/` })).toBe('not sent');
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${plain}`);
    expect(await fate({ ...post, url: 'https://api.acme.test/' })).toBe('not sent');
  });

  it('was not sent where it may not go', async () => {
    const secret = new Secret('b c', ['https://acme.atlassian.net']);
    const server = await providerServer();
    expect(await fate({ ...post, url: server.url, headers: { authorization: secret } })).toBe('not sent');
    expect(await fate({ ...post, url: 'http://ci.acme.test/' })).toBe('not sent');
    expect(server.requests).toHaveLength(0);
  });

  it('goes over a connection that no other request has used', async () => {
    const ports = new Set<number | undefined>();
    const server = createHttpServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{}');
    });
    const port = await listening(server);
    const sender = createSender({
      ...{ env: process.env, queue: createHostQueue(4), allowHttp: false, now: () => new Date(), standIns: [] },
    });
    const { signal } = new AbortController();
    await sender.send({ url: `http://127.0.0.1:${port}/` }, signal);
    await sender.sendOnce({ ...post, url: `http://127.0.0.1:${port}/` }, signal);
    await sender.sendOnce({ ...post, url: `http://127.0.0.1:${port}/` }, signal);
    await sender.close();
    expect(ports.size).toBe(3);
  });
});
