import { Socket } from 'node:net';
import { judgeBy } from '../core/answers.ts';
import { type Answer, type AnswerTable, type Finding, type Refusal, Undecided } from '../core/verification.ts';
import { networkFault } from './network-fault.ts';

export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS. */
  secure: boolean;
  login: { user: string; pass: string } | undefined;
}

/** Connects and signs in; sends nothing. @throws Refusal | Undecided */
export async function signIn(
  server: MailServer,
  answers: AnswerTable,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Finding> {
  const { createTransport } = await import('nodemailer');
  // A socket of our own can be cut whenever the time is over, and nothing keeps the program waiting then.
  const socket = new Socket();
  const cut = () => void socket.destroy();
  if (signal.aborted) throw signal.reason;
  signal.addEventListener('abort', cut, { once: true });
  const transport = createTransport({
    ...transportOptions(server, timeoutMs),
    socket,
    // 25 is opportunistic; elsewhere, and with a password, nothing goes over a line that is not encrypted.
    requireTLS: !server.secure && (server.port !== 25 || server.login !== undefined),
  } as object);
  const { host, login } = server;
  try {
    await transport.verify();
    return { detail: login ? 'the mail server accepts the sign-in' : 'the mail server answers, without a sign-in' };
  } catch (error) {
    throw signal.aborted ? networkFault(signal.reason, host).undecided : mailFault(error as MailError, answers, host);
  } finally {
    signal.removeEventListener('abort', cut);
    transport.close();
    // Time for QUIT.
    setTimeout(cut, 500).unref();
  }
}

/** What every connection with a mail server has. */
export function transportOptions({ host, port, secure, login }: MailServer, timeoutMs: number) {
  return {
    host,
    port,
    secure,
    // Without it a server that offers no sign-in would pass with any password.
    ...(login ? { auth: login, forceAuth: true } : {}),
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says to the program that we are part of.
    tls: { rejectUnauthorized: true },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

export interface MailError extends Error {
  /** One of nodemailer's. */
  code?: string;
  /** What Node called it. */
  originalCode?: string;
  command?: string;
  responseCode?: number;
  /** The whole reply. */
  response?: string;
}

/** A reply by the table, everything else by nodemailer's codes. */
export function mailFault(error: MailError, answers: AnswerTable, host: string): Refusal | Undecided {
  const { code = '', command, responseCode = 0 } = error;
  if (code === 'ETLS' || (command === 'STARTTLS' && responseCode !== 421))
    return new Undecided('UNREACHABLE', {
      detail: 'the mail server offers no encryption that is safe enough',
      hint: 'Check the port: 465 for smtps, 587 for smtp.',
    });
  if (responseCode > 0) return replied(error, answers);
  if (code === 'EAUTH')
    return new Undecided('UNREACHABLE', {
      detail: 'the mail server cannot check the sign-in now',
      hint: 'Try again later.',
    });
  if (code === 'ENOAUTH' || code === 'EOAUTH2') return noSignIn();
  if (code === 'EPROTOCOL')
    return new Undecided('UNREACHABLE', {
      detail: 'the mail server gave an unexpected answer',
      hint: 'Check INTEGRATIONS_SMTP_URL.',
    });
  return networkFault(systemError(error), host).undecided;
}

/** The codes of a reply (RFC 3463): of its text nothing else is told. */
export function codesOf({ responseCode = 0, response = '' }: MailError): string {
  return [responseCode, /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0]].filter(Boolean).join(', ');
}

/** What the table says of a reply; of any other its codes are told. */
function replied(error: MailError, answers: AnswerTable): Refusal | Undecided {
  const { responseCode = 0, response = '' } = error;
  const reply: Answer = {
    status: responseCode,
    text: response,
    bytes: Buffer.from(response),
    header: () => undefined,
    json: () => undefined,
    isPage: false,
    clockAhead: 0,
  };
  return (
    judgeBy(answers, reply, { credentialProven: false, now: new Date() }) ??
    new Undecided('UNREACHABLE', {
      detail: `the mail server gave an unexpected answer (${codesOf(error)})`,
      hint: 'Check INTEGRATIONS_SMTP_URL.',
    })
  );
}

function noSignIn(): Undecided {
  return new Undecided('MALFORMED', {
    detail: 'the mail server accepts no sign-in with a password',
    hint: 'Check INTEGRATIONS_SMTP_URL.',
  });
}

/** The error as Node named it; nodemailer puts a code of its own in front. */
function systemError({ code, originalCode, message }: MailError): Error {
  return Object.assign(new Error(message), { code: originalCode ?? code });
}
