import { type CategoryName, categoryList } from '../../core/category.ts';
import { type Place, sealedUnder } from '../../crypto/seal.ts';
import type { Queries } from '../database.ts';
import { codecOf } from './codec.ts';

/** A table that holds sealed values, and in which columns. */
export interface SealedTable {
  name: string;
  category: CategoryName;
  columns: readonly string[];
}

/** Every table that holds sealed values. */
export const sealedTables: readonly SealedTable[] = categoryList.map((category) => ({
  name: category.table,
  category: category.name,
  columns: [...codecOf(category).sealed],
}));

const pageSize = 2000;
// The key's id stands in the header, which is shorter than this for the longest ids of keys and rows.
const headLength = 640;

/** How many sealed values there are under each key id, in all tenants. What is no sealed value counts under ''. */
export async function sealedCounts(queries: Queries): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { name, columns: sealed } of sealedTables) {
    const heads = sealed.map((column) => queries.raw('SUBSTR(??, 1, ?) AS ??', [column, headLength, column]));
    let after = '';
    for (;;) {
      const rows: Record<string, string | null>[] = await queries(name)
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .select('id', ...heads);
      for (const row of rows) {
        for (const column of sealed) {
          const head = row[column];
          if (head === null || head === undefined) continue;
          const kid = sealedUnder(head) ?? '';
          counts.set(kid, (counts.get(kid) ?? 0) + 1);
        }
      }
      if (rows.length < pageSize) break;
      after = String(rows.at(-1)?.['id']);
    }
  }
  return counts;
}

/** A sealed value, with what it takes to open it. */
export interface SealedValue {
  sealed: string;
  place: Place;
  tenantId: string;
  category: CategoryName;
}

/** So that a page of the longest values, private keys, stays within a few megabytes. */
const valuesPageSize = 500;

/** Every sealed value of every tenant, in pages of so many rows. */
export async function* sealedValues(queries: Queries): AsyncGenerator<{ rows: number; values: SealedValue[] }> {
  for (const { name, category, columns } of sealedTables) {
    for (let after = ''; ; ) {
      const rows: Record<string, string | null>[] = await queries(name)
        .where('id', '>', after)
        .orderBy('id')
        .limit(valuesPageSize)
        .select('id', 'tenantId', ...columns);
      yield {
        rows: rows.length,
        values: rows.flatMap((row) =>
          columns.flatMap((column) => {
            const sealed = row[column] ?? null;
            const place = { table: name, column, id: String(row['id']) };
            return sealed === null ? [] : [{ sealed, place, tenantId: String(row['tenantId']), category }];
          }),
        ),
      };
      if (rows.length < valuesPageSize) break;
      after = String(rows.at(-1)?.['id']);
    }
  }
}

/** How many rows `sealedValues` passes. */
export async function countSealedRows(queries: Queries): Promise<number> {
  let count = 0;
  for (const { name } of sealedTables) {
    const [row]: { n: number | string }[] = await queries(name).count({ n: '*' });
    count += Number(row?.n ?? 0);
  }
  return count;
}
