import type { CategoryName } from '../../core/category.ts';
import type { JsonObject } from '../../core/field.ts';
import type { Run } from '../../db/stores/run-row.ts';

/** The categories at whose providers something is done. */
export const runCategories: readonly CategoryName[] = ['pipeline', 'communication', 'ticket'];

/** What a run may be about, by kind; each is told where its run has it. */
export const aboutKeys = ['ref', 'parameters', 'joined', 'cancelled', 'event', 'destination', 'release'] as const;

/** Every key that a run may have. */
export const runKeys: readonly string[] = [
  'runId',
  'kind',
  'category',
  'integrationId',
  'displayName',
  'key',
  'state',
  'providerState',
  'providerRunId',
  'url',
  'detail',
  ...aboutKeys,
  'startedAt',
  'changedAt',
  'endedAt',
];

/** A run as scripts and programs see it. */
export function presentRun(run: Run): JsonObject {
  const { id, kind, category, integrationId, displayName, key, about } = run;
  const { state, providerState, providerRunId, url, detail, createdAt, changedAt, endedAt } = run;
  const known = aboutKeys.flatMap((name) => (name in about ? [[name, about[name] ?? null] as const] : []));
  return {
    ...{ runId: id, kind, category, integrationId, displayName, key },
    ...{ state, providerState, providerRunId, url, detail },
    ...Object.fromEntries(known),
    ...{ startedAt: createdAt, changedAt, endedAt },
  };
}
