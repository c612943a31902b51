import { sealedStart } from '../../crypto/seal.ts';
import type { Database, Queries } from '../queries.ts';
import { hasUpdatedAt, type ReadRow, type Renewed, replaceSealed } from './replace-sealed.ts';
import { type SealedTable, sealedTables } from './sealed.ts';

const pageSize = 250;

/** Pages of the rows with something that is not sealed under a key, in all tenants; a page is of one table. */
export async function* otherRows(queries: Queries, kid: string): AsyncGenerator<ReadRow[]> {
  for (const table of sealedTables()) {
    for await (const page of pagesOf(queries, table, kid)) yield page.map((row) => ({ table, row }));
  }
}

/** How many rows have a value that is not sealed under a key, or not by this program. */
export async function countOthers(queries: Queries, kid: string): Promise<number> {
  let count = 0;
  for (const table of sealedTables()) {
    const [row]: { n: number | string }[] = await othersIn(queries, table, kid).count({ n: '*' });
    count += Number(row?.n ?? 0);
  }
  return count;
}

function othersIn(queries: Queries, { table, columns }: SealedTable, kid: string) {
  const start = sealedStart(kid);
  return queries(table).where((any) => {
    for (const column of columns) any.orWhereRaw('SUBSTR(??, 1, ?) <> ?', [column, start.length, start]);
  });
}

async function* pagesOf(queries: Queries, sealed: SealedTable, kid: string): AsyncGenerator<ReadRow['row'][]> {
  const { table, columns } = sealed;
  for (let after = ''; ; ) {
    const page = await othersIn(queries, sealed, kid)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .select('id', 'tenantId', ...columns, ...(hasUpdatedAt(table) ? ['updatedAt'] : []));
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1).id;
  }
}

/**
 * Stores rows that were sealed anew, each batch in a transaction of its own. A row that changed since it was read is
 * left out; `updatedAt` stays.
 * @param confirm runs in each transaction, which it refuses by throwing
 * @returns how many rows were stored
 */
export async function storeSealedAnew(
  database: Database,
  rows: readonly Renewed[],
  confirm: () => Promise<void>,
): Promise<number> {
  let stored = 0;
  for (const batch of batchesOf(rows)) {
    stored += await database.transaction(async (queries) => {
      const replaced = await replaceSealed(queries, batch);
      await confirm();
      return replaced;
    });
  }
  return stored;
}

// A statement holds each value twice, and MySQL takes none of more than 16 MB.
const batchBytes = 2_000_000;

function* batchesOf(rows: readonly Renewed[]): Generator<[Renewed, ...Renewed[]]> {
  let batch: Renewed[] = [];
  let bytes = 0;
  for (const row of rows) {
    batch.push(row);
    for (const sealed of Object.values(row.sealed)) bytes += sealed?.length ?? 0;
    if (bytes < batchBytes) continue;
    yield batch as [Renewed, ...Renewed[]];
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch as [Renewed, ...Renewed[]];
}
