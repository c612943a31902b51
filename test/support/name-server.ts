import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { atEnd } from './at-end.ts';

/** What a name has; `fail` answers SERVFAIL, `silent` not at all. A name that is not listed does not exist. */
export type Zone = Readonly<Record<string, { mx?: readonly string[]; a?: readonly string[] } | 'fail' | 'silent'>>;

const types = { a: 1, mx: 15 } as const;

/** A name server for one test, over UDP (RFC 1035). @returns its `address:port` */
export async function nameServer(zone: Zone): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    const entry = zone[name];
    if (entry === 'silent') return;
    const code = entry === undefined ? 3 : entry === 'fail' ? 2 : 0;
    const records = typeof entry === 'object' ? recordsOf(entry, type) : [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8580 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  atEnd(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function recordsOf({ mx = [], a = [] }: { mx?: readonly string[]; a?: readonly string[] }, type: number): Buffer[] {
  if (type === types.mx) return mx.map((host) => record(type, Buffer.concat([Buffer.from([0, 10]), encoded(host)])));
  if (type === types.a) return a.map((address) => record(type, Buffer.from(address.split('.').map(Number))));
  return [];
}

/** With the name of the question, by a pointer to it. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function encoded(name: string): Buffer {
  const labels = name.split('.').filter(Boolean);
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}
