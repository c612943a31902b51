import type { Deps } from '../app/deps.ts';
import { expiringCredentials } from '../app/expiring.ts';
import { type Overview, readOverview, statusOf } from '../app/overview.ts';
import { openTenant, type TenantScope } from '../app/scope.ts';
import { categories, categoryList } from '../core/category.ts';
import { usage } from '../core/error.ts';
import { once } from '../core/once.ts';
import { durationMs } from '../core/time.ts';
import { historyPages } from '../db/stores/history-list.ts';
import type { Tenant as FoundTenant } from '../db/stores/host.ts';
import { verifyRows } from './asking.ts';
import { createBuilds } from './builds.ts';
import { byIdOrName, createCategory } from './category.ts';
import type { Host, TenantCalls } from './host.ts';
import type { IntegrationTypes } from './integration-types.ts';
import { createMessages } from './messages.ts';
import { pageNames, requireOptions } from './option-names.ts';
import { requireText } from './options.ts';
import { limitOf, momentOf } from './reading.ts';
import { listRuns } from './runs.ts';
import { createTickets } from './tickets.ts';
import type {
  Category,
  CategoryCalls,
  CategoryName,
  Communication,
  Environment,
  ExpiringItem,
  HistoryEntry,
  HistoryFilter,
  Pipelines,
  Tenant,
  TenantStatus,
  Tickets,
} from './types.ts';

// What reads YAML is loaded where it is needed.
const manifests = () => import('./manifest.ts');

export function createTenant(host: Host, ref: string): Tenant {
  const calls = callsIn(host, async () => {
    requireText(ref, 'tenant');
    return host.findTenant(ref);
  });
  const { environment } = host;
  return {
    ...callsOfAll(calls, environment),
    notify: (request, options = {}) =>
      createMessages(calls, environment, namedIn('communication')).notify(request, options),
    scm: createCategory<Category<'scm'>>(calls, categories.scm, environment),
    targets: createCategory<Category<'target'>>(calls, categories.target, environment),
    pipelines: createPipelines(calls, environment),
    communication: createCommunication(calls, environment),
    tickets: createTicketCategory(calls, environment),
  };
}

function createPipelines(calls: TenantCalls, environment: Environment): Pipelines {
  const builds = createBuilds(calls, environment, namedIn('pipeline'));
  return {
    ...createCategory<CategoryCalls<IntegrationTypes['pipeline']>>(calls, categories.pipeline, environment),
    trigger: async (ref, request = {}, options = {}) => (await builds.trigger(ref, request, options)).build,
    runs: (ref, filter = {}) => builds.list(ref, filter),
    run: (runId, options = {}) => builds.get({ runId }, options),
    cancel: (runId, options = {}) => builds.cancel({ runId }, options, { patiently: true }),
    wait: (runId, options = {}) => builds.wait({ runId }, options),
  };
}

function createCommunication(calls: TenantCalls, environment: Environment): Communication {
  const messages = createMessages(calls, environment, namedIn('communication'));
  return {
    ...createCategory<CategoryCalls<IntegrationTypes['communication']>>(calls, categories.communication, environment),
    test: (refs, options = {}) => messages.test(refs, options),
  };
}

function createTicketCategory(calls: TenantCalls, environment: Environment): Tickets {
  const tickets = createTickets(calls, environment, namedIn('ticket'));
  return {
    ...createCategory<CategoryCalls<IntegrationTypes['ticket']>>(calls, categories.ticket, environment),
    createTicket: (ref, request, options = {}) => tickets.create(ref, request, options),
    findTicket: (ref, key, options = {}) => tickets.find(ref, key, options),
    closeTicket: (ref, asked, options = {}) => tickets.close(ref, asked, options),
  };
}

/** How an integration of a category is found by its id or its name. */
function namedIn(category: CategoryName) {
  return ({ stores, tenant: { id, displayName } }: TenantScope, ref: string) =>
    byIdOrName.find(stores[category], ref, displayName ?? id);
}

/** @param find is asked at the first call */
export function callsIn(host: Host, find: () => Promise<FoundTenant>): TenantCalls {
  const found = once(find);
  const open = async (deps: Deps) => openTenant(deps, await found());
  return {
    run: (purpose, work, told) => host.run(purpose, async (deps) => work(await open(deps)), told),
    iterate: (work) => host.iterate(async (deps) => work(await open(deps))),
  };
}

export type CallsOfAll = Omit<Tenant, 'notify' | 'scm' | 'targets' | 'pipelines' | 'communication' | 'tickets'>;

/** What concerns all categories of a tenant. */
export function callsOfAll({ run, iterate }: TenantCalls, environment: Environment): CallsOfAll {
  return {
    verify: (options = {}) =>
      run('verify', (scope) => {
        const names = categoryList.map(({ name }) => name);
        return verifyRows(scope, [{ names, tenantId: scope.tenant.id, filter: {} }], { asked: options, environment });
      }),
    plan: (manifest, options = {}) =>
      run('read', async (scope) => (await manifests()).planManifest(scope, manifest, options)),
    apply: (manifest, options = {}) =>
      run('apply', async (scope) => (await manifests()).applyManifest(scope, manifest, options)),
    status: () => run('read', async (scope) => statusIn(await readOverview(scope.deps, scope.tenant))),
    history: (filter = {}) => iterate((scope) => historyIn(scope, filter)),
    runs: (filter = {}) =>
      iterate(async function* (scope) {
        requireOptions(filter, { ...pageNames, category: true }, 'filter');
        yield* listRuns(scope, filter);
      }),
    expiring: (options = {}) =>
      run('read', async (scope) => {
        requireOptions(options, { within: true });
        const { within = '30d' } = options;
        const withinMs = durationMs(within);
        if (withinMs === undefined) throw usage('within is a duration such as 12h or 30d', { field: 'within' });
        const { pages } = await expiringCredentials(scope.deps, { withinMs, tenantId: scope.tenant.id });
        const rows = [...pages].flat();
        return rows as unknown as ExpiringItem[];
      }),
  };
}

function statusIn(overview: Overview): TenantStatus {
  return statusOf(overview) as TenantStatus;
}

const historyNames = {
  ...pageNames,
  integrationId: true,
  category: true,
  account: true,
  since: true,
  until: true,
} as const;

async function* historyIn({ deps, tenant }: TenantScope, filter: HistoryFilter): AsyncGenerator<HistoryEntry> {
  requireOptions(filter, historyNames, 'filter');
  const { queries } = await deps.database();
  const { integrationId, category, account, since, until, after, limit } = filter;
  const pages = historyPages(queries, {
    tenantId: tenant.id,
    integrationIds: integrationId === undefined ? undefined : [integrationId],
    category,
    account,
    since: momentOf(since, 'since'),
    until: momentOf(until, 'until'),
    after: after && { id: after.id, occurredAt: after.occurredAt },
    limit: limitOf(limit),
  });
  for await (const page of pages) yield* page as unknown as HistoryEntry[];
}
