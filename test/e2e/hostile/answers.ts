import type { ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Exchange, faulty, page, type RawReply, type Reply } from '../../support/provider-server.ts';

/** An answer made of the good one, by a provider that wants what was sent to go elsewhere, or its asker to suffer. */
export type Hostile = (good: Reply, exchange: Exchange, thief: string) => Reply | RawReply;

/** Each text, and each value of another kind, changed; keys stay. */
function eachValue(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => eachValue(each, change));
  if (typeof value !== 'object' || value === null) return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, eachValue(each, change)]));
}

/** The same answer with its body changed, JSON or not. */
function withBody({ json, body, ...rest }: Reply, change: (value: unknown) => unknown): Reply {
  const parsed = json ?? parse(String(body ?? ''));
  const changed = change(parsed);
  const headers = { 'content-type': 'application/json', ...rest.headers };
  return { ...rest, headers, body: typeof changed === 'string' ? changed : JSON.stringify(changed) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const texts = (change: (text: string, thief: string) => unknown): Hostile => {
  const each = (thief: string) => (value: unknown) => (typeof value === 'string' ? change(value, thief) : value);
  return (good, _exchange, thief) => withBody(good, (body) => eachValue(body, each(thief)));
};

/** More members in every object of the answer. */
function members(more: (thief: string, body: unknown) => object): Hostile {
  const widened = (value: unknown, thief: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => widened(each, thief));
    if (typeof value !== 'object' || value === null) return value;
    const own = Object.entries(value).map(([key, each]) => [key, widened(each, thief)]);
    return { ...Object.fromEntries(own), ...more(thief, value) };
  };
  return (good, _exchange, thief) => withBody(good, (body) => widened(body, thief));
}

const withHeaders =
  (headers: (thief: string, exchange: Exchange) => Record<string, string | string[]>, status?: number): Hostile =>
  (good, exchange, thief) => ({
    ...good,
    ...(status === undefined ? {} : { status }),
    headers: { ...good.headers, ...headers(thief, exchange) },
  });

const redirect = (status: number, location: (thief: string) => string = (thief) => `${thief}/stolen`): Hostile =>
  withHeaders((thief) => ({ location: location(thief) }), status);

/** Bytes past HTTP, after which the connection is closed. */
const raw =
  (bytes: (thief: string) => string | Buffer): Hostile =>
  (_good, _exchange, thief) =>
  (response) =>
    void response.socket?.end(bytes(thief));

/** The same again and again, for as long as somebody takes it. */
const endless =
  (start: string, block: string): Hostile =>
  () =>
  (response: ServerResponse) => {
    const { socket } = response;
    const pour = (): void => {
      if (!socket || socket.destroyed) return;
      if (socket.write(block)) setImmediate(pour);
      else socket.once('drain', pour);
    };
    socket?.on('error', () => undefined);
    socket?.write(start);
    pour();
  };

function sentBy({ headers, body, path, query }: Exchange): string {
  const [, encoded = ''] = (headers['authorization'] ?? '').split(' ');
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  return [headers['authorization'], headers['private-token'], decoded, body, path, query]
    .join(' ')
    .replace(/[^\x20-\x7e]/g, '.');
}

// Of what nobody asked for: an asker that unpacked them would have 50 MB and more.
const zipped = gzipSync(Buffer.alloc(50_000_000, ' '));
const pressed = brotliCompressSync(Buffer.alloc(5_000_000, '['));

const obeyed = '\u001b]0;owned\u0007\u001b[2J\u001b[31m\u009b1m\u202e\u2066\u200f\u0000\r\b';
const json = (body: string): Reply => ({ headers: { 'content-type': 'application/json' }, body });
const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

const redirects: Record<string, Hostile> = {
  ...Object.fromEntries([300, 301, 302, 303, 304, 305, 307, 308].map((status) => [`a ${status}`, redirect(status)])),
  'a redirect without a scheme': redirect(302, (thief) => `//${new URL(thief).host}/x`),
  'a redirect with backslashes': redirect(307, (thief) => `\\\\${new URL(thief).host}\\x`),
  'a redirect with the own host as user': redirect(308, (thief) => thief.replace('//', '//127.0.0.1:80@')),
  'a redirect to a file': redirect(302, () => 'file:///etc/passwd'),
  'a redirect to data': redirect(302, () => 'data:application/json,{}'),
  'a redirect to here and then away': redirect(302, (thief) => `/hostile/${encodeURIComponent(thief)}`),
  'a redirect to itself': (good, { path }) => ({ ...good, status: 302, headers: { location: path } }),
  'a created thing elsewhere': withHeaders((thief) => ({ location: thief, 'content-location': thief }), 201),
  'a refresh': withHeaders((thief) => ({ refresh: `0; url=${thief}/x` })),
};

const links: Record<string, Hostile> = {
  'a next page elsewhere in a header': withHeaders((thief) => ({
    link: `<${thief}/x?page=2>; rel="next", <${thief}/y>; rel="last"`,
    'x-next-page': `${thief}/x`,
    'x-ms-continuationtoken': `${thief}/x`,
  })),
  'a next page elsewhere in the body': members((thief) => ({
    ...{ next: `${thief}/x`, nextPage: `${thief}/x`, nextPageToken: `${thief}/x`, isLast: false, self: thief },
    ...{
      links: { next: `${thief}/x`, self: thief },
      _links: { next: { href: `${thief}/x` } },
      url: thief,
      href: thief,
    },
    ...{ response_metadata: { next_cursor: `${thief}/x` }, pageInfo: { hasNextPage: true, endCursor: thief } },
  })),
  'an address in every text': texts((_text, thief) => `${thief}/x`),
  'an address behind every text': texts((text, thief) => `${text}/../..//${new URL(thief).host}/`),
  'an address as user and host in every text': texts((text, thief) => `${text}@${new URL(thief).host}`),
  'another service at': withHeaders((thief) => ({
    'alt-svc': `h2="${new URL(thief).host}"; ma=3600, h3="${new URL(thief).host}"`,
  })),
};

const floods: Record<string, Hostile> = {
  'a flood': () => faulty.flood(),
  'headers without an end': endless(ok, 'X-Endless: yes\r\n'),
  'a header without an end': endless(`${ok}X-Long: `, 'a'.repeat(4096)),
  'chunks without an end': endless(`${ok}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
  'interim answers without an end': endless('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n'),
  'names of 400 KB': texts((text) => text + 'n'.repeat(400_000)),
  'a name of 400 KB that expressions get lost in': texts((text) => `${text}${': [ 1/'.repeat(60_000)}`),
  'deep JSON': () => json('['.repeat(500_000)),
  'deep objects': () => json('{"error":'.repeat(100_000)),
  'deep JSON that ends': () => json(`${'{"data":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
  'a list of 100,000': () => json(`[${'{},'.repeat(100_000)}{}]`),
  'a body that gzip made small': () => ({
    headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    body: zipped,
  }),
  'a body that brotli made small': () => ({
    headers: { 'content-encoding': 'br', 'content-type': 'application/json' },
    body: pressed,
  }),
};

const shapes: Record<string, Hostile> = {
  'what a terminal obeys in every text': texts((text) => `${text}${obeyed}`),
  'markup in every text': texts((text) => `</script><img src=x onerror=alert(1)>](http://x)|${text}\n# h\n=1+1`),
  'what a shell runs in every text': texts((text) => `${text}'"\`$(touch /tmp/owned)\`;|& touch /tmp/owned\n`),
  'NULs behind every text': texts((text) => `${text}\u0000`),
  'halves of characters in every text': texts((text) => `${text}\ud800`),
  'numbers for texts': texts(() => Number.MAX_VALUE),
  'lists for texts': texts((text) => [text, [text]]),
  'objects for texts': texts((text) => ({ toString: text, length: 1e9 })),
  'nothing for texts': texts(() => null),
  'prototypes in every object': members(() => JSON.parse('{"__proto__":{"ok":true,"admin":true},"constructor":1}')),
  'lists for objects': (good) => withBody(good, (body) => [body, body]),
  'a text for the body': (good) => withBody(good, (body) => JSON.stringify(JSON.stringify(body))),
  'no body': ({ status }) => ({ status: status ?? 200, headers: { 'content-type': 'application/json' } }),
  'a page': () => page,
  'bytes that are no text': () => ({ ...json(''), body: Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x22, 0xc0, 0x80]) }),
  cookies: withHeaders(() => ({ 'set-cookie': ['a=b; Path=/', `c=${'d'.repeat(4000)}`], 'clear-site-data': '"*"' })),
  'the credential in every text': (good, exchange) =>
    withBody(good, (body) =>
      eachValue(body, (each) => (typeof each === 'string' ? `${each} ${sentBy(exchange)}` : each)),
    ),
  'the credential in every header': withHeaders((_thief, exchange) =>
    Object.fromEntries(
      [
        ...['x-oauth-scopes', 'x-accepted-oauth-scopes', 'www-authenticate', 'retry-after', 'location', 'date', 'etag'],
        ...['github-authentication-token-expiration', 'x-jenkins', 'x-github-sso', 'x-seraph-loginreason', 'server'],
      ].map((name) => [name, sentBy(exchange)]),
    ),
  ),
};

const protocols: Record<string, Hostile> = {
  'a 401 that asks for more': withHeaders(
    (thief) => ({ 'www-authenticate': ['Negotiate', `Basic realm="${thief}"`] }),
    401,
  ),
  'a 407': withHeaders((thief) => ({ 'proxy-authenticate': `Basic realm="${thief}"` }), 407),
  'a 511': withHeaders((thief) => ({ location: thief }), 511),
  'a wait of years': withHeaders(() => ({ 'retry-after': '99999999' }), 429),
  'a wait of less than nothing': withHeaders(() => ({ 'retry-after': '-5' }), 503),
  'a cut body': raw(() => `${ok}Content-Length: 900\r\n\r\n{"login":"octo`),
  'a body longer than it says': raw(() => `${ok}Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n{"login":"x"}`),
  'two lengths': raw(() => `${ok}Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}  `),
  'a length and chunks': raw(() => `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  'a length below zero': raw(() => `${ok}Content-Length: -2\r\n\r\n{}`),
  'chunks that are none': raw(() => `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\nffffffffffffffff\r\n`),
  'a split header': raw((thief) => `${ok}X: a\rLocation: ${thief}\r\n\r\n{}`),
  'HTTP/2': raw(() => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0'),
  'another protocol': raw(
    () => `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  ),
  TLS: raw(() => Buffer.from('160301000400000000', 'hex')),
  'a status that is none': raw(() => 'HTTP/1.1 000 \r\n\r\n'),
  'HTTP/0.9': raw(() => '{"login":"octocat"}'),
  silence: () => faulty.silence(),
  'a drip': () => faulty.drip(),
  'a cut': () => faulty.reset(),
};

export const hostileAnswers: Readonly<Record<string, Hostile>> = {
  ...redirects,
  ...links,
  ...floods,
  ...shapes,
  ...protocols,
};
