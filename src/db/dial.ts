import { connect, type Socket } from 'node:net';
import type { Host } from './location.ts';

/** A connection on which nothing was sent yet. */
export interface Dialled {
  stream: Socket;
  /** Whether the server encrypts. */
  offersTls: boolean;
}

// Without the first the answer to every second small packet waits for an acknowledgement; by the others a connection
// whose other end is gone without a word is known to be cut.
const prompt = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 };

/** Connects to a host and looks at its greeting, which is left for the driver to read. */
export function dial(host: Host, timeoutMs: number): Promise<Dialled> {
  const stream = host.socketPath
    ? connect({ path: host.socketPath })
    : connect({ host: host.host, port: host.port, ...prompt });
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      stream.destroy();
      settle();
      // As the driver marks what ends a connection.
      reject(Object.assign(error, { fatal: true }));
    };
    const end = () => fail(withCode('PROTOCOL_CONNECTION_LOST'));
    const timer = setTimeout(() => fail(withCode('ETIMEDOUT')), timeoutMs);
    let greeting = Buffer.alloc(0);
    const read = () => {
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read())
        greeting = Buffer.concat([greeting, chunk]);
      if (greeting.length > headerLength && !knownStarts.includes(greeting.readUInt8(headerLength))) {
        return fail(withCode('PROTOCOL_NOT_MYSQL'));
      }
      if (greeting.length < packetLength(greeting)) return;
      settle();
      stream.unshift(greeting);
      resolve({ stream, offersTls: offersTls(greeting) });
    };
    const settle = () => {
      clearTimeout(timer);
      stream.off('readable', read).off('end', end).off('error', fail);
    };
    stream.on('readable', read).on('end', end).on('error', fail);
  });
}

const headerLength = 4;
const protocolVersion = 10;
const errorMark = 0xff;
const knownStarts = [protocolVersion, errorMark];
const clientSsl = 0x0800;

function packetLength(bytes: Buffer): number {
  return headerLength + (bytes.length < headerLength ? 1 : bytes.readUIntLE(0, 3));
}

/** Reads the capabilities behind version, connection id and the first part of the challenge. */
function offersTls(greeting: Buffer): boolean {
  const version = greeting.indexOf(0, headerLength + 1);
  const capabilities = version + 1 + 4 + 8 + 1;
  // An error in place of a greeting.
  if (greeting[headerLength] === errorMark || version < 0 || greeting.length < capabilities + 2) return false;
  return (greeting.readUInt16LE(capabilities) & clientSsl) !== 0;
}

function withCode(code: string): Error {
  return Object.assign(new Error('no greeting'), { code });
}
