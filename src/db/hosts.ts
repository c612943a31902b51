import { unavailability } from './errors.ts';
import { describeHost, type Host } from './location.ts';

/** Chooses among several hosts: the one that served last, else the next that answers. */
export interface Hosts {
  /** @param open to be repeated at each host until it succeeds; the last failure is thrown */
  connect<T>(open: (host: Host) => Promise<T>): Promise<T>;
  /** Turns away from a host that answers and yet cannot serve. */
  leave(host: Host, reason: unknown): void;
  /** Whether it is the one that serves. */
  isCurrent(host: Host): boolean;
  /** Whether any of them has served. */
  readonly reached: boolean;
}

/** @param warn is told once of each host that was turned away from, and why, when another one serves */
export function createHosts(hosts: readonly Host[], warn: (text: string) => void): Hosts {
  let current = 0;
  let reached = false;
  let gone = new Map<Host, string>();
  const said = new Set<string>();

  function turnAwayFrom(host: Host, reason: unknown): void {
    gone.set(host, unavailability(reason) ?? 'it does not answer');
    if (hosts[current] === host) current = (current + 1) % hosts.length;
  }

  function arriveAt(host: Host): void {
    reached = true;
    current = hosts.indexOf(host);
    for (const [left, reason] of gone) if (left !== host) say(left, reason, host);
    gone = new Map();
  }

  // While a group has no primary, each of its members is left again and again.
  function say(left: Host, reason: string, next: Host): void {
    const news = `The database host ${describeHost(left)} cannot be used: ${reason}.`;
    if (said.has(news)) return;
    said.add(news);
    warn(`${news} Continuing with ${describeHost(next)}.`);
  }

  return {
    async connect(open) {
      let failure: unknown;
      for (let tries = 0; tries < hosts.length; tries += 1) {
        const host = hosts[current] as Host;
        try {
          const connection = await open(host);
          arriveAt(host);
          return connection;
        } catch (error) {
          failure = error;
          turnAwayFrom(host, error);
        }
      }
      throw failure;
    },
    leave: turnAwayFrom,
    isCurrent: (host) => hosts[current] === host,
    get reached() {
      return reached;
    },
  };
}
