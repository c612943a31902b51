import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { atEnd } from '../../support/at-end.ts';

export interface Thief {
  /** Such as `http://[::1]:40123`. */
  url: string;
  /** What it was sent, whatever it was; a connection without a byte is there as an empty text. */
  got: () => readonly string[];
}

/** Listens there and takes whatever comes, without an answer. */
async function thief(host: string): Promise<Thief> {
  const got: Buffer[][] = [];
  const server = createServer((socket) => {
    const bytes: Buffer[] = [];
    got.push(bytes);
    socket.on('data', (chunk) => bytes.push(chunk));
    socket.on('error', () => undefined);
  });
  server.listen(0, host);
  await once(server, 'listening');
  atEnd(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    got: () => got.map((bytes) => Buffer.concat(bytes).toString('latin1')),
  };
}

/** On another port of the same address, on other addresses of this machine, and on the same port under another name. */
export async function thieves(ownUrl: string): Promise<{ urls: readonly string[]; got: () => readonly string[] }> {
  const others = await Promise.all(['127.0.0.1', '127.0.0.2', '::1'].map(thief));
  const own = new URL(ownUrl);
  const [first] = others;
  return {
    urls: [
      ...others.map(({ url }) => url),
      `http://localhost:${own.port}`,
      `https://${own.host}`,
      (first?.url ?? '').replace('http:', 'https:'),
      (first?.url ?? '').replace('127.0.0.1', 'localhost'),
    ],
    got: () => others.flatMap(({ got }) => got()),
  };
}
