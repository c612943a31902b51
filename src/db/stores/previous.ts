import type { Sealed, Slot } from '../../crypto/seal.ts';
import type { Queries } from '../queries.ts';

export const previousCredentials = { table: 'tenant_previous_credentials', column: 'credentials' } as const;

/** What the last rotation of each of a tenant's integrations replaced, as one sealed value. */
export interface PreviousStore {
  get(id: string): Promise<string | undefined>;
  /** Keeps it in place of what was kept before; to be run in a transaction. */
  keep(id: string, sealed: Sealed): Promise<void>;
  /** @returns whether there was anything to forget */
  forget(ids: readonly string[]): Promise<boolean>;
}

/** Where the previous credentials of an integration stand. */
export function previousSlot(id: string): Slot {
  return { ...previousCredentials, id };
}

export function previousStore(queries: Queries, tenantId: string): PreviousStore {
  const { table, column } = previousCredentials;
  const forget = async (ids: readonly string[]) =>
    (await queries(table).where({ tenantId }).whereIn('id', ids).delete()) > 0;
  return {
    async get(id) {
      const row = await queries(table).where({ tenantId, id }).first(column);
      return row?.[column];
    },
    async keep(id, sealed) {
      await forget([id]);
      await queries(table).insert({ id, tenantId, [column]: sealed });
    },
    forget,
  };
}
