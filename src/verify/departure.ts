import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What undici tells as it writes the head of a request, tunnels through proxies included. */
interface SentHeaders {
  request: { method: string; path: string };
}

const channel = 'undici:client:sendHeaders';

/**
 * Whether a request has left this machine, or may have: another one alike that leaves meanwhile counts as this one.
 * @param work sends it; is told by the function it is given
 */
export async function watchingDeparture<T>(
  method: string,
  { pathname, search }: URL,
  work: (hasLeft: () => boolean) => Promise<T>,
): Promise<T> {
  let left = false;
  const onSent = (message: unknown) => {
    const { request } = message as SentHeaders;
    // Through a proxy that makes no tunnel the path is the whole address.
    left ||= request.method === method && request.path.endsWith(pathname + search);
  };
  subscribe(channel, onSent);
  try {
    return await work(() => left);
  } finally {
    unsubscribe(channel, onSent);
  }
}
