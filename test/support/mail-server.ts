import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { atEnd } from './at-end.ts';
import type { Certificate } from './self-signed.ts';

export interface MailServer {
  readonly port: number;
  /** The reply code of every sign-in; undefined takes the right password. */
  refuse: number | undefined;
  /** What it was sent after the sign-in: nothing, if all is well. */
  readonly commands: readonly string[];
}

/** A mail server with TLS from the first byte, which takes one password. It repeats what it refuses. */
export async function mailServer({ key, cert }: Certificate, password: string): Promise<MailServer> {
  const commands: string[] = [];
  const state: Omit<MailServer, 'port'> = { refuse: undefined, commands };
  const smtp = new SMTPServer({
    secure: true,
    key,
    cert,
    onAuth({ username, password: given }, _session, done) {
      const responseCode = state.refuse ?? (given === password ? undefined : 535);
      if (responseCode === undefined) return done(null, { user: username });
      done(Object.assign(new Error(`${given} is wrong for ${username}`), { responseCode }));
    },
    onMailFrom(_address, _session, done) {
      commands.push('MAIL');
      done();
    },
  });
  smtp.on('error', () => undefined);
  const port = await new Promise<number>((resolve) => {
    const listener = smtp.listen(0, '127.0.0.1', () => resolve((listener.address() as AddressInfo).port));
  });
  atEnd(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  return Object.assign(state, { port });
}
