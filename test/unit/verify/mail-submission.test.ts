import { describe, expect, it } from 'vitest';
import { NotDone } from '../../../src/core/client.ts';
import { emailAnswers } from '../../../src/providers/email/answers.ts';
import { submitOnce } from '../../../src/verify/mail-submission.ts';
import { headerOf, type SmtpDouble, type SmtpReply, type SmtpStep, smtpDouble } from '../../support/messages/smtp.ts';

const email = {
  from: 'Acme Releases <releases@acme.test>',
  to: 'team@acme.test',
  subject: 'Release started',
  text: 'Release started\n.\n',
  html: '<h2>Release started</h2>',
  messageId: '<0123abcd@acme.test>',
  headers: { 'Auto-Submitted': 'auto-generated' },
};

function submit({ port }: Pick<SmtpDouble, 'port'>, host = '127.0.0.1') {
  const server = { host, port, secure: false, login: undefined };
  return submitOnce(server, email, emailAnswers, { connectMs: 2_000, takenMs: 500 });
}

async function refusedAt(step: SmtpStep, reply: SmtpReply) {
  const double = await smtpDouble();
  double.instead = (each) => (each === step ? reply : undefined);
  const error: unknown = await submit(double).catch((thrown: unknown) => thrown);
  if (!(error instanceof NotDone)) throw new Error(`no refusal: ${error}`);
  return { ...error, message: error.message, connections: double.connections };
}

describe('a message', () => {
  it('is handed over once, whole, with its headers', async () => {
    const double = await smtpDouble();
    expect(await submit(double)).toBe('127.0.0.1');
    const [{ to, text } = { to: '', text: '' }, ...others] = double.received;
    expect([to, others, double.connections]).toEqual(['team@acme.test', [], 1]);
    expect(headerOf(text, 'Message-ID')).toBe('<0123abcd@acme.test>');
    expect(headerOf(text, 'Auto-Submitted')).toBe('auto-generated');
    expect(headerOf(text, 'From')).toBe('Acme Releases <releases@acme.test>');
    expect(headerOf(text, 'Content-Type')).toMatch(/^multipart\/alternative/);
  });

  it.each<[SmtpStep, SmtpReply, NotDone['outcome'], NotDone['kind'], RegExp]>([
    ['greeting', '554 5.7.1 Go away', 'not sent', 'UNREACHABLE', /refuses to talk to this machine/],
    ['greeting', 'close', 'not sent', 'UNREACHABLE', /127\.0\.0\.1/],
    ['greeting', 'silence', 'not sent', 'UNREACHABLE', /127\.0\.0\.1/],
    ['EHLO', 'reset', 'not sent', 'UNREACHABLE', /127\.0\.0\.1/],
    ['MAIL', '421 4.3.2 Closing', 'not sent', 'RATE_LIMITED', /puts the message off \(421, 4\.3\.2\)/],
    ['MAIL', '550 5.7.60 Not as that sender', 'refused', 'PROVIDER_BLOCKED', /from that address \(550, 5\.7\.60\)/],
    ['MAIL', '530 5.7.0 Authentication required', 'refused', 'INVALID', /requires a sign-in/],
    ['MAIL', 'close', 'not sent', 'UNREACHABLE', /127\.0\.0\.1/],
    ['RCPT', '450 4.2.0 Greylisted', 'not sent', 'RATE_LIMITED', /puts the message off \(450, 4\.2\.0\)/],
    ['RCPT', '550 5.1.1 No such user', 'refused', 'NOT_FOUND', /for the recipient \(550, 5\.1\.1\)/],
    ['RCPT', 'reset', 'not sent', 'UNREACHABLE', /127\.0\.0\.1/],
    ['DATA', '554 5.5.1 No valid recipients', 'refused', undefined, /does not take the message \(554, 5\.5\.1\)/],
    ['message', '451 4.3.0 Try later', 'not sent', 'RATE_LIMITED', /puts the message off/],
    ['message', '552 5.3.4 Too large', 'refused', undefined, /does not take the message \(552, 5\.3\.4\)/],
    ['message', 'close', 'uncertain', 'UNREACHABLE', /lost before it said whether it takes/],
    ['message', 'reset', 'uncertain', 'UNREACHABLE', /lost before it said whether it takes/],
    ['message', 'silence', 'uncertain', 'UNREACHABLE', /lost before it said whether it takes/],
  ])('%s: %s', async (step, reply, outcome, kind, told) => {
    const error = await refusedAt(step, reply);
    expect([error.outcome, error.kind]).toEqual([outcome, kind]);
    expect(error.message).toMatch(told);
    expect(error.connections, 'nothing is tried again down here').toBe(1);
  });

  it('may be tried again soon where nobody answered, and not where the server put it off', async () => {
    const nobody = await submit({ port: 9 }).catch((error: unknown) => error);
    expect(nobody).toMatchObject({ outcome: 'not sent', kind: 'UNREACHABLE', retryAfterS: 1 });
    expect(await refusedAt('RCPT', '450 4.2.0 Greylisted')).toMatchObject({ retryAfterS: undefined });
    expect(await refusedAt('greeting', 'silence')).toMatchObject({ retryAfterS: undefined });
  });

  it('goes to no other machine without encryption', async () => {
    const double = await smtpDouble();
    // An address of this machine that is not called so.
    const error = await submit(double, '0.0.0.0').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ outcome: 'not sent', message: expect.stringMatching(/no encryption/) });
    expect(double.received).toEqual([]);
  });
});
