import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Json } from '../../src/core/field.ts';
import { atEnd } from './at-end.ts';
import type { Description } from './descriptions.ts';

/** One request as it came in. */
export interface Exchange {
  method: string;
  /** Without the query, as it was sent. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Reply {
  /** 200 where it is not said. */
  status?: number;
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as `application/json`. */
  json?: Json | Readonly<Record<string, unknown>>;
  body?: string | Buffer;
}

/** Does to the response what no reply can say: dripping, cutting, flooding. */
export type RawReply = (response: ServerResponse) => void;

export type Handler = Reply | ((exchange: Exchange) => Reply | RawReply | Promise<Reply | RawReply>);

interface Route {
  method: string;
  path: string | RegExp;
  handler: Handler;
  /** The provider's description does not have it, so requests are not held against that. */
  undescribed?: boolean;
}

export interface ProviderServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Every request so far, unknown ones too. */
  readonly requests: readonly Exchange[];
  /** Answers such requests; what is said last counts. A text is the whole path. */
  on(method: string, path: string | RegExp, handler: Handler, options?: { undescribed?: boolean }): void;
  /** Happens by itself at the end of the test, which fails for requests that nobody foresaw or that do not fit. */
  close(): Promise<void>;
}

interface ServerOptions {
  host?: string;
  tls?: { key: string; cert: string };
  /** Holds every request against the provider's own description. */
  description?: Description;
}

/** A provider for one test, on a free port. A request that nothing was said about is answered 404 and fails the test. */
export async function providerServer({
  host = '127.0.0.1',
  tls,
  description,
}: ServerOptions = {}): Promise<ProviderServer> {
  const routes: Route[] = [];
  const requests: Exchange[] = [];
  const problems: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = await exchangeOf(request);
    requests.push(exchange);
    const route = routes.findLast(({ method, path }) => method === exchange.method && matches(path, exchange.path));
    if (!route) {
      problems.push(`${exchange.method} ${request.url} was not foreseen`);
      return send(response, { status: 404, json: { message: 'not foreseen by the test' } });
    }
    if (description && !route.undescribed) problems.push(...description.fits(exchange));
    const { handler } = route;
    const reply = typeof handler === 'function' ? await handler(exchange) : handler;
    if (typeof reply === 'function') reply(response);
    else send(response, reply);
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      problems.push(`${request.method} ${request.url} broke its handler: ${error}`);
      response.destroy();
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const port = await listening(server, host);

  let open = true;
  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    });
    if (problems.length > 0) throw new Error(`the provider server was asked amiss:\n${problems.join('\n')}`);
  }
  atEnd(close);

  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    requests,
    on: (method, path, handler, options) => void routes.push({ method, path, handler, ...options }),
    close,
  };
}

/** Answers one after another; the last one again and again. */
export function sequence(...handlers: [Handler, ...Handler[]]): Handler {
  let next = 0;
  return (exchange) => {
    const handler = handlers[Math.min(next, handlers.length - 1)] as Handler;
    next += 1;
    return typeof handler === 'function' ? handler(exchange) : handler;
  };
}

/** Replies that break off, hang or never end. */
export const faulty = {
  /** Cuts the connection without an answer. */
  reset: () => (response: ServerResponse) => void response.socket?.resetAndDestroy(),
  /** Never answers. */
  silence: () => () => undefined,
  /** Starts an answer and then sends a byte every 50 ms for ever. */
  drip: () => (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
    const timer = setInterval(() => response.write(' '), 50);
    response.once('close', () => clearInterval(timer));
  },
  /** 50 MB of an endless text. */
  flood: () => (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const block = Buffer.alloc(1 << 20, 'x');
    let left = 50;
    const pour = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (!response.write(block)) return void response.once('drain', pour);
      }
      response.end();
    };
    response.on('error', () => undefined);
    pour();
  },
} as const satisfies Record<string, () => RawReply>;

/** A sign-in or proxy page where an API should answer. */
export const page: Reply = {
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><html><title>Sign in</title></html>',
};

async function exchangeOf(request: IncomingMessage): Promise<Exchange> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = request.url ?? '/';
  const [path = '/'] = target.split('?');
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(target.slice(path.length)),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function matches(pattern: string | RegExp, path: string): boolean {
  return typeof pattern === 'string' ? pattern === path : pattern.test(path);
}

function send(response: ServerResponse, { status = 200, headers = {}, json, body = '' }: Reply): void {
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...(headers as Record<string, string | string[]>) });
  response.end(json === undefined ? body : JSON.stringify(json));
}

function listening(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}
