import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { AppError, usage } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import { systemCode, systemReason } from '../files/system-error.ts';

export type Place = { host: string; port: number } | { socket: string };

export interface ListenerOptions {
  place: Place;
  /** PEM. */
  tls: { cert: string; key: string } | undefined;
}

export interface Listener {
  /** Where it is reached: `http://127.0.0.1:8787`, or the path of its socket. */
  address: string;
  /** Takes no more connections, and ends when all requests are answered; after so long whatever is left of them. */
  drain(afterMs: number): Promise<void>;
}

/** Whoever sends or reads slowly keeps a connection for so long, and nobody all of them. */
const limits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
};
const mostConnections = 1_024;

/** @throws AppError CONFLICT where somebody else listens there, USAGE where nobody can */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { place, tls }: ListenerOptions,
): Promise<Listener> {
  const answering = new Set<import('node:http').ServerResponse>();
  let isDraining = false;
  // Puts its own Response in the place of Node's, in which each answer would be a stream.
  const handle = getRequestListener(fetch);
  const listener: RequestListener = (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    if (isDraining) response.setHeader('connection', 'close');
    void handle(request, response);
  };
  const server = tls
    ? createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' }, listener)
    : createPlainServer(limits, listener);
  server.maxConnections = mostConnections;
  await ('socket' in place ? listenOnSocket(server, place.socket) : listenAt(server, place));

  return {
    address: addressOf(server, place, tls !== undefined),
    drain(afterMs) {
      isDraining = true;
      for (const response of answering) if (!response.headersSent) response.setHeader('connection', 'close');
      const late = setTimeout(() => server.closeAllConnections(), afterMs);
      return new Promise((resolve) => {
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

function started(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function listenAt(server: Server, place: { host: string; port: number }): Promise<void> {
  await started(server, { ...place, host: place.host.replace(/^\[(.*)\]$/, '$1') }).catch((error: unknown) => {
    throw refusedAt(`${place.host}:${place.port}`, error);
  });
}

/** Only its owner may open it. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  const umask = process.umask(0o177);
  try {
    await started(server, { path }).catch(async (error: unknown) => {
      if (systemCode(error) !== 'EADDRINUSE' || !lstatSync(path).isSocket() || (await isAnswered(path))) throw error;
      // Whoever made it is gone.
      unlinkSync(path);
      await started(server, { path });
    });
    chmodSync(path, 0o600);
  } catch (error) {
    throw refusedAt(path, error);
  } finally {
    process.umask(umask);
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', (error) => resolve(systemCode(error) !== 'ECONNREFUSED'));
  });
}

function refusedAt(place: string, error: unknown): AppError {
  if (systemCode(error) === 'EADDRINUSE') {
    return new AppError('CONFLICT', `something else listens at ${quotable(place)} already`, {
      hint: 'Name another place with --listen HOST:PORT or --socket PATH.',
      cause: error,
    });
  }
  return usage(`cannot listen at ${quotable(place)}: ${systemReason(error)}`, { cause: error });
}

function addressOf(server: Server, place: Place, isTls: boolean): string {
  if ('socket' in place) return place.socket;
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : place.port;
  return `${isTls ? 'https' : 'http'}://${place.host}:${port}`;
}
