import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { version } from '../../package.json';
import type { Environment } from '../config/environment.ts';
import { NotDone } from '../core/client.ts';
import { isLoopback } from '../core/loopback.ts';
import { retryAfter } from '../core/reading.ts';
import { Secret } from '../core/secret.ts';
import { type Answer, type Change, type Request, Undecided } from '../core/verification.ts';
import { aborted } from './aborted.ts';
import { watchingDeparture } from './departure.ts';
import { createHostQueue, type HostQueue } from './host-queue.ts';
import { networkFault } from './network-fault.ts';
import { mayUseProxy } from './proxy.ts';
import { type StandIn, standInsOf } from './stand-ins.ts';
import { loadTransport, type Transport } from './transport.ts';

/** Sends requests; timeouts, repeats, redirects, proxies and the bound of an answer live here, once for all providers. */
export interface Sender {
  /** @throws Undecided when there is no answer */
  send(request: Request, signal: AbortSignal): Promise<Answer>;
  /**
   * Sends what changes something: once, over a connection of its own, which no other request can have broken. No redirect
   * is followed.
   * @throws NotDone `not sent` where no byte left, else `uncertain`
   */
  sendOnce(change: Change, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

export interface SenderOptions {
  /** Names the proxies. */
  env: Environment;
  queue: HostQueue;
  /** Lets credentials travel over plain http to other machines. */
  allowHttp: boolean;
  now: () => Date;
  standIns: readonly StandIn[];
  /** Is told each request: its method, its origin and path, what came back, and after how long. */
  trace?: ((text: string) => void) | undefined;
}

/** What a run asks with. */
interface Asking extends Pick<SenderOptions, 'env' | 'allowHttp' | 'now'> {
  /** Requests at a time for one host. */
  perHost: number;
  trace?: (text: string) => void;
}

export function senderFor({ env, allowHttp, now, perHost, trace }: Asking): Sender {
  return createSender({ env, allowHttp, now, trace, queue: createHostQueue(perHost), standIns: standInsOf(env) });
}

const megabyte = 1024 * 1024;
const repeats = 2;
const longestWaitSeconds = 30;

export function createSender({ env, queue, allowHttp, now, standIns, trace }: SenderOptions): Sender {
  let loading: Promise<Transport> | undefined;
  const how = { env, now, trace };

  async function once(request: Request, url: URL, signal: AbortSignal, place?: string): Promise<Answer> {
    return queue.run(url.host, signal, async () => {
      loading ??= loadTransport(env);
      return exchange(await loading, request, { ...how, url, signal, place });
    });
  }

  async function attempt(request: Request, url: URL, signal: AbortSignal): Promise<Answer> {
    const answer = await once(request, url, signal);
    const target = redirectWithin(answer, url, request);
    // Where a redirect leads, the answer said, which may have what it was asked with in it.
    return target ? once(request, target, signal, `${target.origin}/…`) : answer;
  }

  /** Where it goes, if it may go there. */
  function sendable(change: Change): URL {
    try {
      const url = addressOf(change.url, allowHttp);
      refuseOthers(change, url, standIns);
      return url;
    } catch (error) {
      throw error instanceof Undecided ? notDone('not sent', error) : error;
    }
  }

  return {
    async send(request, signal) {
      const url = addressOf(request.url, allowHttp);
      refuseOthers(request, url, standIns);
      for (let round = 0; ; round += 1) {
        const last = round === repeats;
        try {
          const answer = await attempt(request, url, signal);
          const wait = last ? undefined : waitBefore(answer, round, now());
          if (wait === undefined) return answer;
          // An answer that says to come back later than there is time for is the answer.
          if (!(await slept(wait, signal))) return answer;
        } catch (error) {
          if (error instanceof Undecided) throw error;
          const fault = networkFault(error, url.hostname);
          if (last || !fault.passing || round > 0 || signal.aborted) throw fault.undecided;
        }
      }
    },
    async sendOnce(change, signal) {
      const url = sendable(change);
      return watchingDeparture(change.method, url, (hasLeft) =>
        queue
          .run(url.host, signal, async () => {
            const own = await loadTransport(env);
            try {
              return await exchange(own, change, { ...how, url, signal });
            } finally {
              await Promise.all([own.direct.destroy(), own.proxied.destroy()]);
            }
          })
          .catch((error: unknown) => {
            throw unanswered(error, url, hasLeft());
          }),
      );
    },
    async close() {
      const loaded = await loading;
      await Promise.all([loaded?.direct.destroy(), loaded?.proxied.destroy()]);
    },
  };
}

interface Exchange extends Pick<SenderOptions, 'env' | 'now' | 'trace'> {
  url: URL;
  signal: AbortSignal;
  /** How its address is told, where that is not its own. */
  place?: string | undefined;
}

/** Sends one request and reads its answer. */
async function exchange(
  { direct, proxied, request: ask }: Transport,
  request: Request | Change,
  { env, now, trace, url, signal, place = placeOf(request, url) }: Exchange,
): Promise<Answer> {
  const dispatcher = mayUseProxy(url, env) ? proxied : direct;
  const sent = now();
  // undici does not hear the signal while it speaks with a SOCKS proxy.
  const asked = Promise.race([ask(url, { ...encoded(request), dispatcher, signal }), aborted(signal)]);
  const response = await (trace ? traced(asked, `${request.method ?? 'GET'} ${place}`, url.hostname, trace) : asked);
  return answerOf(response, url, request, sent, now());
}

/** What it means that no answer came to what changes something. Whom nobody could connect with may be there in a moment. */
function unanswered(error: unknown, url: URL, hasLeft: boolean): NotDone {
  if (error instanceof Undecided) return notDone(hasLeft ? 'uncertain' : 'not sent', error);
  const { undecided, isLate } = networkFault(error, url.hostname);
  if (hasLeft) return notDone('uncertain', undecided);
  return notDone('not sent', undecided, isLate || undecided.kind === 'MALFORMED' ? undefined : 1);
}

function notDone(
  outcome: NotDone['outcome'],
  { message: detail, hint, kind }: Undecided,
  retryAfterS?: number | undefined,
): NotDone {
  return new NotDone(outcome, { detail, hint, kind, retryAfterS });
}

/** Where a request goes, as it may be told: of an address that is a credential only the origin. */
function placeOf({ url: given }: Request | Change, { origin, pathname }: URL): string {
  return given instanceof Secret ? `${origin}/…` : `${origin}${pathname}`;
}

/** The same, and tells what was asked. */
async function traced(
  asked: Promise<Dispatcher.ResponseData>,
  what: string,
  hostname: string,
  trace: (text: string) => void,
): Promise<Dispatcher.ResponseData> {
  const start = performance.now();
  const tell = (outcome: string) => trace(`${what} ${outcome}, ${Math.round(performance.now() - start)} ms`);
  try {
    const response = await asked;
    tell(String(response.statusCode));
    return response;
  } catch (error) {
    tell(networkFault(error, hostname).undecided.message);
    throw error;
  }
}

/** Whether the whole time went by before the signal aborted. */
function slept(seconds: number, signal: AbortSignal): Promise<boolean> {
  return sleep(seconds * 1000, true, { signal }).catch(() => false);
}

function addressOf(given: string | Secret, allowHttp: boolean): URL {
  const url = URL.parse(given instanceof Secret ? given.reveal() : given);
  if (!url) throw new Undecided('MALFORMED', { detail: 'its address is not valid', hint: 'Correct it with "update".' });
  if (url.protocol === 'https:' || (url.protocol === 'http:' && (isLoopback(url.hostname) || allowHttp))) return url;
  throw new Undecided('MALFORMED', {
    detail: 'its address uses plain http, and credentials are not sent over it',
    hint: 'Use https, or add --allow-http if the network is your own.',
  });
}

/** The credentials of a request go where they may go, and nowhere else. An address that is one is its own audience. */
function refuseOthers(
  { url: given, headers = {}, form = {} }: Request | Change,
  { origin }: URL,
  standIns: readonly StandIn[],
): void {
  const meant = [origin, ...standIns.filter((each) => each.origin === origin).map(({ replaced }) => replaced)];
  const mayGo = ({ audience = [] }: Secret) => audience.some((each) => meant.includes(each));
  const isOwn = given instanceof Secret && given.audience?.length === 0;
  const carried = [...(isOwn ? [] : [given]), ...Object.values(headers), ...Object.values(form)];
  if (carried.every((value) => !(value instanceof Secret) || mayGo(value))) return;
  throw new Undecided('MALFORMED', {
    detail: `its credential is not meant for ${origin}; somebody changed the address`,
    hint: 'Correct the address with "update", or if it is right, store the credential again with "rotate".',
  });
}

function encoded({ method = 'GET', headers = {}, json, form, body }: Request | Change) {
  const plain = (value: string | Secret) => (value instanceof Secret ? value.reveal() : value);
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), plain(value)]));
  const common = { 'user-agent': `integrations/${version}`, accept: 'application/json' };
  if (json !== undefined)
    return {
      method,
      headers: { ...common, 'content-type': 'application/json; charset=utf-8', ...own },
      body: JSON.stringify(json),
    };
  if (form !== undefined) {
    const pairs = Object.entries(form).map(([name, value]): [string, string] => [name, plain(value)]);
    return {
      method,
      headers: { ...common, 'content-type': 'application/x-www-form-urlencoded', ...own },
      body: new URLSearchParams(pairs).toString(),
    };
  }
  return { method, headers: { ...common, ...own }, ...(body === undefined ? {} : { body }) };
}

