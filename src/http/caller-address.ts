import { isIP, isIPv6 } from 'node:net';
import { createRefusals } from '../app/access-refusals.ts';
import type { Host } from '../library/host.ts';
import { RequestProblem } from './problem.ts';

/** Counts that whoever calls from an address was refused. @throws RequestProblem TOO_MANY_REQUESTS where that is too often */
export type CountRefused = (address: string) => Promise<void>;

/** Counts together with all servers on the same database. */
export function refusedCounter(host: Host): CountRefused {
  const refusals = createRefusals();
  return async (address) => {
    const seconds = await host.run('apply', (deps) => refusals.add(deps, address));
    if (seconds === undefined) return;
    throw new RequestProblem('TOO_MANY_REQUESTS', 'too many tokens that came from this address were refused', {
      headers: { 'retry-after': String(seconds) },
    });
  };
}

/**
 * Where a request comes from, as refusals are counted: an IPv4 address, or a network of IPv6, of which a single customer
 * has all addresses.
 * @param peer who opened the connection; undefined on a socket of this machine
 * @param forwardedFor what the proxy says who opened its own: behind what others before it claim, it adds the last
 */
export function callerAddress(peer: string | undefined, forwardedFor: string | undefined): string {
  const last = withoutPort(forwardedFor?.split(',').at(-1)?.trim() ?? '');
  const address = isIP(last) !== 0 ? last : (peer ?? '');
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  return mapped ?? (isIPv6(address) ? networkOf(address) : address);
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
}

/** Its first four groups of eight. */
function networkOf(address: string): string {
  const [front = '', back = ''] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [front, back].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  return `${[...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 4).join(':')}::/64`;
}
