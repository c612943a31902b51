import type { TenantScope } from '../app/scope.ts';
import type { Category, CategoryName } from '../core/category.ts';
import { AppError, invalid } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import type { Integration } from '../db/stores/codec.ts';
import type { Tenant } from '../db/stores/host.ts';
import { createIntegrationStore } from '../db/stores/integration.ts';
import { createBuilds } from '../library/builds.ts';
import { type AnyCalls, createCategory, type Naming, shown } from '../library/category.ts';
import type { Host } from '../library/host.ts';
import { pageOfRows } from '../library/list.ts';
import { createMessages } from '../library/messages.ts';
import { callsIn, callsOfAll } from '../library/tenant.ts';
import { createTickets } from '../library/tickets.ts';
import type { TenantDoor } from './route.ts';

/** The integrations of a tenant for a request: it and they are named by their ids alone. */
export function openDoor(host: Host, tenantId: string): TenantDoor {
  const calls = callsIn(host, () => tenantOfId(host, tenantId));
  const { environment } = host;
  return {
    id: tenantId,
    ...callsOfAll(calls, environment),
    builds: createBuilds(calls, environment, idIn('pipeline')),
    messages: createMessages(calls, environment, idIn('communication'), receiver),
    tickets: createTickets(calls, environment, idIn('ticket')),
    category: (category) => createCategory<AnyCalls>(calls, category, environment, byId),
    ...rowsOf(host, tenantId),
  };
}

/**
 * A row that says that it is the tenant's needs no other proof that there is that tenant: a foreign key holds it. Only
 * where there is none the tenant is looked for, to say which of the two is missing.
 */
function rowsOf(host: Host, tenantId: string): Pick<TenantDoor, 'row' | 'page'> {
  // A column of the host may take another spelling for the same id, which is not the one in the path.
  const isIn = (row: { readonly tenantId?: unknown } | undefined) => row?.tenantId === tenantId;
  return {
    row: (category, id) =>
      host.run('read', async (deps) => {
        const { queries } = await deps.database();
        const row = await createIntegrationStore(queries, tenantId, category).get(id);
        if (row && isIn(row)) return shown(category, row);
        await tenantOfId(host, tenantId);
        throw noRow(category, id);
      }),
    page: (category, filter) =>
      host.run('read', async (deps) => {
        const page = await pageOfRows({ deps, tenantId }, category, filter);
        if (!isIn(page.items[0])) await tenantOfId(host, tenantId);
        return page;
      }),
  };
}

/** @throws AppError NOT_FOUND */
async function tenantOfId(host: Host, id: string): Promise<Tenant> {
  const tenant = await host.findTenant(id);
  if (tenant.id === id) return tenant;
  throw noTenant(id);
}

/** The same whether there is none, or the caller may not know of it. */
export function noTenant(id: string): AppError {
  return new AppError('NOT_FOUND', `there is no tenant ${quotable(id)}`);
}

/** How an integration of a category is found by its id. */
function idIn(category: CategoryName) {
  return ({ stores, tenant: { id, displayName } }: TenantScope, ref: string) =>
    byId.find(stores[category], ref, displayName ?? id);
}

/** One that the body of a notification names: 404 is for what the path names. */
async function receiver({ stores: { communication: store } }: TenantScope, id: string): Promise<Integration> {
  const found = await store.get(id);
  if (found) return found;
  throw invalid(`to names no ${store.category.noun} in this tenant`, { field: 'to' });
}

/** What is in another tenant is answered like what does not exist. */
const byId: Naming = {
  async find(store, id) {
    const found = await store.get(id);
    if (found) return found;
    throw noRow(store.category, id);
  },
  async findLinked(store, id, { field: { name } }) {
    const found = await store.get(id);
    if (found) return found;
    throw invalid(`${name} names no ${store.category.noun} in this tenant`, { field: name });
  },
};

function noRow({ noun }: Category, id: string): AppError {
  return new AppError('NOT_FOUND', `there is no ${noun} ${quotable(id)} in this tenant`);
}
