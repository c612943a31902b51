import { Resolver } from 'node:dns/promises';
import type { Environment } from '../config/settings.ts';
import { type Mail, Refusal, Undecided } from '../core/verification.ts';
import { networkFault } from './network-fault.ts';

/**
 * Mail as the environment configures it: `INTEGRATIONS_SMTP_URL` (`smtps://user@host:465`, `smtp://user@host:587`), the
 * password in `INTEGRATIONS_SMTP_PASSWORD`, resolvers in `INTEGRATIONS_DNS_SERVERS`.
 */
export function createMail(env: Environment, timeoutMs: number): Mail {
  const address = env['INTEGRATIONS_SMTP_URL'] || undefined;
  return {
    configured: address !== undefined,
    signIn: () => signIn(address ?? '', env['INTEGRATIONS_SMTP_PASSWORD'] || undefined, timeoutMs),
    takesMail: (domain) => takesMail(domain, env['INTEGRATIONS_DNS_SERVERS'] || undefined, timeoutMs),
  };
}

async function signIn(address: string, password: string | undefined, timeoutMs: number) {
  const url = URL.parse(address);
  if (!url || !/^smtps?:$/.test(url.protocol)) {
    throw new Undecided('MALFORMED', {
      detail: 'INTEGRATIONS_SMTP_URL is not an address',
      hint: 'smtps://user@host:465, or smtp://user@host:587',
    });
  }
  const { createTransport } = await import('nodemailer');
  const secure = url.protocol === 'smtps:';
  const port = Number(url.port || (secure ? 465 : 587));
  const user = decodeURIComponent(url.username);
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    secure,
    // 25 is opportunistic; elsewhere a password never goes over a line that is not encrypted.
    requireTLS: !secure && (port !== 25 || user !== ''),
    ...(user === '' ? {} : { auth: { user, pass: password ?? decodeURIComponent(url.password) }, forceAuth: true }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  try {
    await transport.verify();
    return { detail: user === '' ? 'the mail server answers' : 'the mail server accepts the sign-in' };
  } catch (error) {
    throw mailFault(error, url.hostname);
  } finally {
    transport.close();
  }
}

/** nodemailer's codes, and the reply codes of SMTP (RFC 5321, RFC 4954). */
function mailFault(error: unknown, host: string): Refusal | Undecided {
  const { code = '', responseCode = 0 } = error as { code?: string; responseCode?: number };
  if (code === 'EAUTH' && responseCode === 454)
    return new Undecided('UNREACHABLE', { detail: 'the mail server cannot check the sign-in now (454)' });
  if ([530, 534, 535, 538].includes(responseCode) || (code === 'EAUTH' && responseCode >= 500)) {
    return new Refusal('INVALID', {
      detail: `the mail server refuses the sign-in (${responseCode})`,
      hint: 'Check the user in INTEGRATIONS_SMTP_URL and INTEGRATIONS_SMTP_PASSWORD; many providers want an app password.',
    });
  }
  if ([421, 450, 451, 452].includes(responseCode))
    return new Undecided('RATE_LIMITED', {
      detail: `the mail server defers (${responseCode})`,
      hint: 'Try again later.',
    });
  if (code === 'ETLS')
    return new Undecided('UNREACHABLE', {
      detail: 'the mail server offers no encryption that is accepted',
      hint: 'Check the port: 465 for smtps, 587 for smtp.',
    });
  if (code === 'ENOAUTH' || code === 'EOAUTH2')
    return new Undecided('MALFORMED', {
      detail: 'the mail server takes no sign-in with a password',
      hint: 'Check INTEGRATIONS_SMTP_URL.',
    });
  return networkFault((error as Error).cause ?? error, host).undecided;
}

async function takesMail(domain: string, servers: string | undefined, timeoutMs: number): Promise<boolean> {
  const resolver = new Resolver({ timeout: Math.min(timeoutMs, 5_000), tries: 2 });
  if (servers !== undefined) resolver.setServers(servers.split(',').map((server) => server.trim()));
  const found = await records(() => resolver.resolveMx(domain));
  // RFC 7505: one record with an empty host says that the domain takes no mail.
  if (found.length > 0) return found.some(({ exchange }) => exchange !== '' && exchange !== '.');
  // RFC 5321, 5.1: without MX records the domain itself is the mail host.
  return (
    (await records(() => resolver.resolve4(domain))).length > 0 ||
    (await records(() => resolver.resolve6(domain))).length > 0
  );
}

async function records<T>(look: () => Promise<T[]>): Promise<T[]> {
  try {
    return await look();
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
    throw new Undecided('UNREACHABLE', {
      detail: `the name servers do not answer (${code})`,
      hint: 'Check the DNS, or INTEGRATIONS_DNS_SERVERS.',
    });
  }
}
