import { presentRun, runCategories } from '../app/runs/present.ts';
import type { TenantScope } from '../app/scope.ts';
import { usage } from '../core/error.ts';
import { isWord } from '../db/stores/integration.ts';
import { runStore } from '../db/stores/runs.ts';
import { limitOf } from './reading.ts';
import type { Run, RunFilter } from './types.ts';

/** Runs as they were seen last, the newest first. @throws AppError USAGE */
export async function* listRuns(
  { deps, tenant }: TenantScope,
  { category, after, limit, integrationId }: RunFilter & { integrationId?: string },
): AsyncGenerator<Run> {
  if (category !== undefined && !runCategories.includes(category)) {
    throw usage(`category is one of ${runCategories.join(', ')}`, { field: 'category' });
  }
  if (after !== undefined && !isWord(after)) throw usage('after is the id of a run', { field: 'after' });
  const { queries } = await deps.database();
  const pages = runStore(queries, tenant.id).list({ category, integrationId, after, limit: limitOf(limit) });
  for await (const page of pages) for (const run of page) yield presentRun(run) as unknown as Run;
}
