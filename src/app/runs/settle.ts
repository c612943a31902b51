import type { NotDone } from '../../core/client.ts';
import { moment } from '../../core/time.ts';
import { type Action, type HistoryField, record } from '../../db/stores/history.ts';
import { noteTriggered } from '../../db/stores/last-triggered.ts';
import type { Run, RunNews } from '../../db/stores/run-row.ts';
import { runStore, unresolvedStates } from '../../db/stores/runs.ts';
import type { TenantScope } from '../scope.ts';

/** What is known of a run once it was started. */
export type Started = RunNews & { state: string };

/** Stores that it was started, in one transaction with the history's line, and with the time at its pipeline. */
export function settleStarted(scope: TenantScope, run: Run, news: Started, now: Date): Promise<Run> {
  return settled(scope, run, news, { outcome: run.kind === 'message' ? news.state : 'started', now });
}

/**
 * Stores that nothing was done, or that nobody knows.
 * @param isOver whether nobody will find out more
 */
export function settleNotDone(
  scope: TenantScope,
  run: Run,
  { outcome, detail, isOver }: { outcome: NotDone['outcome']; detail: string; isOver: boolean },
  now: Date,
): Promise<Run> {
  const states = { refused: 'refused', 'not sent': 'not_sent', uncertain: 'unknown' } as const;
  const news = { state: states[outcome], detail, endedAt: isOver ? moment(now) : null };
  return settled(scope, run, news, { outcome, now });
}

async function settled(
  scope: TenantScope,
  run: Run,
  news: Started,
  { outcome, now }: { outcome: string; now: Date },
): Promise<Run> {
  const actor = await scope.deps.actor();
  return scope.write(async (_, transaction) => {
    const runs = runStore(transaction, scope.tenant.id);
    const told = await runs.tell(run.id, { ...news, changedAt: moment(now) }, unresolvedStates);
    const isNew = told && news.state !== run.state;
    if (isNew) await record(transaction, { tenant: scope.tenant, actor }, [entryOf(run, actionOf(run), outcome)]);
    if (told && outcome === 'started' && run.kind === 'build') await noteTriggered(transaction, run);
    return (await runs.get(run.id)) ?? { ...run, ...news };
  });
}

function actionOf({ kind }: Run): Action {
  return kind === 'message' ? 'send' : 'start';
}

/** What was learned of a run since; it stays as it is where it has ended meanwhile. */
export function settleNews(scope: TenantScope, run: Run, news: RunNews, now: Date): Promise<Run> {
  const isNew = Object.entries(news).some(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(run[name as keyof Run]),
  );
  if (!isNew) return Promise.resolve(run);
  return scope.write(async (_, transaction) => {
    const runs = runStore(transaction, scope.tenant.id);
    await runs.tell(run.id, { ...news, changedAt: moment(now) }, [run.state]);
    return (await runs.get(run.id)) ?? { ...run, ...news };
  });
}

/** Of parameters the history has the names alone. */
export function entryOf(run: Run, action: Action, outcome: string) {
  const about = Object.entries(run.about).map(([name, after]): HistoryField => ({ name, before: null, after }));
  return {
    action,
    category: run.category,
    integrationId: run.integrationId,
    displayName: run.displayName,
    fields: [
      { name: 'runId', before: null, after: run.id },
      { name: 'outcome', before: null, after: outcome },
      ...about.filter((field) => 'after' in field && field.after !== null),
    ],
  };
}
