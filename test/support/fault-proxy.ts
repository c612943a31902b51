import { connect, createServer, type Socket } from 'node:net';
import { atEnd } from './at-end.ts';
import type { Environment, Sandbox } from './cli.ts';

/** Which way a packet goes: what the client sends, or what the server answers. */
export type Way = 'sent' | 'answered';

/**
 * What becomes of a packet, and of its connection with it.
 * - `drop`: both ends see the connection close in front of it
 * - `reset`: the same, as a reset
 * - `truncate`: half of it goes through
 * - `freeze`: nothing goes through any more, either way, and nobody is told
 */
export type Harm = 'drop' | 'reset' | 'truncate' | 'freeze';

export interface Fault {
  harm: Harm;
  way: Way;
  /** The first packet is 1, over all connections. */
  at: number;
  /** What is connected to later is frozen too. */
  lasts?: boolean;
}

export interface FaultProxy {
  /** The environment that leads through it. */
  env: Environment;
  /** How many packets came, as long as nothing was harmed. */
  packets(): Readonly<Record<Way, number>>;
  /** Whether the fault came to pass. */
  struck(): boolean;
}

/**
 * A proxy in front of a sandbox's server, which knows the packets of its protocol and harms one of them.
 * @param passing is told each before it goes on
 */
export async function faultProxy(
  box: Pick<Sandbox, 'env'>,
  fault?: Fault,
  passing: (way: Way, count: number) => void = () => {},
): Promise<FaultProxy> {
  const direct = box.env['INTEGRATIONS_DATABASE_URL'] ?? '';
  const { port, hostname, host } = new URL(direct);
  const sockets = new Set<Socket>();
  const packets = { sent: 0, answered: 0 };
  let struck = false;

  const proxy = createServer((client) => {
    const server = connect({ port: Number(port), host: hostname, noDelay: true });
    client.setNoDelay(true);
    let frozen = struck && fault?.lasts === true;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      // A frozen network tells nobody that the other end is gone.
      socket.on('close', () => {
        if (!frozen) for (const each of [client, server]) each.destroy();
      });
    }

    function strike(packet: Buffer, to: Socket): void {
      struck = true;
      if (fault?.harm === 'freeze') frozen = true;
      else if (fault?.harm === 'reset') for (const each of [client, server]) each.resetAndDestroy();
      else if (fault?.harm === 'truncate') to.write(packet.subarray(0, packet.length / 2), end);
      else end();
    }
    const end = () => {
      for (const each of [client, server]) each.destroy();
    };

    for (const [way, from, to] of [
      ['sent', client, server],
      ['answered', server, client],
    ] as const) {
      let left = Buffer.alloc(0);
      from.on('data', (bytes) => {
        left = Buffer.concat([left, bytes]);
        for (let length = lengthOf(left); left.length >= length; length = lengthOf(left)) {
          const packet = left.subarray(0, length);
          left = left.subarray(length);
          if (frozen || to.destroyed) continue;
          packets[way] += 1;
          passing(way, packets[way]);
          if (!struck && fault?.way === way && fault.at === packets[way]) strike(packet, to);
          else to.write(packet);
        }
      });
    }
  });

  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const own = proxy.address();
  const address = `127.0.0.1:${typeof own === 'object' && own ? own.port : 0}`;
  return {
    // It reads what passes, so nothing may be encrypted.
    env: { INTEGRATIONS_DATABASE_URL: `${direct.replace(host, address)}?ssl=off` },
    packets: () => packets,
    struck: () => struck,
  };
}

const headerLength = 4;

function lengthOf(bytes: Buffer): number {
  return headerLength + (bytes.length < headerLength ? 1 : bytes.readUIntLE(0, 3));
}
