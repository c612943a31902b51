import { AppError } from '../../core/error.ts';
import { plural } from '../../core/text.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { ReadRow, Renewed } from '../../db/stores/replace-sealed.ts';
import type { Unopened } from '../../db/stores/reseal-page.ts';
import type { Deps, KeyDeps } from '../deps.ts';

export type ResealDeps = KeyDeps & Pick<Deps, 'database' | 'actorSoFar' | 'progress' | 'sealers' | 'takeNewKeys'>;

/** A page of rows, sealed anew. */
interface Page {
  rows: Renewed[];
  unopened: Unopened[];
}

export interface Resealed {
  rows: number;
  /** What does not open, and was left alone. */
  unopened: Unopened[];
}

/** Whether anything is left that opens and is not sealed under a key. */
export async function hasOthers(deps: ResealDeps, kid: string): Promise<boolean> {
  for await (const { rows } of resealedHere(deps, kid)) if (rows.length > 0) return true;
  return false;
}

/** Opens what is not sealed under a key, and changes nothing. */
export async function openAll(deps: ResealDeps, kid: string): Promise<Resealed> {
  const { countOthers } = await import('../../db/stores/reseal.ts');
  const { queries } = await deps.database();
  const progress = await deps.progress(() => countOthers(queries, kid));
  const outcome: Resealed = { rows: 0, unopened: [] };
  try {
    for await (const { rows, unopened } of resealedHere(deps, kid)) {
      outcome.rows += rows.length;
      outcome.unopened.push(...unopened);
      progress?.advance(rows.length);
    }
  } finally {
    progress?.stop();
  }
  return outcome;
}

async function* resealedHere(deps: ResealDeps, kid: string): AsyncGenerator<Page> {
  const { otherRows } = await import('../../db/stores/reseal.ts');
  const { renewedRows, resealPage } = await import('../../db/stores/reseal-page.ts');
  const { queries } = await deps.database();
  const sealerOf = await deps.sealers();
  for await (const page of otherRows(queries, kid)) {
    let resealed = resealPage(page, kid, sealerOf);
    const lacksKey = resealed.unopened.some(({ code }) => code === 'KEY_UNAVAILABLE');
    if (lacksKey && (await deps.takeNewKeys())) resealed = resealPage(page, kid, sealerOf);
    yield { rows: renewedRows(page, resealed), unopened: resealed.unopened };
  }
}

const pagesAhead = 2;

/** Seals everything anew under a key, the active one of the ring, until nothing is left that another one sealed. */
export async function resealAll(deps: ResealDeps, ring: KeyRing, confirmKey: () => Promise<void>): Promise<Resealed> {
  const { kid } = ring.active;
  const { countOthers, otherRows, storeSealedAnew } = await import('../../db/stores/reseal.ts');
  const { renewedRows } = await import('../../db/stores/reseal-page.ts');
  const { startResealThread } = await import('./reseal-thread.ts');
  const database = await deps.database();
  const progress = await deps.progress(() => countOthers(database.queries, kid));
  const thread = startResealThread(ring, kid);
  const outcome: Resealed = { rows: 0, unopened: [] };

  async function reseal(page: readonly ReadRow[]): Promise<Page> {
    const resealed = await thread.reseal(page);
    return { rows: renewedRows(page, resealed), unopened: resealed.unopened };
  }

  // The thread has its next page before it is done with one.
  async function* sealedAnew(): AsyncGenerator<Page> {
    const under: Promise<Page>[] = [];
    for await (const page of otherRows(database.queries, kid)) {
      const resealed = reseal(page);
      // What went wrong with it is told when it is asked for.
      resealed.catch(() => undefined);
      under.push(resealed);
      const first = under.length > pagesAhead ? under.shift() : undefined;
      if (first) yield await first;
    }
    for (const resealed of under) yield await resealed;
  }

  try {
    // Commands that read the ring before the key was in it may still seal under another one: hence the last pass,
    // which finds nothing.
    for (let isDone = false; !isDone; ) {
      isDone = true;
      outcome.unopened = [];
      let confirm = confirmKey;
      for await (const { rows, unopened } of readAhead(sealedAnew())) {
        const stored = await storeSealedAnew(database, rows, confirm);
        if (rows.length > 0) isDone = false;
        // A key that seals a row cannot be removed any more.
        if (stored > 0) confirm = async () => undefined;
        outcome.rows += stored;
        database.effects.note(
          'rows',
          `${plural(outcome.rows, 'row')} sealed again under ${kid} (integrations key rotate seals the rest)`,
        );
        outcome.unopened.push(...unopened);
        progress?.advance(stored);
      }
      await refuseOtherActive(deps, kid);
    }
  } finally {
    progress?.stop();
    await thread.close();
  }
  return outcome;
}

/** Makes the next page ready while this one is stored. */
async function* readAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let next = pages.next(); ; ) {
    const { done, value } = await next;
    if (done) return;
    next = pages.next();
    // What went wrong with it is told when it is asked for.
    next.catch(() => undefined);
    yield value;
  }
}

/** Two commands that seal everything under two keys would undo each other's work without end. */
async function refuseOtherActive(deps: ResealDeps, kid: string): Promise<void> {
  const active = (await (await deps.keySource()).load())?.active.kid;
  if (active === kid) return;
  throw new AppError('CONFLICT', `another command made ${active ?? 'no key'} the active key meanwhile`, {
    hint: 'integrations key rotate',
    details: { active: active ?? null },
  });
}
