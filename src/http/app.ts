import type { IncomingMessage } from 'node:http';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { readingScopes } from '../core/access-token.ts';
import type { Json } from '../core/field.ts';
import { newUuid } from '../core/id.ts';
import type { Host } from '../library/host.ts';
import { type Authenticate, actingFor, bearerCredential, type Caller } from './authenticate.ts';
import { readBody } from './body.ts';
import { type CountRefused, callerAddress } from './caller-address.ts';
import { noTenant, openDoor } from './door.ts';
import { createOnce, idempotencyKey, type Once } from './idempotency.ts';
import type { Log } from './log.ts';
import { type MetricsOptions, metricsAnswer, metricsRoute } from './metrics.ts';
import { pageAnswer } from './page/page-answer.ts';
import { changedMeanwhile, versionAsked } from './precondition.ts';
import { isChangedMeanwhile, problemOf, problemType, RequestProblem } from './problem.ts';
import { respond } from './respond.ts';
import type { Answer, Call, Route } from './route.ts';
import { checkBody, checkQuery } from './validate.ts';

export interface AppOptions {
  host: Host;
  routes: readonly Route[];
  /** Each is asked in turn who a credential names. */
  authenticate: readonly Authenticate[];
  /** Whoever calls without a token, on a socket that only its owner can open. */
  withoutToken?: Caller | undefined;
  /** The names that this server goes by, without ports; undefined where any will do. */
  hosts: ReadonlySet<string> | undefined;
  /** Leaves callers what is for reading. */
  readOnly: boolean;
  /** Whether a proxy in front of it says where requests come from. */
  behindProxy: boolean;
  /** Is told each token that is refused. */
  countRefused: CountRefused;
  log: Log;
  metrics: MetricsOptions;
  /** Aborts when the server has to end. */
  signal: AbortSignal;
}

interface Env {
  /** What @hono/node-server has of a request. */
  Bindings: { incoming?: IncomingMessage };
  Variables: { requestId: string; route: Pick<Route, 'path'> | undefined; caller: Caller | undefined };
}

/** The API, for any listener that has web-standard requests. */
export function createApp(options: AppOptions): Hono<Env> {
  const app = new Hono<Env>({ strict: true });
  const { log, hosts } = options;

  app.use(async (c, next) => {
    const began = performance.now();
    c.set('requestId', newUuid());
    await next();
    log.request(entryOf(c, performance.now() - began));
  });
  app.use(async (c, next) => {
    if (hosts && !hosts.has(hostOf(c))) {
      throw new RequestProblem('MISDIRECTED', 'this server does not go by the name in Host', {
        hint: 'integrations serve --allowed-host NAME',
      });
    }
    await next();
  });
  app.get('/', async (c) => respond(c.get('requestId'), await pageAnswer()));
  app.get(metricsRoute.path, async (c) => {
    c.set('route', metricsRoute);
    const { isOpen } = options.metrics;
    const { tenantId } = isOpen ? ({ tenantId: 'all' } as const) : await allowedCaller(c, metricsRoute, options);
    return respond(c.get('requestId'), await metricsAnswer(options.host, options.metrics, tenantId));
  });
  const once = createOnce(options.host, (error) => log.fault(null, error));
  for (const route of options.routes) app.on(route.method, pathOf(route), handlerOf(route, options, once));
  for (const [path, methods] of methodsByPath(options.routes)) {
    app.all(path, () => {
      throw new RequestProblem('METHOD_NOT_ALLOWED', `this path allows ${methods}`, { headers: { allow: methods } });
    });
  }
  app.notFound((c) => problemAnswer(c, new RequestProblem('NOT_FOUND', 'there is nothing at this path'), log));
  app.onError((error, c) => problemAnswer(c, error, log));
  return app;
}

function handlerOf(route: Route, options: AppOptions, once: Once): MiddlewareHandler<Env> {
  const required = [...(route.queryNeeded ?? [])];
  const querySchema = { type: 'object', additionalProperties: false, required, properties: { ...route.query } };
  return async (c) => {
    c.set('route', route);
    const caller = route.scope === undefined ? undefined : await allowedCaller(c, route, options);
    const params = c.req.param() as Record<string, string>;
    const query = queryOf(c);
    checkQuery(querySchema, query);
    const body = route.body && (await readBody(c.req, route.body.types));
    if (route.body && typeof body !== 'string') checkBody(route.body.schema, body);
    const ifMatch = route.ifMatch && versionAsked(c.req.header('if-match'), route.ifMatch === 'needed');
    const key = route.idempotent && idempotencyKey(c.req.header('idempotency-key'));
    const call = callOf(c, { caller, params, query, body, ifMatch, idempotencyKey: key, options });
    const work = () => handled(route, call);
    if (key === undefined || route.idempotent === 'by its run') return answered(c, route, await work());
    const { pathname, search } = call.url;
    const asked = [route.method, pathname + search, (body ?? null) as Json] as const;
    const keyed = { key, callerId: call.caller.id, tenantId: params['tenantId'] ?? '', asked };
    return answered(c, route, await once.run(keyed, work));
  };
}

