import { type Category, categoryList } from '../../core/category.ts';
import type { Slot } from '../../crypto/seal.ts';
import { providersOf } from '../../providers/index.ts';
import type { Queries } from '../queries.ts';
import { sealedTables } from './sealed.ts';

/** A sealed value, with what it takes to open it. */
export interface SealedValue {
  sealed: string;
  slot: Slot;
  tenantId: string;
  /** Of the integration that it is a credential of: its type and its addresses; undefined for what replaced credentials. */
  row: Readonly<Record<string, unknown>> | undefined;
}

/** So that a page of the longest values, private keys, stays within a few megabytes. */
const pageSize = 500;

/** Every sealed value of every tenant, in pages of so many rows. */
export async function* sealedValues(queries: Queries): AsyncGenerator<{ rows: number; values: SealedValue[] }> {
  for (const { table, columns } of sealedTables()) {
    const category = categoryList.find((each) => each.table === table);
    const told = category ? [category.typeColumn, ...addressesIn(category)] : [];
    for (let after = ''; ; ) {
      const rows: Record<string, unknown>[] = await queries(table)
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .select('id', 'tenantId', ...told, ...columns);
      yield {
        rows: rows.length,
        values: rows.flatMap((read) =>
          columns.flatMap((column) => {
            const sealed = read[column];
            if (typeof sealed !== 'string') return [];
            const slot = { table, column, id: String(read['id']) };
            return [{ sealed, slot, tenantId: String(read['tenantId']), row: category && read }];
          }),
        ),
      };
      if (rows.length < pageSize) break;
      after = String(rows.at(-1)?.['id']);
    }
  }
}

/** What the providers of a category read where their credentials go. */
function addressesIn({ name }: Category): string[] {
  const fields = providersOf(name).flatMap((provider) => provider.fields.filter(({ kind }) => kind === 'url'));
  return [...new Set(fields.map((field) => field.name))];
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
