import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { atEnd } from './at-end.ts';
import type { Certificate } from './self-signed.ts';

/** What it answers to the client's packets, one after the other; `key` is its public key. */
export type Script = (pieces: { challenge: Buffer; key: Buffer }) => Buffer[];

export interface Rogue {
  port: number;
  /** Every packet that it got since it was last asked, without its header, past TLS. */
  received(): Buffer[];
  /** The passwords that it could read out of these packets: in clear text, or with its own key. */
  passwords(received: Buffer[]): string[];
}

const capabilities = { protocol41: 0x200, ssl: 0x800, secureConnection: 0x8000, pluginAuth: 0x80000 };

/** Speaks as much of MySQL's protocol as it takes to ask for a password. */
export async function rogueServer(options: {
  plugin?: string;
  tls?: Pick<Certificate, 'key' | 'cert'>;
  script?: Script;
  /** Where it listens in place of a port. */
  socket?: string;
}): Promise<Rogue> {
  const { plugin = 'caching_sha2_password', tls, script = () => [], socket: path } = options;
  const { publicKey, privateKey } = keys;
  // No byte of it is 0.
  const challenge = Buffer.from(randomBytes(20).map((byte) => (byte & 0x7f) | 1));
  const packets: Buffer[] = [];

  const server = createServer((client) => {
    const answers = script({ challenge, key: Buffer.from(publicKey) });
    client.on('error', ignore);
    client.write(packet(0, greeting(plugin, challenge, tls !== undefined)));
    listen(client, (payload, sequence, socket) => {
      packets.push(payload);
      // Of the first packet alone: the answer to a challenge is as long, and any bits may stand in it.
      if (tls && sequence === 1 && payload.length === 32 && payload.readUInt32LE(0) & capabilities.ssl) return tls;
      const answer = answers.shift();
      if (answer) socket.write(packet(sequence + 1, answer));
      else socket.end();
      return undefined;
    });
  });
  atEnd(() => server.close());
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  );
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received: () => packets.splice(0),
    passwords: (received) => received.flatMap((each) => [...clearText(each), ...decrypted(each)]),
  };

  function decrypted(payload: Buffer): string[] {
    try {
      const plain = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, payload);
      return [
        Buffer.from(plain.map((byte, index) => byte ^ (challenge[index % 20] ?? 0)))
          .toString()
          .replace(/\0$/, ''),
      ];
    } catch {
      return [];
    }
  }
}

/** Another way to sign in, and the same or another challenge. */
export function switchTo(plugin: string, challenge: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`), challenge, Buffer.from([0])]);
}

/** More of the present way. */
export function more(...bytes: (number | Buffer)[]): Buffer {
  return Buffer.concat([
    Buffer.from([1]),
    ...bytes.map((each) => (typeof each === 'number' ? Buffer.from([each]) : each)),
  ]);
}

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

function clearText(payload: Buffer): string[] {
  return payload.includes('s3cret') ? ['s3cret'] : [];
}

function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence & 0xff, 3);
  return Buffer.concat([header, payload]);
}

function greeting(plugin: string, challenge: Buffer, offersTls: boolean): Buffer {
  const { protocol41, ssl, secureConnection, pluginAuth } = capabilities;
  const flags = protocol41 | secureConnection | pluginAuth | (offersTls ? ssl : 0);
  const fixed = Buffer.alloc(31);
  fixed.writeUInt32LE(7, 0);
  challenge.copy(fixed, 4, 0, 8);
  fixed.writeUInt16LE(flags & 0xffff, 13);
  fixed.writeUInt8(255, 15);
  fixed.writeUInt16LE(2, 16);
  fixed.writeUInt16LE(flags >>> 16, 18);
  fixed.writeUInt8(21, 20);
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from('8.4.0\0'),
    fixed,
    challenge.subarray(8),
    Buffer.from([0]),
    Buffer.from(`${plugin}\0`),
  ]);
}

/** @returns the certificate with which the stream is encrypted from now on */
type Listener = (payload: Buffer, sequence: number, socket: Socket) => Pick<Certificate, 'key' | 'cert'> | undefined;

/** Cuts the stream into packets. */
function listen(socket: Socket, listener: Listener): void {
  let seen = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    while (seen.length >= 4 && seen.length >= 4 + seen.readUIntLE(0, 3)) {
      const length = seen.readUIntLE(0, 3);
      const [payload, sequence] = [seen.subarray(4, 4 + length), seen.readUInt8(3)];
      seen = seen.subarray(4 + length);
      const tls = listener(payload, sequence, socket);
      if (!tls) continue;
      socket.off('data', take).pause().unshift(seen);
      const secure = new TLSSocket(socket, { isServer: true, ...tls });
      secure.on('error', () => socket.destroy());
      listen(secure, listener);
      return;
    }
  };
  socket.on('data', take);
}

function ignore(): void {}
