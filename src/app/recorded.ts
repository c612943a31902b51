import { actorOf } from '../actor.ts';
import type { Context } from '../context.ts';
import { type Action, type Actor, type Attribution, type HistoryEntry, record } from '../db/stores/history.ts';
import { accountStore } from '../db/stores/host.ts';

/**
 * Does what the history tells, together with the telling: where one of them fails, so does the other. For what no store
 * does by itself: readings of credentials, and changes of the keys, which stand outside the database.
 */
export async function recorded<T>(
  context: Context,
  attribution: Attribution,
  entries: readonly HistoryEntry[],
  work: () => Promise<T> | T,
): Promise<T> {
  let done: Promise<T> | undefined;
  return (await context.database()).transaction(async (queries) => {
    await record(queries, attribution, entries);
    // A transaction that the server takes back may be run again; what is done outside it is done once.
    done ??= Promise.resolve(work());
    return done;
  });
}

/** The same for keys, which are of no tenant. */
export async function recordedOfKeys<T>(
  context: Context,
  action: Action,
  kids: readonly string[],
  work: () => Promise<T> | T,
): Promise<T> {
  return recorded(context, { tenant: null, actor: await actorSoFar(context) }, keyEntries(action, kids), work);
}

export function keyEntries(action: Action, kids: readonly string[]): HistoryEntry[] {
  return kids.map((kid) => ({ action, category: 'key', integrationId: null, displayName: kid, fields: [] }));
}

/** Who makes what is needed first of all: the account that is named need not be there yet. */
export async function actorSoFar(context: Context): Promise<Actor> {
  const { account } = await context.settings();
  const { queries } = await context.database();
  const [found, another] = account === undefined ? [] : await accountStore(queries).find(account);
  return actorOf(context.command, another ? undefined : found);
}
