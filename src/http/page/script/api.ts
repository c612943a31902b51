import type { Page } from './shapes.ts';

interface FieldProblem {
  field: string;
  message: string;
}

/** What was answered in place of what was asked for (RFC 9457), or that nothing was. */
export class Problem extends Error {
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;
  readonly errors: readonly FieldProblem[];
  /** How the provider judged what was to be stored. */
  readonly verification: unknown;

  constructor(status: number, told: Readonly<Record<string, unknown>>) {
    super(typeof told['detail'] === 'string' ? told['detail'] : 'The server gave an unexpected answer.');
    this.status = status;
    this.code = String(told['code'] ?? 'INTERNAL');
    this.hint = typeof told['hint'] === 'string' ? told['hint'] : null;
    this.errors = Array.isArray(told['errors']) ? (told['errors'] as FieldProblem[]) : [];
    this.verification = told['verification'] ?? null;
  }
}

export interface Answered<Body> {
  body: Body;
  etag: string | null;
}

export interface Sending {
  body?: unknown;
  /** Of a body that is text. */
  type?: string;
  ifMatch?: string | null;
  /** The same for each try of the one thing. */
  key?: string;
}

/** The REST API with a token that stands nowhere else. All of it fails with `Problem`. */
export interface Api {
  get<Body>(path: string): Promise<Answered<Body>>;
  /** All pages of a list. */
  all<Item>(path: string): Promise<Item[]>;
  send<Body>(method: 'POST' | 'PATCH' | 'DELETE', path: string, sending?: Sending): Promise<Answered<Body>>;
  /** Breaks off what is under way. */
  end(): void;
}

export function createApi(token: string): Api {
  const ending = new AbortController();

  async function ask<Body>(path: string, init: RequestInit): Promise<Answered<Body>> {
    const response = await fetch(`/api/v1/${path}`, {
      ...init,
      headers: { ...init.headers, accept: 'application/json', authorization: `Bearer ${token}` },
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: ending.signal,
    }).catch((): never => {
      throw new Problem(0, { code: 'UNREACHABLE', detail: 'The server does not answer.' });
    });
    const body = response.status === 204 ? undefined : await response.json().catch(() => undefined);
    if (!response.ok) throw new Problem(response.status, typeof body === 'object' && body ? body : {});
    return { body: body as Body, etag: response.headers.get('etag') };
  }

  async function all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
      const answered: Answered<Page<Item>> = await ask(`${path}?limit=500${query}`, {});
      items.push(...answered.body.items);
      after = answered.body.next;
    } while (after !== null);
    return items;
  }

  return {
    get: (path) => ask(path, {}),
    all,
    send: (method, path, sending = {}) => ask(path, { method, ...requestOf(method, sending) }),
    end: () => ending.abort(),
  };
}

function requestOf(method: string, { body, type, ifMatch, key }: Sending): RequestInit {
  const own = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    headers: {
      ...(body === undefined ? {} : { 'content-type': type ?? own }),
      ...(ifMatch ? { 'if-match': ifMatch } : {}),
      ...(method === 'POST' ? { 'idempotency-key': key ?? newKey() } : {}),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

/** 16 random bytes; `crypto.randomUUID` is not there where a page came over plain http. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
