import type { AnswerTable } from '../../core/verification.ts';

const rfc4954 = 'https://www.rfc-editor.org/rfc/rfc4954#section-6';
const rfc5248 = 'https://www.rfc-editor.org/rfc/rfc5248';
const rfc5321 = 'https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3';
const exchange =
  'https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission';

const userAndPassword = 'Check the user in INTEGRATIONS_SMTP_URL and INTEGRATIONS_SMTP_PASSWORD.';
const appPassword = 'Make an app password for the account, and put it into INTEGRATIONS_SMTP_PASSWORD.';
const address = 'Check INTEGRATIONS_SMTP_URL: smtps:// with port 465, or smtp:// with port 587.';
const later = 'Try again later.';

/**
 * What mail servers answer until somebody is signed in: reply codes (RFC 5321, RFC 4954), most with an enhanced code in
 * their text (RFC 3463) that says more.
 */
export const emailAnswers = {
  'SMTP AUTH off in the tenant': {
    status: 535,
    text: /5\.7\.139.*SmtpClientAuthentication is disabled for the Tenant/is,
    class: 'PROVIDER_BLOCKED',
    detail: 'the Microsoft 365 tenant has switched SMTP AUTH off, for every user and password',
    hint: 'Have an administrator of the tenant switch it on for the mailbox: admin center, the user, Mail, Manage email apps.',
    source: 'nodemailer/nodemailer#1484',
  },
  'SMTP AUTH off for the mailbox': {
    status: 535,
    text: /5\.7\.139.*disabled for the Mailbox/is,
    class: 'PROVIDER_BLOCKED',
    detail: 'SMTP AUTH is switched off for this mailbox of Microsoft 365',
    hint: 'Have an administrator switch it on: admin center, the user, Mail, Manage email apps, Authenticated SMTP.',
    source: exchange,
  },
  'refused by Microsoft 365': {
    status: 535,
    text: /5\.7\.139.*user credentials were incorrect/is,
    class: 'INVALID',
    detail: 'Microsoft 365 does not accept the user and the password',
    hint: userAndPassword,
    source: 'codassassin/email-bomber-v2.0#1',
  },
  'refused by a policy of Microsoft 365': {
    status: 535,
    text: /\b5\.7\.139\b/,
    class: 'PROVIDER_BLOCKED',
    detail: 'a policy of the Microsoft 365 tenant blocks signing in with a password',
    hint: 'Ask an administrator of the tenant about its security defaults and authentication policies.',
    source: 'nodemailer/nodemailer#1714',
  },
  'passwords retired by Microsoft 365': {
    status: [535, 550],
    text: /\b5\.7\.30\b/,
    class: 'PROVIDER_BLOCKED',
    detail: 'Microsoft 365 no longer accepts passwords for sending',
    hint: 'Name another mail server in INTEGRATIONS_SMTP_URL, one that accepts a user and a password.',
    source: 'OpenCTI-Platform/opencti#12069',
  },
  'app password wanted': {
    status: [534, 535],
    text: /application-specific password required/i,
    class: 'INVALID',
    detail: 'the mail server requires an app password instead of the password of the account',
    hint: appPassword,
    source: 'nodemailer/nodemailer#1116',
  },
  'browser wanted': {
    status: [534, 535],
    text: /log in (with|through|via) your web browser/i,
    class: 'PROVIDER_BLOCKED',
    detail: 'the mail server requires the user to sign in with a browser once',
    hint: `Sign in as that user in a browser, and confirm that it was you. ${appPassword}`,
    source: 'nodemailer/nodemailer#401',
  },
  'mechanism too weak': {
    status: 534,
    class: 'INVALID',
    detail: 'the mail server requires a stronger way to sign in, or an app password',
    hint: appPassword,
    source: rfc4954,
  },
  'user or password not accepted': {
    status: 535,
    text: /\b5\.7\.8\b/,
    class: 'INVALID',
    detail: 'the mail server does not accept the user and the password',
    hint: `${userAndPassword} Many providers require an app password.`,
    source: 'nodemailer/nodemailer#1167',
  },
  'refused by Exchange': {
    status: 535,
    text: /\b5\.7\.3\b/,
    class: 'INVALID',
    detail: 'Exchange does not accept the user and the password',
    hint: `${userAndPassword} The user may have to be written as user@domain.`,
    source: 'nodemailer/nodemailer#920',
  },
  'sign-in not there': {
    status: 535,
    text: /not implemented/i,
    class: 'MALFORMED',
    detail: 'the mail server says that it has no sign-in',
    hint: address,
    source: 'nodemailer/nodemailer#1435',
  },
  'sign-in refused': {
    status: 535,
    class: 'INVALID',
    detail: 'the mail server refuses the sign-in',
    hint: `${userAndPassword} Many providers require an app password, or a key of their own for SMTP.`,
    source: 'marcpope/borgbackupserver#16',
  },
  'account disabled': {
    status: 525,
    class: 'REVOKED',
    detail: 'the account at the mail server is disabled',
    hint: 'Have the account enabled again, or name another in INTEGRATIONS_SMTP_URL.',
    source: rfc5248,
  },
  'password must be changed': {
    status: 432,
    text: /\b4\.7\.12\b|password transition/i,
    class: 'INVALID',
    detail: 'the mail server requires a new password for this way to sign in',
    hint: 'Sign in to the account another way once, or change its password.',
    source: rfc4954,
  },
  'encryption first': {
    status: 530,
    text: /STARTTLS/i,
    class: 'MALFORMED',
    detail: 'the mail server requires encryption before anything else',
    hint: address,
    source: 'prey/prey-bash-client#77',
  },
  'encryption wanted for the sign-in': {
    status: 538,
    class: 'INVALID',
    detail: 'the mail server accepts this sign-in only over an encrypted connection',
    hint: address,
    source: rfc4954,
  },
  'sign-in wanted': {
    status: 530,
    class: 'INVALID',
    detail: 'the mail server requires a sign-in',
    hint: 'Name a user in INTEGRATIONS_SMTP_URL and set INTEGRATIONS_SMTP_PASSWORD.',
    source: 'nodemailer/nodemailer#36',
  },
  'too many sign-ins': {
    status: 454,
    text: /too many login attempts/i,
    class: 'RATE_LIMITED',
    detail: 'there were too many sign-ins at the mail server',
    hint: later,
    source: 'nodemailer/nodemailer#1388',
  },
  'sign-in cannot be checked now': {
    status: 454,
    class: 'UNREACHABLE',
    detail: 'the mail server cannot check the sign-in now',
    hint: later,
    source: rfc4954,
  },
  'too many connections of the mailbox': {
    status: 432,
    class: 'RATE_LIMITED',
    detail: 'the mailbox has too many connections at once',
    hint: later,
    source: 'nodemailer/nodemailer#1613',
  },
  'TLS too old': {
    status: 421,
    text: /\b4\.7\.66\b|TLS 1\.0 and 1\.1 are not supported/i,
    class: 'MALFORMED',
    detail: 'the mail server does not accept this version of TLS',
    hint: 'Check whether something between here and the mail server handles TLS on its behalf.',
    source: 'zehm/sendEmail#1',
  },
  'server closes': {
    status: 421,
    class: 'RATE_LIMITED',
    detail: 'the mail server closed the connection for now',
    hint: later,
    source: rfc5321,
  },
  'server defers': {
    status: [450, 451, 452],
    class: 'RATE_LIMITED',
    detail: 'the mail server asks to come back later',
    hint: later,
    source: rfc5321,
  },
  'mechanism unknown': {
    status: 504,
    class: 'MALFORMED',
    detail: 'the mail server does not offer signing in with a password',
    hint: 'Check INTEGRATIONS_SMTP_URL; the server may accept OAuth only.',
    source: rfc4954,
  },
  'sign-in unknown': {
    status: [500, 502],
    class: 'MALFORMED',
    detail: 'the mail server accepts no sign-in with a password',
    hint: `${address} Port 25 often accepts none.`,
    source: rfc5321,
  },
  'sign-in not read': {
    status: 501,
    class: 'MALFORMED',
    detail: 'the mail server cannot read the user or the password',
    hint: `${userAndPassword} Letters outside ASCII are not accepted everywhere.`,
    source: 'https://www.rfc-editor.org/rfc/rfc4954#section-4',
  },
  'sign-in at a wrong moment': {
    status: 503,
    class: 'MALFORMED',
    detail: 'the mail server accepts no sign-in on this port',
    hint: address,
    source: 'nodemailer/nodemailer#1081',
  },
  'no service for this machine': {
    status: 554,
    class: 'UNREACHABLE',
    detail: 'the mail server refuses to talk to this machine',
    hint: "Ask whoever runs the mail server whether this machine's address is blocked.",
    source: rfc5321,
  },
} as const satisfies AnswerTable;
