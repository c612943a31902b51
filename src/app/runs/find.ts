import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { runStore } from '../../db/stores/runs.ts';
import type { TenantScope } from '../scope.ts';

const shortestPart = 6;

/** The run of an id, or of a part of it where that will do. @throws AppError NOT_FOUND | CONFLICT */
export async function findRun(scope: TenantScope, ref: string, allowPartial: boolean): Promise<Run> {
  const { queries } = await scope.deps.database();
  const store = runStore(queries, scope.tenant.id);
  const exact = await store.get(ref.trim());
  if (exact) return exact;
  const part = ref.trim().replace(/^run_/, '');
  const isPart = allowPartial && part.length >= shortestPart && /^[0-9a-z]+$/.test(part);
  const [found, ...others] = isPart ? await store.findByIdPart(part) : [];
  if (found && others.length === 0) return found;
  if (!found) throw new AppError('NOT_FOUND', `no run "${quotable(ref)}"`, { hint: 'integrations runs' });
  const ids = [found, ...others].map(({ id }) => id);
  throw new AppError('CONFLICT', `several runs match "${quotable(ref)}": ${ids.join(', ')}`, {
    hint: 'Name it by its whole id.',
    details: { ids },
  });
}
