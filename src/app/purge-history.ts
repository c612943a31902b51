import { toStored } from '../core/time.ts';
import { type Actor, historyTable, record } from '../db/stores/history.ts';
import type { Deps } from './deps.ts';

/** Whose history, and until when: `2026-12-31T00:00:00Z`, which itself is kept. */
export interface Purge {
  /** Undefined: all tenants, and what concerns none of them alone. */
  tenant: { id: string; displayName: string | null } | undefined;
  before: string;
}

export async function countPurged(deps: Pick<Deps, 'database'>, { tenant, before }: Purge): Promise<number> {
  const { queries } = await deps.database();
  const [row] = await queries(historyTable)
    .where('occurredAt', '<', toStored(before))
    .modify((query) => void (tenant && query.where({ tenantId: tenant.id })))
    .count({ count: '*' });
  return Number(row?.['count'] ?? 0);
}

/** Deletes what is older, and tells of that in the history. @returns how many rows */
export async function purgeHistory(deps: Pick<Deps, 'database'>, purge: Purge, actor: Actor): Promise<number> {
  const { tenant, before } = purge;
  return (await deps.database()).transaction(async (queries) => {
    const removed = await queries(historyTable)
      .where('occurredAt', '<', toStored(before))
      .modify((query) => void (tenant && query.where({ tenantId: tenant.id })))
      .delete();
    const fields = [
      { name: 'before', before: null, after: before },
      { name: 'removed', before: null, after: removed },
    ];
    const entry = { action: 'purge', category: 'history', integrationId: null, displayName: null, fields } as const;
    await record(queries, { tenant: tenant ?? null, actor }, [entry]);
    return removed;
  });
}
