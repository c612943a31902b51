import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { Undecided } from '../../../src/core/verification.ts';
import { createHostQueue } from '../../../src/verify/host-queue.ts';
import { createSender } from '../../../src/verify/send.ts';
import { askAlone } from '../../support/ask-alone.ts';
import { atEnd } from '../../support/at-end.ts';
import { authority, certificate } from '../../support/certificate.ts';
import { providerServer } from '../../support/provider-server.ts';
import { sampleOf } from '../../support/samples.ts';
import type { Certificate } from '../../support/self-signed.ts';

/** A server that breaks off, speaks something else or speaks it wrongly: each is told by its own cause. */
const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

async function serving(answer: (socket: Socket) => void, tls?: Certificate): Promise<string> {
  const listener = (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => server.close());
  return `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function reasonAt(url: string): Promise<{ message: string; hint: string | undefined }> {
  const sender = createSender({
    env: {},
    queue: createHostQueue(4),
    allowHttp: false,
    now: () => new Date(),
    standIns: [],
  });
  const error = await sender.send({ url }, AbortSignal.timeout(5_000)).catch((problem: unknown) => problem);
  await sender.close();
  if (!(error instanceof Undecided)) throw new Error(`not undecided: ${error}`);
  return error as Undecided;
}

const says = (text: string) => (socket: Socket) => void socket.end(text);

describe('HTTP', () => {
  it.each<[what: string, answer: (socket: Socket) => void, reason: RegExp, hint: RegExp]>([
    ['another protocol', says('SSH-2.0-OpenSSH_9.2\r\n'), /does not speak HTTP/, /port/],
    ['HTTP/2 at once', says('\0\0\x12\x04\0\0\0\0\0'), /does not speak HTTP/, /port/],
    ['TLS in answer to plain HTTP', says('\x15\x03\x01\0\x02\x02\x16'), /does not speak HTTP/, /http or https/],
    ['another version', says('HTTP/9.7 200 OK\r\n\r\n'), /does not speak HTTP/, /port/],
    ['no status', says('HTTP/1.1 OK\r\n\r\n'), /does not speak HTTP/, /port/],
    ['a header that is none', says(`${head}no colon here\r\n\r\n{}`), /an invalid header/, /proxy/],
    ['a header with a NUL', says(`${head}X: a\0b\r\n\r\n{}`), /an invalid header/, /proxy/],
    ['headers without end', says(`${head}X: ${'x'.repeat(100_000)}\r\n\r\n{}`), /headers that are too long/, /proxy/],
    ['two lengths', says(`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`), /not as long as it says/, /later/],
    ['a length that is none', says(`${head}Content-Length: two\r\n\r\n{}`), /not as long as it says/, /later/],
    [
      'fewer bytes than its length',
      says(`${head}Content-Length: 20\r\n\r\n{}`),
      /cut the connection|not as long/,
      /later/,
    ],
    [
      'chunks that are none',
      says(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}`),
      /cut off or malformed/,
      /later/,
    ],
    [
      'chunks without end',
      says(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`),
      /cut the connection|broken off/,
      /later/,
    ],
    ['nothing', (socket) => void socket.end(), /cut the connection/, /later/],
    ['a reset', (socket) => void socket.resetAndDestroy(), /cut the connection/, /later/],
    [
      'a reset in the middle',
      (socket) => socket.write(head, () => socket.resetAndDestroy()),
      /cut the connection/,
      /later/,
    ],
  ])('%s', async (_, answer, reason, hint) => {
    const told = await reasonAt(await serving(answer));
    expect(told.message).toMatch(reason);
    expect(told.hint).toMatch(hint);
  });

  it('plain HTTP to a server of TLS', async () => {
    const url = await serving(says('HTTP/1.1 200 OK\r\n\r\n'), await certificate());
    const { message, hint } = await reasonAt(url.replace('https', 'http'));
    expect(message).toMatch(/cut the connection|does not speak HTTP/);
    expect(hint).toBeDefined();
  });

  it('TLS to a server of plain HTTP', async () => {
    const url = await serving(says(`${head}\r\n{}`));
    const { message, hint } = await reasonAt(url.replace('http', 'https'));
    expect(message).toMatch(/TLS with 127\.0\.0\.1 fails: it does not use TLS there/);
    expect(hint).toMatch(/http or https/);
  });
});

describe('a certificate', () => {
  let trusted: Awaited<ReturnType<typeof authority>>;
  beforeAll(async () => {
    trusted = await authority();
  });

  async function toldOf(tls: Certificate): Promise<{ detail: string | undefined; hint: string | null }> {
    const server = await providerServer({ tls });
    const [token = ''] = sampleOf('slack').credentials.map(({ value }) => value);
    const options = { env: { INTEGRATIONS_SLACK_API_URL: server.url } };
    const question = { provider: 'slack' as const, values: { slackBotToken: token, slackChannels: [] }, options };
    const { checks, hint } = await askAlone(question, { NODE_EXTRA_CA_CERTS: trusted.path });
    return { detail: checks.find(({ outcome }) => outcome === 'undecided')?.detail, hint };
  }

  it('each fault in its own words, with what to do', async () => {
    const names = ['IP:127.0.0.1'];
    for (const [tls, detail, hint] of [
      [await trusted.sign({ names, days: -1 }), /has expired/, /renewed/],
      [await trusted.sign({ names: ['DNS:elsewhere.test'] }), /is for another name/, /name that it is for/],
      [await certificate(), /is self-signed/, /NODE_EXTRA_CA_CERTS/],
      [await (await authority()).sign({ names }), /an authority that is unknown here/, /NODE_EXTRA_CA_CERTS/],
    ] as const) {
      const told = await toldOf(tls);
      expect(told.detail).toMatch(detail);
      expect(told.hint).toMatch(hint);
    }
  });
});
