import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import type { Unopened } from '../../db/stores/reseal.ts';
import type { Sealing } from '../../sealing.ts';

export interface Outcome {
  rows: number;
  /** What does not open, and was left alone. */
  unopened: Unopened[];
}

/** Whether anything is left that opens and is not sealed under a key. */
export async function hasOthers(context: Context, kid: string): Promise<boolean> {
  const { openOthers } = await import('../../db/stores/reseal.ts');
  const { queries } = await context.database();
  for await (const { rows } of openOthers(queries, kid, await context.sealers())) if (rows.length > 0) return true;
  return false;
}

/** Opens what is not sealed under a key, and changes nothing. */
export async function openAll(context: Context, kid: string): Promise<Outcome> {
  const { countOthers, openOthers } = await import('../../db/stores/reseal.ts');
  const { queries } = await context.database();
  const progress = await context.progress(() => countOthers(queries, kid));
  const outcome: Outcome = { rows: 0, unopened: [] };
  try {
    for await (const { rows, unopened } of openOthers(queries, kid, await context.sealers())) {
      outcome.rows += rows.length;
      outcome.unopened.push(...unopened);
      progress?.advance(rows.length + unopened.length);
    }
  } finally {
    progress?.stop();
  }
  return outcome;
}

/** Seals everything anew under a key, the active one of `sealing`, until nothing is left that another one sealed. */
export async function resealAll(context: Context, kid: string, sealing: Sealing): Promise<Outcome> {
  const { countOthers, openOthers, sealAnew, storeSealedAnew } = await import('../../db/stores/reseal.ts');
  const database = await context.database();
  const sealerOf = await sealing.sealers();
  const progress = await context.progress(() => countOthers(database.queries, kid));
  const outcome: Outcome = { rows: 0, unopened: [] };

  async function* sealedAnew() {
    for await (const { rows, unopened } of openOthers(database.queries, kid, sealerOf)) {
      yield { rows: rows.map((row) => sealAnew(row, sealerOf)), unopened };
    }
  }

  try {
    // Commands that read the ring before the key was in it may still seal under another one: hence the last pass,
    // which finds nothing.
    for (let isDone = false; !isDone; ) {
      isDone = true;
      outcome.unopened = [];
      let confirm = sealing.confirmKey;
      for await (const { rows, unopened } of readAhead(sealedAnew())) {
        const stored = await storeSealedAnew(database, rows, confirm);
        if (rows.length > 0) isDone = false;
        // A key that seals a row cannot be removed any more.
        if (stored > 0) confirm = async () => undefined;
        outcome.rows += stored;
        outcome.unopened.push(...unopened);
        progress?.advance(stored);
      }
      await refuseOtherActive(context, kid);
    }
  } finally {
    progress?.stop();
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
async function refuseOtherActive(context: Context, kid: string): Promise<void> {
  const active = (await (await context.keySource()).load())?.active.kid;
  if (active === kid) return;
  throw new AppError('CONFLICT', `another command made ${active ?? 'no key'} the active key meanwhile`, {
    hint: 'integrations key rotate',
    details: { active: active ?? null },
  });
}
