import { AppError, type ErrorCode } from '../../core/error.ts';
import { createKeyTeller, type Place, type Sealer } from '../../crypto/seal.ts';
import type { ReadRow, Renewed } from './replace-sealed.ts';

/** A value that does not open, and why. */
export interface Unopened {
  place: Place;
  code: ErrorCode;
  /** A clause for people. */
  reason: string;
}

/** Rows as they are to be, and what was left alone. Plain data, which can pass between threads. */
export interface ResealedPage {
  rows: Renewed[];
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
  const resealed: ResealedPage = { rows: [], unopened: [] };
  for (const { table, row } of page) {
    const sealer = sealerOf(String(row['tenantId']));
    const sealed: Record<string, string | null> = {};
    let isChanged = false;
    for (const column of table.columns) {
      const stored = row[column] ?? null;
      sealed[column] = stored;
      if (stored === null || keyOf(stored) === kid) continue;
      const place = { table: table.table, column, id: String(row['id']) };
      try {
        sealed[column] = sealer.seal(sealer.open(stored, place), place);
        isChanged = true;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        resealed.unopened.push({ place, code: error.code, reason: error.message });
      }
    }
    if (isChanged) resealed.rows.push({ table, row, sealed });
  }
  return resealed;
}
