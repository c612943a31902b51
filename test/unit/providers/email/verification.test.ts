import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../src/core/verification.ts';
import { email } from '../../../../src/providers/email/index.ts';
import { askAlone } from '../../../support/ask-alone.ts';
import { atEnd } from '../../../support/at-end.ts';
import { endsWithin } from '../../../support/bounds.ts';
import { certificate } from '../../../support/certificate.ts';
import { nameServer, type Zone } from '../../../support/name-server.ts';
import type { Certificate } from '../../../support/self-signed.ts';
import { ask, checkOf, refuseLeaks, told } from '../../../support/verify.ts';

const values = { emailRecipients: ['team@acme.test', 'boss@acme.test'], emailFromAddress: 'Acme <releases@acme.test>' };
const password = 'correct-horse-battery';
const goodZone: Zone = { 'acme.test': { mx: ['mx.acme.test'] } };

describe('recipients', () => {
  const about = (zone: Zone, recipients: string[], timeoutMs = 10_000) =>
    nameServer(zone).then((INTEGRATIONS_DNS_SERVERS) =>
      ask(email, { ...values, emailRecipients: recipients }, { env: { INTEGRATIONS_DNS_SERVERS }, timeoutMs }),
    );

  it('are looked up by their domains; without a mail server the rest is unproven and valid', async () => {
    const verdict = await about(goodZone, values.emailRecipients);
    expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null });
    expect(told(verdict)).toBe('credential: unproven, resource: passed, permission: unproven');
  });

  it.each<[string, Zone, string, string | null]>([
    ['MX', { 'x.test': { mx: ['mx.x.test'] } }, 'valid', null],
    ['an address alone (RFC 5321)', { 'x.test': { a: ['127.0.0.1'] } }, 'valid', null],
    ['a null MX (RFC 7505)', { 'x.test': { mx: ['.'], a: ['127.0.0.1'] } }, 'invalid', 'NOT_FOUND'],
    ['a name without records', { 'x.test': {} }, 'invalid', 'NOT_FOUND'],
    ['no such name', {}, 'invalid', 'NOT_FOUND'],
    ['a server that fails', { 'x.test': 'fail' }, 'undecided', 'UNREACHABLE'],
  ])('%s', async (_, zone, outcome, errorCode) => {
    const verdict = await about({ ...goodZone, ...zone }, ['team@acme.test', 'ops@x.test']);
    expect(verdict).toMatchObject({ outcome, errorCode });
    if (outcome === 'invalid') expect(checkOf(verdict, 'resource').detail).toBe('no mail is accepted at x.test');
  });

  it('are looked up as DNS spells them', async () => {
    const verdict = await about({ 'xn--bcher-kva.test': { mx: ['mx.acme.test'] } }, ['ops@bücher.test']);
    expect(verdict.outcome).toBe('valid');
  });

  it('ends in time with a name server that says nothing', async () => {
    const verdict = await endsWithin(1_500, about({ 'acme.test': 'silent' }, values.emailRecipients, 400));
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
  });

  it('names servers that are no addresses', async () => {
    const verdict = await ask(email, values, { env: { INTEGRATIONS_DNS_SERVERS: 'dns.acme.test' } });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'MALFORMED' });
  });
});

