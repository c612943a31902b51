import { categoryList } from '../../core/category.ts';
import type { Slot } from '../../crypto/seal.ts';
import type { Queries } from '../queries.ts';
import { codecOf, type Integration } from './codec.ts';
import { sealedTables } from './sealed.ts';

/** A sealed value, with what it takes to open it. */
export interface SealedValue {
  sealed: string;
  slot: Slot;
  tenantId: string;
  /** The integration that it is a credential of; undefined for what replaced credentials. */
  row: Integration | undefined;
}

/** So that a page of the longest values, private keys, stays within a few megabytes. */
const pageSize = 500;

/** Every sealed value of every tenant, in pages of so many rows. */
export async function* sealedValues(queries: Queries): AsyncGenerator<{ rows: number; values: SealedValue[] }> {
  for (const { table, columns } of sealedTables()) {
    const category = categoryList.find((each) => each.table === table);
    const codec = category && codecOf(category);
    const selected = codec ? codec.columns : ['id', 'tenantId', ...columns];
    for (let after = ''; ; ) {
      const rows: Record<string, unknown>[] = await queries(table)
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .select(...selected);
      yield {
        rows: rows.length,
        values: rows.flatMap((read) => {
          const row: Integration | undefined = codec?.decode({ ...read });
          return columns.flatMap((column) => {
            const sealed = read[column];
            if (typeof sealed !== 'string') return [];
            const slot = { table, column, id: String(read['id']) };
            return [{ sealed, slot, tenantId: String(read['tenantId']), row }];
          });
        }),
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
