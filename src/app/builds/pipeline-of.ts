import { AppError, usage } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { TenantScope } from '../scope.ts';

/** The pipeline that a build is of. @throws AppError USAGE for a run that is no build, NOT_FOUND where it is gone */
export async function pipelineOf(scope: TenantScope, run: Run): Promise<Integration> {
  if (run.kind !== 'build')
    throw usage(`the run ${run.id} is no build`, { hint: 'integrations runs --category pipeline' });
  const found = await scope.stores.pipeline.get(run.integrationId);
  if (found) return found;
  throw new AppError('NOT_FOUND', `the pipeline "${quotable(run.displayName)}" of the run ${run.id} is gone`, {
    hint: 'integrations runs tells what was known of it.',
  });
}
