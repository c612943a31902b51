import type { Environment } from '../config/environment.ts';
import { type Email, NotDone } from '../core/client.ts';
import { unfilledPasswordReason } from '../core/placeholder.ts';
import { type AnswerTable, type Finding, Undecided } from '../core/verification.ts';
import { takesMail } from './mail-domain.ts';
import { type MailServer, signIn } from './mail-server.ts';
import { submitOnce } from './mail-submission.ts';

/** What verifications and actions ask of mail. An aborted signal ends a question with an error. */
export interface MailService {
  /** Whether a mail server is configured. */
  readonly configured: boolean;
  /** Connects and signs in; sends nothing. @throws Refusal | Undecided */
  signIn(answers: AnswerTable, signal: AbortSignal): Promise<Finding>;
  /** Whether a domain takes mail. @throws Undecided when that cannot be found out */
  takesMail(domain: string, signal: AbortSignal): Promise<boolean>;
  /** Sends one e-mail, once. @returns the host that took it @throws NotDone */
  submit(email: Email, answers: AnswerTable): Promise<string>;
}

/** RFC 5321, 4.5.3.2.6, has a client wait for 10 minutes behind the message: nobody does so at a terminal. */
const takenMs = 60_000;

/**
 * Mail as the environment configures it: `INTEGRATIONS_SMTP_URL` (`smtps://user@host:465`, `smtp://user@host:587`), the
 * password in `INTEGRATIONS_SMTP_PASSWORD`, resolvers in `INTEGRATIONS_DNS_SERVERS`.
 */
export function createMail(env: Environment, timeoutMs: number): MailService {
  const address = env['INTEGRATIONS_SMTP_URL'] || undefined;
  return {
    configured: address !== undefined,
    signIn: async (answers, signal) =>
      signIn(serverFrom(address ?? '', env['INTEGRATIONS_SMTP_PASSWORD'] || undefined), answers, timeoutMs, signal),
    takesMail: (domain, signal) =>
      takesMail(domain, { servers: env['INTEGRATIONS_DNS_SERVERS'] || undefined, timeoutMs, signal }),
    async submit(email, answers) {
      const server = serverToSubmit(address, env['INTEGRATIONS_SMTP_PASSWORD'] || undefined);
      return submitOnce(server, email, answers, { connectMs: timeoutMs, takenMs });
    },
  };
}

function serverToSubmit(address: string | undefined, password: string | undefined): MailServer {
  if (address === undefined) {
    throw new NotDone('not sent', {
      kind: 'MALFORMED',
      detail: 'no mail server is configured',
      hint: 'Set INTEGRATIONS_SMTP_URL, such as smtps://user@host:465, and INTEGRATIONS_SMTP_PASSWORD.',
    });
  }
  try {
    return serverFrom(address, password);
  } catch (error) {
    if (!(error instanceof Undecided)) throw error;
    throw new NotDone('not sent', { kind: error.kind, detail: error.message, hint: error.hint });
  }
}

function serverFrom(address: string, password: string | undefined): MailServer {
  const url = URL.parse(address);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') throw malformed();
  const secure = url.protocol === 'smtps:';
  const user = decoded(url.username);
  const server = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
  };
  if (user === '') return { ...server, login: undefined };
  const pass = password ?? decoded(url.password);
  const unfilled = unfilledPasswordReason(pass);
  if (unfilled !== undefined) {
    throw new Undecided('MALFORMED', {
      detail: `the password of the mail server ${unfilled}`,
      hint: 'Check that whatever starts this command knows INTEGRATIONS_SMTP_PASSWORD.',
    });
  }
  if (pass !== '') return { ...server, login: { user, pass } };
  throw new Undecided('MALFORMED', {
    detail: 'the mail server has a user and no password',
    hint: 'Set INTEGRATIONS_SMTP_PASSWORD.',
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed();
  }
}

function malformed(): Undecided {
  return new Undecided('MALFORMED', {
    detail: 'INTEGRATIONS_SMTP_URL is not the address of a mail server',
    hint: 'smtps://user@host:465, or smtp://user@host:587',
  });
}
