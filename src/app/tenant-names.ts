import { quotable } from '../core/text.ts';
import { tenantStore } from '../db/stores/host.ts';
import type { Deps } from './deps.ts';

/** What tenants are called, where rows of all of them stand together. */
export interface TenantNames {
  /** As the host has it; null where it has none, or the tenant is gone. */
  nameOf(id: string): string | null;
  /** For people: no two tenants are told alike. */
  told(id: string): string;
  /** For a command. */
  refOf(id: string): string;
}

export async function readTenantNames(deps: Pick<Deps, 'database'>): Promise<TenantNames> {
  const { queries } = await deps.database();
  const names = new Map<string, string>();
  const times = new Map<string, number>();
  for (const { id, displayName } of await tenantStore(queries).list()) {
    if (displayName === null) continue;
    names.set(id, displayName);
    times.set(displayName, (times.get(displayName) ?? 0) + 1);
  }
  const isUnique = (name: string | undefined) => name !== undefined && times.get(name) === 1;
  return {
    refOf: (id) => (isUnique(names.get(id)) ? (names.get(id) ?? id) : id),
    nameOf: (id) => names.get(id) ?? null,
    told(id) {
      const name = names.get(id);
      if (name === undefined) return quotable(id, 255);
      return isUnique(name) ? quotable(name, 255) : `${quotable(name, 255)} (${quotable(id, 255)})`;
    },
  };
}
