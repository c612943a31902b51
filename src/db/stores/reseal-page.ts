import { AppError, type ErrorCode } from '../../core/error.ts';
import { createKeyTeller, type Sealer, type Slot } from '../../crypto/seal.ts';
import type { ReadRow, Renewed } from './replace-sealed.ts';

/** A value that does not open, and why. */
export interface Unopened {
  slot: Slot;
  code: ErrorCode;
  /** A clause for people. */
  reason: string;
}

/** What became of a page. Plain data, which passes between threads. */
export interface ResealedPage {
  /** For each row its sealed columns as they are to be; null where it stays. */
  sealed: (Renewed['sealed'] | null)[];
  unopened: Unopened[];
}

/** What a thread that reseals is given: the ring as it is written, and the key to seal under. */
export interface ResealOrder {
  ring: string;
  kid: string;
}

/** Opens what is not sealed under a key, and seals it anew; the rest of a row stays. */
export function resealPage(
  page: readonly ReadRow[],
  kid: string,
  sealerOf: (tenantId: string) => Sealer,
): ResealedPage {
  const keyOf = createKeyTeller();
  const unopened: Unopened[] = [];
  const sealed = page.map(({ table, row }) => {
    const sealer = sealerOf(String(row['tenantId']));
    const renewed: Record<string, string | null> = {};
    let isChanged = false;
    for (const column of table.columns) {
      const stored = row[column] ?? null;
      renewed[column] = stored;
      if (stored === null || keyOf(stored) === kid) continue;
      const slot = { table: table.table, column, id: String(row['id']) };
      try {
        renewed[column] = sealer.seal(sealer.open(stored, slot), slot);
        isChanged = true;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        unopened.push({ slot, code: error.code, reason: error.message });
      }
    }
    return isChanged ? renewed : null;
  });
  return { sealed, unopened };
}

/** The rows that are to be stored. */
export function renewedRows(page: readonly ReadRow[], { sealed }: ResealedPage): Renewed[] {
  return page.flatMap((row, index) => {
    const anew = sealed[index];
    return anew ? [{ ...row, sealed: anew }] : [];
  });
}
