import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { atEnd } from '../at-end.ts';
import type { Environment } from '../cli.ts';

/** A step of the conversation: what the client sent last. `greeting` comes before the first, `message` is the final dot. */
export type SmtpStep = 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'message' | 'QUIT';

/** A reply such as `550 5.1.1 No such user`, or what happens in its place. */
export type SmtpReply = string | 'close' | 'reset' | 'silence';

export interface SmtpDouble {
  readonly env: Environment;
  readonly port: number;
  /** What was taken, or may have been: each message that came to its final dot. */
  readonly received: readonly { to: string; text: string }[];
  readonly connections: number;
  /** Stands in the place of the usual reply; `to` is the recipient of the conversation, as far as it is known. */
  instead: (step: SmtpStep, to: string) => SmtpReply | undefined;
}

const usual: Readonly<Record<SmtpStep, string>> = {
  greeting: '220 mx.acme.test ESMTP',
  EHLO: '250 mx.acme.test',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 End data with a dot',
  message: '250 2.0.0 Ok: queued as 4711',
  QUIT: '221 2.0.0 Bye',
};

/** A mail server on plain sockets, without encryption and without a sign-in, that does at each step what it is told. */
export async function smtpDouble(): Promise<SmtpDouble> {
  const received: { to: string; text: string }[] = [];
  const state = { connections: 0, instead: (() => undefined) as SmtpDouble['instead'] };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    state.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket, (step, to, text) => {
      if (step === 'message') received.push({ to, text });
      return double.instead(step, to) ?? usual[step];
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const double = Object.assign(state, {
    port,
    env: { INTEGRATIONS_SMTP_URL: `smtp://127.0.0.1:${port}` },
    received,
  });
  return double;
}

function talk(socket: Socket, reply: (step: SmtpStep, to: string, text: string) => SmtpReply): void {
  let [buffer, to, isMessage] = ['', '', false];
  const answer = (step: SmtpStep, text = '') => {
    const given = reply(step, to, text);
    if (given === 'close') return void socket.end();
    if (given === 'reset') return void socket.resetAndDestroy();
    if (given === 'silence') return;
    if (step === 'DATA') isMessage = given.startsWith('354');
    socket.write(`${given}\r\n`);
    if (step === 'QUIT') socket.end();
  };
  socket.on('data', (chunk: Buffer) => {
    buffer += chunk.toString('utf8');
    for (;;) {
      const end = isMessage ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + (isMessage ? 5 : 2));
      if (isMessage) {
        isMessage = false;
        answer('message', line);
        continue;
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'RCPT') to = /<(.*)>/.exec(line)?.[1] ?? '';
      if (verb === 'RSET' || verb === 'NOOP') socket.write('250 Ok\r\n');
      else answer((verb === 'HELO' ? 'EHLO' : verb) as SmtpStep);
    }
  });
  answer('greeting');
}

/** A header of a message, its lines as one; undefined where there is none. */
export function headerOf(text: string, name: string): string | undefined {
  const head = (text.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
  return head
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim();
}
