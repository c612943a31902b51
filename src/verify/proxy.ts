import type { Environment } from '../config/environment.ts';
import { given } from '../config/settings.ts';
import { isLoopback } from '../core/loopback.ts';
import { Undecided } from '../core/verification.ts';

/** A variable that names a proxy. */
export interface ProxySetting {
  name: string;
  /** Undefined: what it holds is no address of one. */
  address: URL | undefined;
}

/** The proxies that are set, as other programs read them: the lower-case name before the other. */
export function proxiesOf(env: Environment): { http: ProxySetting | undefined; https: ProxySetting | undefined } {
  const setting = (lower: string): ProxySetting | undefined => {
    const name = [lower, lower.toUpperCase()].find((each) => given(env, each) !== undefined);
    return name === undefined ? undefined : { name, address: addressOf(env[name] ?? '') };
  };
  const http = setting('http_proxy');
  return { http, https: setting('https_proxy') ?? http };
}

/** It may stand without `http://`, with its port then: a word alone may be anything, a password too. */
function addressOf(text: string): URL | undefined {
  const given = text
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    // A SOCKS proxy is given the name either way: it is undici that has no word for that.
    .replace(/^socks5h:/i, 'socks5:');
  const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(given);
  if (!isWhole && !/:\d{1,5}\/?$/.test(given)) return undefined;
  const url = URL.parse(isWhole ? given : `http://${given}`);
  const fits = url && /^(https?|socks5?):$/.test(url.protocol) && url.hostname !== '' && url.search + url.hash === '';
  return fits && /^\/?$/.test(url.pathname) && isDecodable(url.username + url.password) ? url : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a request may go through a proxy: never to this machine itself.
 * @throws Undecided where the variable that names the proxy holds no address of one
 */
export function mayUseProxy({ protocol, hostname }: URL, env: Environment): boolean {
  if (isLoopback(hostname)) return false;
  const proxy = proxiesOf(env)[protocol === 'https:' ? 'https' : 'http'];
  if (proxy && !proxy.address) {
    throw new Undecided('UNREACHABLE', {
      detail: `${proxy.name} is not the address of a proxy`,
      hint: `Set ${proxy.name} to http://host:port, or unset it.`,
    });
  }
  return true;
}
