import type { Slot } from '../../crypto/seal.ts';
import type { Queries } from '../queries.ts';
import { sealedTables } from './sealed.ts';

/** A sealed value, with what it takes to open it. */
export interface SealedValue {
  sealed: string;
  slot: Slot;
  tenantId: string;
}

/** So that a page of the longest values, private keys, stays within a few megabytes. */
const pageSize = 500;

/** Every sealed value of every tenant, in pages of so many rows. */
export async function* sealedValues(queries: Queries): AsyncGenerator<{ rows: number; values: SealedValue[] }> {
  for (const { table, columns } of sealedTables()) {
    for (let after = ''; ; ) {
      const rows: Record<string, string | null>[] = await queries(table)
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .select('id', 'tenantId', ...columns);
      yield {
        rows: rows.length,
        values: rows.flatMap((row) =>
          columns.flatMap((column) => {
            const sealed = row[column] ?? null;
            const slot = { table, column, id: String(row['id']) };
            return sealed === null ? [] : [{ sealed, slot, tenantId: String(row['tenantId']) }];
          }),
        ),
      };
      if (rows.length < pageSize) break;
      after = String(rows.at(-1)?.['id']);
    }
  }
}

/** How many rows `sealedValues` passes. */
export async function countSealedRows(queries: Queries): Promise<number> {
  let count = 0;
  for (const { table } of sealedTables()) {
    const [row]: { n: number | string }[] = await queries(table).count({ n: '*' });
    count += Number(row?.n ?? 0);
  }
  return count;
}
