import { hasAccessTokens } from '../app/access-tokens.ts';
import type { OidcIssuer } from '../config/oidc-map.ts';
import { usage } from '../core/error.ts';
import { isLoopback } from '../core/loopback.ts';
import { createHost, type Host } from '../library/host.ts';
import type { Surroundings } from '../library/options.ts';
import { createApp } from './app.ts';
import { byAccessToken, type Caller } from './authenticate.ts';
import { refusedCounter } from './caller-address.ts';
import { type ListenerOptions, listen, type Place } from './listener.ts';
import { createLog, type Log } from './log.ts';
import { createMeter } from './meter.ts';
import { createWorkloads, type Workloads } from './oidc/workloads.ts';
import { allRoutes } from './routes.ts';

export interface ServeOptions extends ListenerOptions {
  surroundings: Surroundings;
  behindProxy: boolean;
  /** Beside those of this machine. */
  allowedHosts: readonly string[];
  readOnly: boolean;
  /** Whose tokens are taken beside our own. */
  oidc: readonly OidcIssuer[];
  /** Takes a line of the log. */
  write: (line: string) => void;
  /** Aborts when it is to stop. */
  stop: AbortSignal;
  /** Is told where it listens. */
  listening(address: string): void;
}

/** A service manager waits no longer than this by most settings. */
const drainMs = 10_000;
/** What waits for a provider gets no answer any more, and says so before the connection ends. */
const giveUpMs = 8_000;

/**
 * Serves the API until it is to stop, and then until all requests are answered.
 * @throws AppError | IntegrationsError for what keeps it from starting
 */
export async function serve(options: ServeOptions, onReadKeys: (read: () => Promise<void>) => void): Promise<void> {
  const { place, tls, behindProxy, surroundings, stop } = options;
  refuseOpenPlace(options);
  const meter = createMeter();
  const log = meter.beside(createLog(options.write));
  const host = servingHost(surroundings, log.warn);
  let workloads: Workloads | undefined;
  try {
    await host.readKeys();
    const isSocket = 'socket' in place;
    await host.run('read', async (deps) => {
      if (isSocket || options.oidc.length > 0 || (await hasAccessTokens(deps))) return;
      throw usage('there is no token yet, so nobody could call', {
        hint: 'integrations token add --name NAME --scope read, --oidc-map FILE, or --socket PATH for this machine alone',
      });
    });
    workloads = await createWorkloads(host, options.oidc, log);
    const ending = new AbortController();
    const app = createApp({
      host,
      routes: allRoutes(),
      authenticate: [byAccessToken(host), workloads.authenticate],
      withoutToken: isSocket ? owner(surroundings) : undefined,
      hosts: hostsOf(place, options),
      readOnly: options.readOnly,
      behindProxy,
      countRefused: refusedCounter(host),
      log,
      // Whoever is on this machine may look, as long as no proxy brings others.
      metrics: { meter, isOpen: !isSocket && !behindProxy && isLoopback(place.host) },
      signal: ending.signal,
    });
    const listener = await listen(app.fetch, { place, tls });
    onReadKeys(async () => {
      await host.readKeys().then(
        () => log.note('keys read'),
        (error: unknown) => log.fault(null, error),
      );
    });
    log.note('listening', { address: listener.address, ...(behindProxy ? { behindProxy: 'yes' } : {}) });
    options.listening(listener.address);
    await aborted(stop);
    const givingUp = setTimeout(() => ending.abort(), giveUpMs);
    const drained = listener.drain(drainMs);
    log.note('stopping');
    await drained;
    clearTimeout(givingUp);
    log.note('stopped');
  } finally {
    await workloads?.close();
    await host.close();
  }
}

/** Whoever asks is told soon that the database is gone, and comes again; what was begun to be stored outlasts a failover. */
export function servingHost(surroundings: Surroundings, warn: Log['warn']): Host {
  return createHost({ ...surroundings, readsForMs: 5_000 }, warn);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @throws AppError USAGE where tokens would cross a network in the clear, or none would be asked of others */
function refuseOpenPlace({ place, tls, behindProxy }: ServeOptions): void {
  if ('socket' in place && behindProxy) {
    throw usage('--socket takes no token, so that a proxy in front of it would let everybody in', {
      hint: 'Let the proxy pass requests on to an address: --listen 127.0.0.1:8787 --behind-proxy',
      field: 'socket',
    });
  }
  if ('socket' in place || tls || behindProxy || isLoopback(place.host)) return;
  throw usage(`tokens would reach ${place.host}:${place.port} unencrypted`, {
    hint: 'Give --tls-cert and --tls-key, or --behind-proxy where a proxy in front of it does that.',
    field: 'listen',
  });
}

/** Whoever may open the socket owns the database and the key anyway. */
function owner({ actor }: Surroundings): Caller {
  return {
    id: 'socket',
    tenantId: 'all',
    scopes: ['read', 'write', 'verify', 'use', 'metrics'],
    accountId: actor.account,
  };
}

/** A page in a browser may be led to this machine by any name: only its own are answered to. */
function hostsOf(place: Place, { behindProxy, allowedHosts }: ServeOptions): ReadonlySet<string> | undefined {
  if (allowedHosts.length > 0) return new Set([...ownNames, ...allowedHosts.map((name) => name.toLowerCase())]);
  if ('socket' in place || behindProxy || !isLoopback(place.host)) return undefined;
  return new Set([...ownNames, place.host.toLowerCase()]);
}

const ownNames = ['localhost', '127.0.0.1', '[::1]'];