describe('sign-in', () => {
  let tls: Certificate;
  beforeAll(async () => {
    tls = await certificate();
  });

  /** Takes `releases` with the password, and counts what it was sent. */
  async function mailServer(options: SMTPServerOptions = {}): Promise<{ port: number; commands: string[] }> {
    const commands: string[] = [];
    const server = new SMTPServer({
      key: tls.key,
      cert: tls.cert,
      authMethods: ['PLAIN', 'LOGIN'],
      onAuth({ username, password: given }, _session, done) {
        commands.push('AUTH');
        if (username === 'releases' && given === password) return done(null, { user: username });
        done(Object.assign(new Error(`${given} is wrong for ${username}`), { responseCode: 535 }));
      },
      onMailFrom(_address, _session, done) {
        commands.push('MAIL');
        done();
      },
      ...options,
    });
    server.on('error', () => undefined);
    const port = await new Promise<number>((resolve) => {
      const listener = server.listen(0, '127.0.0.1', () => resolve((listener.address() as AddressInfo).port));
    });
    atEnd(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { port, commands };
  }

  async function signIn(address: string, given = password, trusted = true): Promise<Verdict> {
    const env = {
      INTEGRATIONS_SMTP_URL: address,
      INTEGRATIONS_SMTP_PASSWORD: given,
      INTEGRATIONS_DNS_SERVERS: await nameServer(goodZone),
    };
    const question = { provider: 'email' as const, values, options: { env, timeoutMs: 5_000 } };
    const verdict = trusted
      ? await askAlone(question, { NODE_EXTRA_CA_CERTS: tls.path })
      : await ask(email, values, question.options);
    refuseLeaks(verdict, [given]);
    return verdict;
  }

  const refuse = (responseCode: number): SMTPServerOptions => ({
    onAuth: (_auth, _session, done) => done(Object.assign(new Error('no'), { responseCode })),
  });

  it('passes with TLS from the start', async () => {
    const { port, commands } = await mailServer({ secure: true });
    const verdict = await signIn(`smtps://releases@127.0.0.1:${port}`);
    expect(verdict).toMatchObject({ outcome: 'valid' });
    expect(told(verdict)).toBe('credential: passed, resource: passed, permission: unproven');
    expect(commands).toEqual(['AUTH']);
  });

  it('passes with STARTTLS, and never names a sender or recipient', async () => {
    const { port, commands } = await mailServer();
    expect(checkOf(await signIn(`smtp://releases@localhost:${port}`), 'credential').outcome).toBe('passed');
    expect(commands).toEqual(['AUTH']);
  });

  it('is not asked of a server without a user', async () => {
    const { port, commands } = await mailServer();
    const verdict = await signIn(`smtp://127.0.0.1:${port}`);
    expect(checkOf(verdict, 'credential')).toMatchObject({ outcome: 'passed' });
    expect(commands).toEqual([]);
  });

  it('refuses a wrong password', async () => {
    const { port } = await mailServer({ secure: true });
    const verdict = await signIn(`smtps://releases@127.0.0.1:${port}`, 'wrong-horse-battery');
    expect(verdict).toMatchObject({ outcome: 'invalid', errorCode: 'INVALID' });
    expect(told(verdict)).toBe('credential: failed, resource: skipped, permission: skipped');
  });

  it.each<[string, number, string, string]>([
    ['authentication is required', 530, 'invalid', 'INVALID'],
    ['a stronger way or an app password', 534, 'invalid', 'INVALID'],
    ['encryption is required for it', 538, 'invalid', 'INVALID'],
    ['a temporary failure', 454, 'undecided', 'UNREACHABLE'],
    ['the service closes', 421, 'undecided', 'RATE_LIMITED'],
    ['busy', 450, 'undecided', 'RATE_LIMITED'],
    ['the kind of sign-in is not known', 504, 'undecided', 'MALFORMED'],
  ])('%s (%i)', async (_, code, outcome, errorCode) => {
    const { port } = await mailServer({ secure: true, ...refuse(code) });
    expect(await signIn(`smtps://releases@127.0.0.1:${port}`)).toMatchObject({ outcome, errorCode });
  });

  it('is undecided where the server offers none', async () => {
    const { port } = await mailServer({ secure: true, disabledCommands: ['AUTH'] });
    const verdict = await signIn(`smtps://releases@127.0.0.1:${port}`);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'MALFORMED' });
  });

  it.each(['$(SMTP_PASSWORD)', '{{ smtp.password }}', '***'])(
    'does not sign in with %s, which CI left there',
    async (left) => {
      const { port, commands } = await mailServer({ secure: true });
      for (const [address, given] of [
        [`smtps://releases@127.0.0.1:${port}`, left],
        [`smtps://releases:${encodeURIComponent(left)}@127.0.0.1:${port}`, ''],
      ] as const) {
        const verdict = await signIn(address, given);
        expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'MALFORMED' });
        expect(checkOf(verdict, 'credential').detail).toMatch(/^the password of the mail server is (the name|a)/);
      }
      expect(commands).toEqual([]);
    },
  );

  it('sends no password over a line that is not encrypted', async () => {
    const { port, commands } = await mailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    const verdict = await signIn(`smtp://releases@127.0.0.1:${port}`, password, false);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(checkOf(verdict, 'credential').detail).toContain('encryption');
    expect(commands).toEqual([]);
  });

  it.each(['smtp', 'smtps'])('accepts no certificate that nobody vouches for (%s)', async (scheme) => {
    const { port, commands } = await mailServer({ secure: scheme === 'smtps' });
    const verdict = await signIn(`${scheme}://releases@127.0.0.1:${port}`, password, false);
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(checkOf(verdict, 'credential').detail).toContain('certificate');
    expect(verdict.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(commands).toEqual([]);
  });

  it.each<[string, (socket: Socket) => void, string, RegExp]>([
    ['421 in place of a greeting', (socket) => socket.end('421 too busy\r\n'), 'RATE_LIMITED', /421/],
    ['554 in place of a greeting', (socket) => socket.end('554 go away\r\n'), 'UNREACHABLE', /554/],
    [
      'another protocol',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'UNREACHABLE',
      /an unexpected answer/,
    ],
    ['a cut', (socket) => socket.destroy(), 'UNREACHABLE', /cut|closed|asked/],
    ['silence', () => undefined, 'UNREACHABLE', /in time/],
    [
      'a greeting that drips',
      (socket) => {
        const timer = setInterval(() => socket.write('2'), 20);
        socket.once('close', () => clearInterval(timer));
      },
      'UNREACHABLE',
      /in time/,
    ],
  ])('%s', async (_, greet, errorCode, detail) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const env = {
      INTEGRATIONS_SMTP_URL: `smtp://127.0.0.1:${port}`,
      INTEGRATIONS_DNS_SERVERS: await nameServer(goodZone),
    };
    const verdict = await endsWithin(1_500, ask(email, values, { env, timeoutMs: 700 }));
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(checkOf(verdict, 'credential').detail).toMatch(detail);
  });

  it.each<[string, string, string, RegExp]>([
    ['a server that is down', 'smtps://127.0.0.1:1', 'UNREACHABLE', /nothing answers/],
    ['a host that is not there', 'smtps://mail.invalid', 'UNREACHABLE', /looked up/],
    ['an address of another kind', 'https://127.0.0.1', 'MALFORMED', /address/],
    ['an address without a host', 'smtps://', 'MALFORMED', /address/],
    ['an address that is encoded amiss', 'smtps://%zz@127.0.0.1', 'MALFORMED', /address/],
    ['no address', 'mail.acme.test', 'MALFORMED', /address/],
    ['a user without a password', 'smtps://releases@127.0.0.1', 'MALFORMED', /password/],
  ])('%s', async (_, address, errorCode, detail) => {
    const verdict = await ask(email, values, { env: { INTEGRATIONS_SMTP_URL: address } });
    expect(verdict).toMatchObject({ outcome: 'undecided', errorCode });
    expect(checkOf(verdict, 'credential').detail).toMatch(detail);
  });
});
