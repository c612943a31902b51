import { unbroken } from '../core/effects.ts';
import { type Action, type Attribution, type HistoryEntry, record } from '../db/stores/history.ts';
import type { Deps } from './deps.ts';

/**
 * Does what the history tells, together with the telling: where one of them fails, so does the other. For what no store
 * does by itself: readings of credentials, and changes of the keys, which stand outside the database.
 */
export async function recorded<T>(
  deps: Pick<Deps, 'database'>,
  attribution: Attribution,
  entries: readonly HistoryEntry[],
  work: () => Promise<T> | T,
): Promise<T> {
  let done: Promise<T> | undefined;
  const database = await deps.database();
  return unbroken(database.effects, () =>
    database.transaction(async (queries) => {
      await record(queries, attribution, entries);
      // A transaction that the server takes back may be run again; what is done outside it is done once.
      done ??= Promise.resolve(work());
      return done;
    }),
  );
}

/** The same for keys, which are of no tenant. */
export async function recordedOfKeys<T>(
  deps: Pick<Deps, 'database' | 'actorSoFar'>,
  action: Action,
  kids: readonly string[],
  work: () => Promise<T> | T,
): Promise<T> {
  return recorded(deps, { tenant: null, actor: await deps.actorSoFar() }, keyEntries(action, kids), work);
}

export function keyEntries(action: Action, kids: readonly string[]): HistoryEntry[] {
  return kids.map((kid) => ({ action, category: 'key', integrationId: null, displayName: kid, fields: [] }));
}
