import type { ErrorClass } from '../../../src/core/verification.ts';
import type { emailAnswers } from '../../../src/providers/email/answers.ts';

/** What a mail server really replies, for one line of the table. */
export interface ReplyExample {
  reply: string;
  class: ErrorClass;
  /** Before anything was asked; else to the sign-in. */
  atConnect?: true;
}

export const emailExamples: Readonly<Record<keyof typeof emailAnswers, ReplyExample>> = {
  'SMTP AUTH off in the tenant': {
    reply:
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [AM0PR02CA0021.eurprd02.prod.outlook.com]',
    class: 'PROVIDER_BLOCKED',
  },
  'SMTP AUTH off for the mailbox': {
    reply:
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [AM0PR02CA0021.eurprd02.prod.outlook.com]',
    class: 'PROVIDER_BLOCKED',
  },
  'refused by Microsoft 365': {
    reply:
      '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [PH0PR07CA0004.namprd07.prod.outlook.com]',
    class: 'INVALID',
  },
  'refused by a policy of Microsoft 365': {
    reply:
      "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. [AM0PR02CA0021.eurprd02.prod.outlook.com]",
    class: 'PROVIDER_BLOCKED',
  },
  'passwords retired by Microsoft 365': {
    reply: '550 5.7.30 Basic authentication is not supported for Client Submission.',
    class: 'PROVIDER_BLOCKED',
  },
  'app password wanted': {
    reply:
      '534 5.7.9 Application-specific password required. Learn more at https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp',
    class: 'INVALID',
  },
  'browser wanted': {
    reply:
      '534 5.7.14 <https://accounts.google.com/signin/continue?sarp=1&scc=1> Please log in via your web browser and then try again. - gsmtp',
    class: 'PROVIDER_BLOCKED',
  },
  'mechanism too weak': { reply: '534 5.7.9 Authentication mechanism is too weak', class: 'INVALID' },
  'user or password not accepted': {
    reply:
      '535 5.7.8 Username and Password not accepted. Learn more at https://support.google.com/mail/?p=BadCredentials - gsmtp',
    class: 'INVALID',
  },
  'refused by Exchange': { reply: '535 5.7.3 Authentication unsuccessful', class: 'INVALID' },
  'sign-in not there': { reply: '535 Authentication not implemented', class: 'MALFORMED' },
  'sign-in refused': { reply: '535 5.7.0 Invalid login or password', class: 'INVALID' },
  'account disabled': { reply: '525 5.7.13 User account disabled', class: 'REVOKED' },
  'password must be changed': { reply: '432 4.7.12 A password transition is needed', class: 'INVALID' },
  'encryption first': { reply: '530 5.7.0 Must issue a STARTTLS command first. - gsmtp', class: 'MALFORMED' },
  'encryption wanted for the sign-in': {
    reply: '538 5.7.11 Encryption required for requested authentication mechanism',
    class: 'INVALID',
  },
  'sign-in wanted': { reply: '530 5.7.0 Authentication required', class: 'INVALID' },
  'too many sign-ins': {
    reply: '454 4.7.0 Too many login attempts, please try again later. - gsmtp',
    class: 'RATE_LIMITED',
  },
  'sign-in cannot be checked now': { reply: '454 4.7.0 Temporary authentication failure', class: 'UNREACHABLE' },
  'too many connections of the mailbox': {
    reply:
      '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.',
    class: 'RATE_LIMITED',
  },
  'TLS too old': {
    reply:
      '421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit https://aka.ms/smtp_auth_tls.',
    class: 'MALFORMED',
  },
  'server closes': {
    reply: '421 4.3.2 Service not available, closing transmission channel',
    class: 'RATE_LIMITED',
    atConnect: true,
  },
  'server defers': { reply: '451 4.3.0 Mail server temporarily rejected the request', class: 'RATE_LIMITED' },
  'mechanism unknown': { reply: '504 5.5.4 Unrecognized authentication type', class: 'MALFORMED' },
  'sign-in unknown': { reply: '502 5.5.1 Command not implemented', class: 'MALFORMED' },
  'sign-in not read': { reply: '501 5.5.2 Cannot decode response', class: 'MALFORMED' },
  'sign-in at a wrong moment': { reply: '503 5.5.1 Error: authentication not enabled', class: 'MALFORMED' },
  'no service for this machine': { reply: '554 5.7.1 No SMTP service here', class: 'UNREACHABLE', atConnect: true },
};