async function answerOf(
  response: Dispatcher.ResponseData,
  url: URL,
  { megabytes = 1 }: Request | Change,
  sent: Date,
  received: Date,
): Promise<Answer> {
  const header = (name: string) => {
    const value = response.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const bytes = await boundedBytes(response, url, megabytes);
  const text = bytes.toString('utf8');
  const type = header('content-type') ?? '';
  const isPage = /\bhtml\b/i.test(type) || /^\s*<(!doctype html|html)\b/i.test(text);
  return {
    status: response.statusCode,
    header,
    text,
    bytes,
    isPage,
    clockAhead: clockAhead(header('date'), sent, received),
    json() {
      try {
        return JSON.parse(text);
      } catch {
        throw new Undecided('UNREACHABLE', {
          detail: 'its answer is not JSON',
          hint: 'Check the address, and whether a proxy is in the way.',
        });
      }
    },
  };
}

/** The bytes of an answer up to the bound; what is longer is no answer that a provider would give. */
async function boundedBytes(response: Dispatcher.ResponseData, { hostname }: URL, megabytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += (chunk as Buffer).length;
    if (length > megabytes * megabyte) {
      response.body.destroy();
      throw new Undecided('UNREACHABLE', {
        detail: `${hostname} answers with more than ${megabytes} MB`,
        hint: 'Check the address.',
      });
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** A header's date has whole seconds, so half a second more or less says nothing. */
function clockAhead(date: string | undefined, sent: Date, received: Date): number {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return 0;
  return Math.round((theirs - (sent.getTime() + received.getTime()) / 2) / 1000);
}

/** Where a redirect leads, as long as that is the same origin: credentials go nowhere else. */
function redirectWithin(answer: Answer, url: URL, request: Request): URL | undefined {
  const location = answer.header('location');
  if (![301, 302, 307, 308].includes(answer.status) || location === undefined || request.method === 'POST')
    return undefined;
  if (request.accept?.(answer)) return undefined;
  const target = URL.parse(location, url.href);
  return target?.origin === url.origin ? target : undefined;
}

/** Seconds to wait before asking again; undefined when the answer stands. */
function waitBefore(answer: Answer, round: number, now: Date): number | undefined {
  const named = retryAfter(answer.header('retry-after'), now);
  const throttled = answer.status === 429 || (answer.status === 403 && named !== undefined);
  if (throttled || (answer.status === 503 && named !== undefined)) {
    return named !== undefined && named <= longestWaitSeconds ? named : undefined;
  }
  return answer.status >= 500 ? 0.25 * (round + 1) : undefined;
}
