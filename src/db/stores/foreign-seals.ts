import type { Knex } from 'knex';
import { AppError } from '../../core/error.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import { sealedStart } from '../../crypto/seal.ts';
import type { Queries } from '../queries.ts';
import { sealedCounts, sealedTables } from './sealed.ts';

/**
 * Refuses to seal where nothing that is stored is sealed under a key at hand: what was sealed with such a ring, and
 * what was sealed before, would never open together. Where some of it is, the rest can be mended one by one.
 * @throws AppError KEY_UNAVAILABLE
 */
export async function refuseForeignSeals(queries: Queries, ring: KeyRing | undefined): Promise<void> {
  const { own, any } = await sealedHere(queries, ring?.kids ?? []);
  if (own || !any) return;
  // What is no sealed value stands under ''.
  const kids = [...(await sealedCounts(queries)).keys()].filter((kid) => kid !== '');
  const foreign = kids.filter((kid) => ring?.find(kid) === undefined);
  if (foreign.length < kids.length || kids.length === 0) return;
  throw new AppError(
    'KEY_UNAVAILABLE',
    `the database holds credentials sealed under keys that are not at hand: ${sentenceList(foreign.map((kid) => quotable(kid)))}`,
    {
      hint: 'integrations key import',
      details: { keys: foreign },
    },
  );
}

/**
 * Whether anything is sealed under these keys, and whether anything is at all. Asked in one statement that ends at the
 * first such value, which MariaDB does not for a UNION. One that another program sealed may go unseen.
 */
async function sealedHere(queries: Queries, kids: readonly string[]): Promise<{ own: boolean; any: boolean }> {
  const starts = kids.map(sealedStart);
  const own = anyValue(queries, (rows, column) => {
    for (const start of starts) rows.orWhereRaw('SUBSTR(??, 1, ?) = ?', [column, start.length, start]);
  });
  const any = anyValue(queries, (rows, column) => void rows.orWhereNotNull(column));
  const [row] = await queries.select(
    queries.raw('? AS own', starts.length > 0 ? own : 0),
    queries.raw('? AS anyone', any),
  );
  return { own: Number(row?.own) === 1, any: Number(row?.anyone) === 1 };
}

/** Whether a column with sealed values has one that is as `which` says. */
function anyValue(queries: Queries, which: (rows: Knex.QueryBuilder, column: string) => void): Knex.Raw {
  const parts = sealedTables().map(({ table, columns }) =>
    queries(table)
      .select(queries.raw('1'))
      .where((rows) => {
        for (const column of columns) which(rows, column);
      }),
  );
  return queries.raw(parts.map(() => 'EXISTS ?').join(' OR '), parts);
}
