import { connect, createServer, type Socket } from 'node:net';
import { atEnd } from './at-end.ts';
import type { Sandbox } from './cli.ts';

interface Cut {
  /** Cuts before the client's bytes that match are passed on. */
  before?: RegExp;
  /** Cuts when the server has answered so many bytes. */
  afterBytes?: number;
  /** Passes nothing on, and says nothing. */
  silent?: true;
}

/** A TCP proxy in front of a sandbox's server. @returns the environment that leads through it */
export async function through(box: Sandbox, cut: Cut): Promise<{ INTEGRATIONS_DATABASE_URL: string }> {
  const url = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '');
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    sockets.add(client);
    client.on('error', ignore);
    if (cut.silent) return;
    const server = connect(Number(url.port), url.hostname);
    sockets.add(server);
    server.on('error', ignore);
    // The server sees its client vanish, and takes back what was not committed.
    const end = () => {
      client.destroy();
      server.destroy();
    };
    client.on('close', end);
    server.on('close', end);
    client.on('data', (sent) => (cut.before?.test(sent.toString('latin1')) ? end() : server.write(sent)));
    let answered = 0;
    server.on('data', (answer) => {
      answered += answer.length;
      if (cut.afterBytes !== undefined && answered > cut.afterBytes) end();
      else client.write(answer);
    });
  });
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  return { INTEGRATIONS_DATABASE_URL: url.href };
}

function ignore(): void {}
