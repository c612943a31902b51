import { Socket } from 'node:net';
import { type Email, NotDone } from '../core/client.ts';
import { isLoopback } from '../core/loopback.ts';
import { type AnswerTable, Refusal } from '../core/verification.ts';
import { codesOf, type MailError, type MailServer, mailFault, transportOptions } from './mail-server.ts';

interface Patience {
  /** Until the server greets. */
  connectMs: number;
  /** For each of its answers, the last one included. */
  takenMs: number;
}

/**
 * Hands a message for one recipient to a mail server, once, over a connection of its own.
 * @returns the host that took it
 * @throws NotDone `not sent` where the server did not ask for the message, or put it off; `uncertain` where its answer behind it is lost
 */
export async function submitOnce(
  server: MailServer,
  email: Email,
  answers: AnswerTable,
  { connectMs, takenMs }: Patience,
): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const { host, secure, login } = server;
  const progress = watchingData();
  const transport = createTransport({
    ...transportOptions(server, connectMs),
    socket: new Socket(),
    socketTimeout: takenMs,
    requireTLS: !secure && (login !== undefined || !isLoopback(host.includes(':') ? `[${host}]` : host)),
    logger: progress.logger,
    debug: true,
  } as object);
  try {
    await transport.sendMail({ ...email, disableFileAccess: true, disableUrlAccess: true });
    return host;
  } catch (error) {
    throw notDone(error as MailError, { answers, host, hasBegun: progress.hasBegun() });
  } finally {
    transport.close();
  }
}

/**
 * Notes when the message begins: nodemailer's errors do not tell a connection that was lost before from one lost behind it.
 * What it is told holds the message and the password, and goes nowhere.
 */
function watchingData() {
  let begun = false;
  const note = ({ tnx }: { tnx?: unknown }, text?: unknown) => {
    begun ||= tnx === 'client' && text === 'DATA';
  };
  return {
    hasBegun: () => begun,
    logger: { level() {}, trace: note, debug: note, info: note, warn: note, error: note, fatal: note },
  };
}

interface Known {
  answers: AnswerTable;
  host: string;
  hasBegun: boolean;
}

function notDone(error: MailError, { answers, host, hasBegun }: Known): NotDone {
  const { responseCode = 0, command = '', code } = error;
  const refused = responseCode > 0 && ofEnvelope(error, command);
  if (refused) return refused;
  if (hasBegun && responseCode === 0) {
    return new NotDone('uncertain', {
      kind: 'UNREACHABLE',
      detail: `the connection with ${host} was lost before it said whether it takes the message`,
    });
  }
  if (responseCode === 0 && code === 'EENVELOPE') {
    return new NotDone('refused', { kind: 'INPUT', detail: 'the mail server takes no such addresses' });
  }
  const problem = mailFault(error, answers, host);
  const { message: detail, hint, kind } = problem;
  if (problem instanceof Refusal) return new NotDone('refused', { detail, hint, kind });
  const isRefusedNow = responseCode === 0 && code !== 'ETIMEDOUT' && kind === 'UNREACHABLE' && code !== 'ETLS';
  return new NotDone('not sent', { detail, hint, kind, retryAfterS: isRefusedNow ? 1 : undefined });
}

/** What a reply to the addresses or to the message says. A sign-in that is missed there is none of these. */
function ofEnvelope(error: MailError, command: string): NotDone | undefined {
  const line = [530, 535, 538].includes(error.responseCode ?? 0) ? undefined : envelope[command];
  if (!line) return undefined;
  const codes = codesOf(error);
  if ((error.responseCode ?? 0) < 500) {
    return new NotDone('not sent', {
      kind: 'RATE_LIMITED',
      detail: `the mail server puts the message off (${codes})`,
      hint: 'Try again in some minutes: many servers put off whom they do not know yet.',
    });
  }
  return new NotDone('refused', { ...line, detail: `${line.detail} (${codes})` });
}

const envelope: Readonly<Record<string, { kind?: 'NOT_FOUND' | 'PROVIDER_BLOCKED'; detail: string; hint: string }>> = {
  'MAIL FROM': {
    kind: 'PROVIDER_BLOCKED',
    detail: 'the mail server does not let it send from that address',
    hint: 'Correct --from-address with "update", or have the mail server let its user send from there.',
  },
  'RCPT TO': {
    kind: 'NOT_FOUND',
    detail: 'the mail server does not take mail for the recipient',
    hint: 'Correct --recipient with "update", or use a mail server that may send there.',
  },
  DATA: {
    detail: 'the mail server does not take the message',
    hint: 'Ask whoever runs the mail server: its filters, or its limits.',
  },
};
