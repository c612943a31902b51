import { categoryList } from '../core/category.ts';
import type { JsonObject } from '../core/field.ts';
import { dayMs, moment } from '../core/time.ts';
import { providerOf } from '../db/stores/codec.ts';
import { listPages } from '../db/stores/list.ts';
import type { Deps } from './deps.ts';

/** Which credentials are meant. */
export interface Soon {
  withinMs: number;
  /** Absent: all tenants. */
  tenantId?: string;
}

/** The credentials that end soon and those that have ended, as scripts see them, the first to end first. */
export async function expiringCredentials(
  deps: Pick<Deps, 'database'>,
  { withinMs, ...tenant }: Soon,
): Promise<JsonObject[]> {
  const now = Date.now();
  const endsBefore = moment(new Date(now + withinMs));
  const { queries } = await deps.database();
  const rows: JsonObject[] = [];
  for (const category of categoryList) {
    for await (const page of listPages(queries, { category, filter: { endsBefore }, joins: [], ...tenant })) {
      for (const { integration: row } of page) {
        rows.push({
          id: row.id,
          tenantId: row.tenantId,
          displayName: row.displayName,
          category: category.name,
          type: providerOf(category, row).name,
          credentialExpiresAt: row.credentialExpiresAt,
          daysLeft: Math.floor((Date.parse(row.credentialExpiresAt ?? '') - now) / dayMs),
          verificationStatus: row.verificationStatus,
          isActive: row.isActive,
        });
      }
    }
  }
  return rows.sort((a, b) => String(a['credentialExpiresAt']).localeCompare(String(b['credentialExpiresAt'])));
}
