import type { Dispatcher } from 'undici';
import type { Environment } from '../config/environment.ts';
import { ProxyCut } from './network-fault.ts';
import { proxiesOf } from './proxy.ts';

/** Connections that are kept and used again, until they are destroyed. */
export interface Transport {
  direct: Dispatcher;
  /** Through the proxies that the environment names. */
  proxied: Dispatcher;
  request: typeof import('undici').request;
}

/** undici is large, and needed only once a request goes out. */
export async function loadTransport(env: Environment): Promise<Transport> {
  const { Agent, EnvHttpProxyAgent, Pool, request } = await import('undici');
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says to the program that we are part of.
  const checked = { rejectUnauthorized: true };
  const common = { connections: 16, allowH2: false, connect: checked };
  const { http, https } = proxiesOf(env);
  const proxied = new EnvHttpProxyAgent({
    ...common,
    requestTls: checked,
    proxyTls: checked,
    httpProxy: http?.address?.href ?? '',
    httpsProxy: https?.address?.href ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    // undici connects anew for ever while a proxy closes the connection; to any other error it gives up.
    clientFactory: (origin, options) => {
      const pool = new Pool(origin, options);
      const connect = pool.connect.bind(pool) as (
        options: Dispatcher.ConnectOptions,
      ) => Promise<Dispatcher.ConnectData>;
      const once = (asked: Dispatcher.ConnectOptions) => connect(asked).catch(rejectCut);
      return Object.assign(pool, { connect: once });
    },
  });
  return { direct: new Agent(common), proxied, request };
}

/** @throws ProxyCut in place of an error that undici takes for a reason to connect again */
function rejectCut(error: Error & { code?: string }): never {
  throw error.code === 'UND_ERR_SOCKET' ? new ProxyCut() : error;
}
