import { Socket } from 'node:net';
import { type Finding, Refusal, Undecided } from '../core/verification.ts';
import { networkFault } from './network-fault.ts';

export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS. */
  secure: boolean;
  login: { user: string; pass: string } | undefined;
}

/** Connects and signs in; sends nothing. @throws Refusal | Undecided */
export async function signIn(server: MailServer, timeoutMs: number, signal: AbortSignal): Promise<Finding> {
  const { createTransport } = await import('nodemailer');
  const { host, port, secure, login } = server;
  // A socket of our own can be cut whenever the time is over, and nothing keeps the program waiting then.
  const socket = new Socket();
  const cut = () => void socket.destroy();
  if (signal.aborted) throw signal.reason;
  signal.addEventListener('abort', cut, { once: true });
  const transport = createTransport({
    host,
    port,
    secure,
    socket,
    // 25 is opportunistic; elsewhere, and with a password, nothing goes over a line that is not encrypted.
    requireTLS: !secure && (port !== 25 || login !== undefined),
    // Without it a server that offers no sign-in would pass with any password.
    ...(login ? { auth: login, forceAuth: true } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  try {
    await transport.verify();
    return { detail: login ? 'the mail server accepts the sign-in' : 'the mail server answers, without a sign-in' };
  } catch (error) {
    throw signal.aborted ? networkFault(signal.reason, host).undecided : mailFault(error as MailError, host);
  } finally {
    signal.removeEventListener('abort', cut);
    transport.close();
    // Time for QUIT.
    setTimeout(cut, 500).unref();
  }
}

interface MailError extends Error {
  /** One of nodemailer's. */
  code?: string;
  /** What Node called it. */
  originalCode?: string;
  responseCode?: number;
}

/** nodemailer's codes, and the reply codes of SMTP (RFC 5321, RFC 4954). */
function mailFault(error: MailError, host: string): Refusal | Undecided {
  const { code = '', responseCode = 0 } = error;
  if ([421, 450, 451, 452].includes(responseCode))
    return new Undecided('RATE_LIMITED', {
      detail: `the mail server defers (${responseCode})`,
      hint: 'Try again later.',
    });
  if (code === 'EAUTH') return signInFault(responseCode);
  if ([530, 534, 535, 538].includes(responseCode)) return refusedSignIn(responseCode);
  if (code === 'ENOAUTH' || code === 'EOAUTH2') return noSignIn();
  if (code === 'ETLS' || (error as { command?: string }).command === 'STARTTLS')
    return new Undecided('UNREACHABLE', {
      detail: 'the mail server offers no encryption that is accepted',
      hint: 'Check the port: 465 for smtps, 587 for smtp.',
    });
  if (responseCode > 0 || code === 'EPROTOCOL')
    return new Undecided('UNREACHABLE', {
      detail: `the mail server gave an answer that is not foreseen${responseCode ? ` (${responseCode})` : ''}`,
      hint: 'Check INTEGRATIONS_SMTP_URL.',
    });
  return networkFault(systemError(error), host).undecided;
}

function signInFault(responseCode: number): Refusal | Undecided {
  // The command or its kind is not known there: that says nothing about the password.
  if (responseCode >= 500 && responseCode <= 504) return noSignIn();
  if (responseCode >= 500) return refusedSignIn(responseCode);
  return new Undecided('UNREACHABLE', {
    detail: `the mail server cannot check the sign-in now${responseCode ? ` (${responseCode})` : ''}`,
    hint: 'Try again later.',
  });
}

function refusedSignIn(responseCode: number): Refusal {
  return new Refusal('INVALID', {
    detail: `the mail server refuses the sign-in (${responseCode})`,
    hint: 'Check the user in INTEGRATIONS_SMTP_URL and INTEGRATIONS_SMTP_PASSWORD; many providers want an app password.',
  });
}

function noSignIn(): Undecided {
  return new Undecided('MALFORMED', {
    detail: 'the mail server takes no sign-in with a password',
    hint: 'Check INTEGRATIONS_SMTP_URL.',
  });
}

/** The error as Node named it; nodemailer puts a code of its own in front. */
function systemError({ code, originalCode, message }: MailError): Error {
  return Object.assign(new Error(message), { code: originalCode ?? code });
}
