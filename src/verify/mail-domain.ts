import { Resolver } from 'node:dns/promises';
import { Undecided } from '../core/verification.ts';
import { networkFault } from './network-fault.ts';

interface Asking {
  /** `address` or `address:port`, comma-separated; undefined: the machine's own. */
  servers: string | undefined;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Whether a domain takes mail. @throws Undecided when that cannot be found out */
export async function takesMail(domain: string, { servers, timeoutMs, signal }: Asking): Promise<boolean> {
  const resolver = new Resolver({ timeout: Math.min(timeoutMs, 5_000), tries: 2 });
  if (servers !== undefined) useServers(resolver, servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });

  async function records<T>(look: () => Promise<T[]>): Promise<T[]> {
    signal.throwIfAborted();
    try {
      return await look();
    } catch (error) {
      if (signal.aborted) throw networkFault(signal.reason, 'the name server').undecided;
      const code = (error as { code?: string }).code ?? '';
      if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
      throw new Undecided('UNREACHABLE', {
        detail: `the name servers do not answer (${code})`,
        hint: 'Check the DNS, or INTEGRATIONS_DNS_SERVERS.',
      });
    }
  }

  try {
    const found = await records(() => resolver.resolveMx(domain));
    // RFC 7505: one record with an empty host says that the domain takes no mail.
    if (found.length > 0) return found.some(({ exchange }) => exchange !== '' && exchange !== '.');
    // RFC 5321, 5.1: without MX records the domain itself is the mail host.
    return (
      (await records(() => resolver.resolve4(domain))).length > 0 ||
      (await records(() => resolver.resolve6(domain))).length > 0
    );
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function useServers(resolver: Resolver, servers: string): void {
  try {
    resolver.setServers(servers.split(',').map((server) => server.trim()));
  } catch {
    throw new Undecided('MALFORMED', {
      detail: 'INTEGRATIONS_DNS_SERVERS does not hold addresses',
      hint: 'It is an address such as 192.0.2.1 or 192.0.2.1:5353, or several with commas between them.',
    });
  }
}
