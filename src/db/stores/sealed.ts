import { categoryList } from '../../core/category.ts';
import { createKeyTeller } from '../../crypto/seal.ts';
import type { Queries } from '../queries.ts';
import { accessTokens } from './access-tokens.ts';
import { codecOf } from './codec.ts';
import { previousCredentials } from './previous.ts';

/** A table whose rows have an `id`, a `tenantId` and sealed values. */
export interface SealedTable {
  table: string;
  /** Those that are sealed. */
  columns: readonly string[];
}

/** Every table with sealed values. */
export function sealedTables(): SealedTable[] {
  return [
    ...categoryList.map((category) => ({ table: category.table, columns: [...codecOf(category).sealed] })),
    { table: previousCredentials.table, columns: [previousCredentials.column] },
    { table: accessTokens.table, columns: [accessTokens.column] },
  ];
}

const pageSize = 2000;
// The key's id stands in the header, which is shorter than this for the longest ids of keys and rows.
const headLength = 640;

/**
 * How many sealed values there are under each key id, in all tenants. What is no sealed value counts under ''.
 * @param lock no other transaction seals another one before this one ends
 */
export async function sealedCounts(queries: Queries, lock?: 'forUpdate'): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const keyOf = createKeyTeller();
  for (const { table, columns } of sealedTables()) {
    const heads = columns.map((column) => queries.raw('SUBSTR(??, 1, ?) AS ??', [column, headLength, column]));
    let after = '';
    for (;;) {
      const page = queries(table)
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .select('id', ...heads);
      const rows: Record<string, string | null>[] = await (lock ? page[lock]() : page);
      for (const row of rows) {
        for (const column of columns) {
          const head = row[column];
          if (head === null || head === undefined) continue;
          const kid = keyOf(head) ?? '';
          counts.set(kid, (counts.get(kid) ?? 0) + 1);
        }
      }
      if (rows.length < pageSize) break;
      after = String(rows.at(-1)?.['id']);
    }
  }
  return counts;
}
