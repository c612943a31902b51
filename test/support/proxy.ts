import { connect, createServer, type Socket } from 'node:net';
import { atEnd } from './at-end.ts';
import type { Sandbox } from './cli.ts';

interface Cut {
  /** Cuts before the client's bytes that match are passed on. */
  before?: RegExp;
  /** Passes on the client's bytes that match, and cuts instead of passing the answer on. */
  after?: RegExp;
  /** Passes on the client's bytes that match, and nothing of what is answered from then on. */
  mute?: RegExp;
  /** Does something once, and waits for it, before the client's bytes that match are passed on. */
  strike?: { at: RegExp; by: () => unknown };
  /** Cuts when the server has answered so many bytes. */
  afterBytes?: number;
  /** Passes nothing on, and says nothing. */
  silent?: true;
  /** A name in what the client sends, and another one of the same length that the server gets. */
  rename?: readonly [from: string, to: string];
  /** What passes takes half of this each way. */
  turnMs?: number;
  /** Cuts once and no more, or is gone from then on; without it, it cuts each time. */
  once?: 'and serves' | 'and is gone';
}

export interface Proxy {
  /** The environment that leads through it. */
  env: { INTEGRATIONS_DATABASE_URL: string };
  /** The same, with the server itself as the second host. */
  envWithSecondHost: { INTEGRATIONS_DATABASE_URL: string };
  /** `127.0.0.1:3306` */
  address: string;
  /** How often it has cut. */
  cuts(): number;
  /** What clients sent and were answered, since it was last asked: a turn over the network each, signing in left out. */
  turns(): string[];
}

/** A command of the protocol, which nothing that signs in is, but the last one: that is not answered. */
function isAsked(packet: Buffer): boolean {
  return packet.length > 4 && packet[3] === 0 && packet[4] !== 1;
}

/** A TCP proxy in front of a sandbox's server. */
export async function proxyFor(box: Pick<Sandbox, 'env'>, cut: Cut): Promise<Proxy> {
  const direct = box.env['INTEGRATIONS_DATABASE_URL'] ?? '';
  const { port, hostname, host } = new URL(direct);
  const sockets = new Set<Socket>();
  let cuts = 0;
  let { strike } = cut;
  let turns: string[] = [];
  const later = (pass: () => void) => (cut.turnMs === undefined ? pass() : void setTimeout(pass, cut.turnMs / 2));
  const proxy = createServer((client) => {
    sockets.add(client);
    client.on('error', ignore);
    if (cut.silent) return;
    const server = connect(Number(port), hostname);
    sockets.add(server);
    server.on('error', ignore);
    // The server sees its client vanish, and takes back what was not committed.
    const end = () => {
      client.destroy();
      server.destroy();
    };
    const mayCut = () => cut.once === undefined || cuts === 0;
    const cutOff = () => {
      cuts += 1;
      if (cut.once === 'and is gone') close();
      else end();
    };
    client.on('close', end);
    server.on('close', end);
    let isAnswerCut = false;
    let isAnswered = true;
    let isMute = false;
    let passing: Promise<unknown> = Promise.resolve();
    client.on('data', (sent) => {
      const text = sent.toString('latin1');
      if (isAnswered && isAsked(sent)) turns.push(text.slice(5));
      isAnswered = false;
      if (mayCut() && cut.before?.test(text)) return cutOff();
      if (strike?.at.test(text)) {
        const { by } = strike;
        strike = undefined;
        passing = passing.then(by);
      }
      isMute ||= cut.mute?.test(text) === true;
      isAnswerCut = mayCut() && cut.after?.test(text) === true;
      const given = cut.rename ? Buffer.from(text.replace(...cut.rename), 'latin1') : sent;
      passing = passing.then(() => later(() => server.write(given)));
    });
    let answered = 0;
    server.on('data', (answer) => {
      if (isMute) return;
      answered += answer.length;
      isAnswered = true;
      const isTooMuch = cut.afterBytes !== undefined && answered > cut.afterBytes && mayCut();
      if (isAnswerCut || isTooMuch) cutOff();
      else later(() => client.write(answer));
    });
  });
  const close = () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  };
  atEnd(close);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const own = proxy.address();
  const address = `127.0.0.1:${typeof own === 'object' && own ? own.port : 0}`;
  // It reads what passes, so nothing may be encrypted.
  const at = (hosts: string) => `${direct.replace(host, hosts)}?ssl=off`;
  return {
    env: { INTEGRATIONS_DATABASE_URL: at(address) },
    envWithSecondHost: { INTEGRATIONS_DATABASE_URL: at(`${address},${host}`) },
    address,
    cuts: () => cuts,
    turns() {
      const seen = turns;
      turns = [];
      return seen;
    },
  };
}

function ignore(): void {}
