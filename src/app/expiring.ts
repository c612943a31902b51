import { categoryList } from '../core/category.ts';
import type { JsonObject } from '../core/field.ts';
import { dayMs, moment } from '../core/time.ts';
import { providerOf } from '../db/stores/codec.ts';
import { listPages } from '../db/stores/list.ts';
import { createSpool, type Spool } from '../files/spool.ts';
import type { Deps } from './deps.ts';

/** Which credentials are meant. */
export interface Soon {
  withinMs: number;
  /** Absent: all tenants. */
  tenantId?: string;
}

/** Credentials as scripts see them, the first to end first. Any number of them takes little memory. */
export interface Expiring {
  count: number;
  /** To be gone through once. */
  pages: Iterable<readonly JsonObject[]>;
}

/** So many stand on a page. */
const pageLength = 500;

/** The credentials that end soon and those that have ended. */
export async function expiringCredentials(
  deps: Pick<Deps, 'database'>,
  { withinMs, ...tenant }: Soon,
): Promise<Expiring> {
  const now = Date.now();
  const endsBefore = moment(new Date(now + withinMs));
  const { queries } = await deps.database();
  const spool = createSpool('Free some space there, or ask for a shorter time with --within.');
  const ends: number[] = [];
  for (const category of categoryList) {
    for await (const page of listPages(queries, { category, filter: { endsBefore }, joins: [], ...tenant })) {
      for (const { integration: row } of page) {
        const end = Date.parse(row.credentialExpiresAt ?? '');
        ends.push(end);
        const item: JsonObject = {
          id: row.id,
          tenantId: row.tenantId,
          displayName: row.displayName,
          category: category.name,
          type: providerOf(category, row).name,
          credentialExpiresAt: row.credentialExpiresAt,
          daysLeft: Math.floor((end - now) / dayMs),
          verificationStatus: row.verificationStatus,
          isActive: row.isActive,
        };
        spool.add(JSON.stringify(item));
      }
    }
  }
  const order = Uint32Array.from(ends.keys()).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0) || a - b);
  return { count: ends.length, pages: pagesOf(spool, order) };
}

function* pagesOf(spool: Spool, order: Uint32Array): Generator<readonly JsonObject[]> {
  try {
    for (let at = 0; at < order.length; at += pageLength)
      yield Array.from(order.subarray(at, at + pageLength), (number) => JSON.parse(spool.at(number)) as JsonObject);
  } finally {
    spool.close();
  }
}
