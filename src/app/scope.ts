import type { Digester } from '../crypto/digest.ts';
import type { Opener, Sealer } from '../crypto/seal.ts';
import type { Queries } from '../db/queries.ts';
import type { Actor } from '../db/stores/history.ts';
import type { Tenant } from '../db/stores/host.ts';
import { type Stores, storesOf } from '../db/stores/index.ts';
import type { WritableStores } from '../db/stores/writable-stores.ts';
import type { Deps } from './deps.ts';

/** The integrations of one tenant. Those of another cannot be named through it. */
export interface TenantScope {
  readonly deps: Deps;
  readonly tenant: Tenant;
  /** For reading. */
  readonly stores: Stores;
  /** Opens for the tenant. */
  opener(): Promise<Opener>;
  /** Seals and opens for the tenant. @throws AppError as `Sealing.sealers` */
  sealer(): Promise<Sealer>;
  /** Digests for the tenant. @throws AppError KEY_UNAVAILABLE without a ring */
  digester(): Promise<Digester>;
  /** `inTenant` for this one. */
  write<T>(work: TenantWork<T>): Promise<T>;
}

/** Changes a tenant through its stores, which tell the history of it. */
export type TenantWork<T> = (stores: WritableStores, transaction: Queries) => Promise<T>;

export async function openTenant(deps: Deps, tenant: Tenant): Promise<TenantScope> {
  const { queries } = await deps.database();
  return {
    deps,
    tenant,
    stores: storesOf(queries, tenant.id),
    opener: async () => (await deps.openers())(tenant.id),
    sealer: async () => (await deps.sealers())(tenant.id),
    digester: async () => (await deps.digesters())(tenant.id),
    write: async (work) => inTenant(deps, { tenant, actor: await deps.actor() }, work),
  };
}

/**
 * The only way to write in a tenant: all of `work` in one transaction or nothing of it, by the actor, and only while the
 * key that sealed what is written is still in the ring.
 */
export async function inTenant<T>(
  deps: Deps,
  { tenant, actor }: { tenant: Tenant; actor: Actor },
  work: TenantWork<T>,
): Promise<T> {
  const { writableStoresOf } = await import('../db/stores/writable-stores.ts');
  const database = await deps.database();
  const written = () =>
    database.transaction(async (transaction) => {
      const stores = writableStoresOf(transaction, { tenant, actor, same: deps.sameCredential });
      const result = await work(stores, transaction);
      await deps.confirmKey();
      return result;
    });
  return deps.withNewKeys(written);
}
