import type { Reply } from './provider-server.ts';

/** An answer of a provider whose clock is so many seconds ahead of ours when it is sent. */
export function ahead(seconds: number, reply: Reply): Reply {
  return {
    ...reply,
    get headers() {
      return { ...reply.headers, date: new Date(Date.now() + seconds * 1000).toUTCString() };
    },
  };
}
