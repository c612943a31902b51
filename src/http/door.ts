import { AppError, invalid } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import type { Tenant } from '../db/stores/host.ts';
import { createBuilds } from '../library/builds.ts';
import { type AnyCalls, createCategory, type Naming } from '../library/category.ts';
import type { Host } from '../library/host.ts';
import { callsIn, callsOfAll } from '../library/tenant.ts';
import type { TenantDoor } from './route.ts';

/** The integrations of a tenant for a request: it and they are named by their ids alone. */
export function openDoor(host: Host, tenantId: string): TenantDoor {
  const calls = callsIn(host, () => tenantOfId(host, tenantId));
  const { environment } = host;
  return {
    id: tenantId,
    ...callsOfAll(calls, environment),
    builds: createBuilds(calls, environment, ({ stores, tenant: { id, displayName } }, ref) =>
      byId.find(stores.pipeline, ref, displayName ?? id),
    ),
    category: (category) => createCategory<AnyCalls>(calls, category, environment, byId),
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

/** What is in another tenant is answered like what does not exist. */
const byId: Naming = {
  async find(store, id) {
    const found = await store.get(id);
    if (found) return found;
    throw new AppError('NOT_FOUND', `there is no ${store.category.noun} ${quotable(id)} in this tenant`);
  },
  async findLinked(store, id, { field: { name } }) {
    const found = await store.get(id);
    if (found) return found;
    throw invalid(`${name} names no ${store.category.noun} in this tenant`, { field: name });
  },
};