/** Who calls, where that may be done by them. @throws RequestProblem, or AppError NOT_FOUND for another's tenant */
async function allowedCaller(c: Context<Env>, route: Pick<Route, 'scope'>, options: AppOptions): Promise<Caller> {
  const caller = allowedHere(await callerOf(c, options), options);
  c.set('caller', caller);
  refuseForeign(caller, c.req.param('tenantId'));
  refuseOutOfScope(route, caller, options);
  return caller;
}

async function handled(route: Route, call: Call): Promise<Answer> {
  try {
    return await route.handle(call);
  } catch (error) {
    throw call.ifMatch !== undefined && isChangedMeanwhile(error) ? changedMeanwhile() : error;
  }
}

async function callerOf(c: Context<Env>, options: AppOptions): Promise<Caller> {
  const { authenticate, withoutToken, behindProxy, countRefused } = options;
  const header = c.req.header('authorization');
  if (header === undefined && withoutToken) return withoutToken;
  const credential = bearerCredential(header);
  for (const each of credential ? authenticate : []) {
    const caller = credential && (await each(credential));
    if (caller) return caller;
  }
  if (header !== undefined) {
    const peer = c.env?.incoming?.socket.remoteAddress;
    await countRefused(callerAddress(peer, behindProxy ? c.req.header('x-forwarded-for') : undefined));
  }
  const realm = 'Bearer realm="integrations"';
  throw new RequestProblem(
    'UNAUTHENTICATED',
    'a valid token is needed: this one is missing, unknown, expired or revoked',
    {
      hint: 'Send "Authorization: Bearer itg_…"; integrations token add makes one.',
      headers: { 'www-authenticate': header === undefined ? realm : `${realm}, error="invalid_token"` },
    },
  );
}

function allowedHere(caller: Caller, { readOnly }: AppOptions): Caller {
  return readOnly ? { ...caller, scopes: caller.scopes.filter((scope) => readingScopes.includes(scope)) } : caller;
}

function refuseForeign({ tenantId }: Caller, asked: string | undefined): void {
  if (asked !== undefined && tenantId !== 'all' && tenantId !== asked) throw noTenant(asked);
}

function refuseOutOfScope({ scope }: Pick<Route, 'scope'>, { scopes }: Caller, { readOnly }: AppOptions): void {
  if (scope === undefined) return;
  if (readOnly && !readingScopes.includes(scope)) {
    throw new RequestProblem('READ_ONLY', 'this server is read-only', {
      hint: 'It was started with --read-only.',
    });
  }
  if (scopes.includes(scope)) return;
  throw new RequestProblem('FORBIDDEN', `the scope "${scope}" is needed`, {
    hint: `integrations token add --scope ${scope}`,
    headers: { 'www-authenticate': `Bearer realm="integrations", error="insufficient_scope", scope="${scope}"` },
  });
}

/** One that is given twice stands as a list, which no schema takes. */
function queryOf(c: Context<Env>): Record<string, unknown> {
  const entries = Object.entries(c.req.queries()).map(([name, values]) => [
    name,
    values.length === 1 ? values[0] : values,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

interface Read {
  caller: Caller | undefined;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  ifMatch: string | undefined;
  idempotencyKey: string | undefined;
  options: AppOptions;
}

function callOf(c: Context<Env>, { caller, options, ...read }: Read): Call {
  const { tenantId } = read.params;
  const acting = caller ? options.host.as(actingFor(caller)) : options.host;
  return {
    caller: caller ?? nobody,
    host: acting,
    ...read,
    signal: options.signal,
    url: new URL(c.req.url),
    get tenant() {
      if (tenantId === undefined) throw new Error('the path names no tenant');
      return openDoor(acting, tenantId);
    },
  };
}

const nobody: Caller = { id: 'nobody', tenantId: '', scopes: [], accountId: '' };

function answered(c: Context<Env>, { answer: { status } }: Route, { body = null, headers = {} }: Answer): Response {
  const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
  return respond(c.get('requestId'), { status, ...(status === 204 ? { body: null, headers } : json) });
}

function problemAnswer(c: Context<Env>, error: unknown, log: Log): Response {
  const requestId = c.get('requestId');
  const { status, code, headers, body } = problemOf(error, requestId, `urn:uuid:${requestId}`);
  if (code === 'INTERNAL') log.fault(requestId, error);
  const told = { body: JSON.stringify(body), headers: { 'content-type': problemType, ...headers } };
  return respond(requestId, { status, ...told });
}

function entryOf(c: Context<Env>, ms: number) {
  const route = c.get('route');
  const caller: Caller | undefined = c.get('caller');
  return {
    requestId: c.get('requestId'),
    method: c.req.method,
    // The path itself may hold anything.
    route: route?.path ?? null,
    status: c.res.status,
    ms: Math.round(ms * 10) / 10,
    caller: caller?.id ?? null,
    ...(caller?.workload ? { subject: caller.workload.subject } : {}),
    tenantId: caller && caller.tenantId !== 'all' ? caller.tenantId : null,
  };
}

/** `{id}` as the router has it. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function methodsByPath(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string>();
  for (const route of routes) {
    const known = methods.get(pathOf(route));
    methods.set(pathOf(route), known === undefined ? route.method : `${known}, ${route.method}`);
  }
  return methods;
}

/** The name in `Host`, without its port. */
function hostOf(c: Context<Env>): string {
  return (c.req.header('host') ?? '').toLowerCase().replace(/:\d+$/, '');
}
