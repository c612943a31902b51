import { categories } from '../../core/category.ts';
import { toStored } from '../../core/time.ts';
import type { Queries } from '../queries.ts';
import type { Run } from './run-row.ts';

const { table } = categories.pipeline;

/** Notes at a pipeline when its build was started; to be run in a transaction. `updatedAt` stays, as nobody changed it. */
export async function noteTriggered(queries: Queries, run: Run): Promise<void> {
  const row = () => queries(table).where({ tenantId: run.tenantId, id: run.integrationId });
  const found = await row().first('updatedAt');
  if (!found) return;
  await row().update({ lastTriggeredAt: toStored(run.createdAt), updatedAt: queries.ref('updatedAt') });
  // On SQLite a trigger has set it.
  await row().update({ updatedAt: found['updatedAt'] });
}
