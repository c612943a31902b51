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
  if (ring && (await anySealedUnder(queries, ring.kids))) return;
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
 * Asked in one statement that ends at the first such value, which MariaDB does not for a UNION. One that another program
 * sealed may go unseen.
 */
async function anySealedUnder(queries: Queries, kids: readonly string[]): Promise<boolean> {
  const starts = kids.map(sealedStart);
  const parts = sealedTables().map(({ table, columns }) =>
    queries(table)
      .select(queries.raw('1'))
      .where((any) => {
        for (const column of columns) {
          for (const start of starts) any.orWhereRaw('SUBSTR(??, 1, ?) = ?', [column, start.length, start]);
        }
      }),
  );
  const found = queries.raw(`${parts.map(() => 'EXISTS ?').join(' OR ')} AS found`, parts);
  const [row] = await queries.select(found);
  return Number(row?.found) === 1;
}
