import { Refusal, Undecided } from '../../core/verification.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { runStore } from '../../db/stores/runs.ts';
import { connectedTo } from '../runs/client.ts';
import { isUnresolved, lookUp } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { buildActionsOf, buildFinder, newsOf } from './actions.ts';

/**
 * Asks for the builds of a pipeline of which more is to come, each once. It starts and cancels nothing.
 * @returns why some could not be asked for; undefined where all could
 * @throws AppError where the credential does not open
 */
export async function refreshBuilds(
  scope: TenantScope,
  pipeline: Integration,
  options: RunOptions,
): Promise<string | undefined> {
  const { queries } = await scope.deps.database();
  const open = await runStore(queries, scope.tenant.id).open(pipeline.id);
  if (open.length === 0) return undefined;
  const actions = buildActionsOf(pipeline);
  return connectedTo(scope, pipeline, options, async (connection) => {
    const { client, redact } = connection;
    const finder = buildFinder(scope, connection, actions, options.now);
    const refresh = async (run: Run) => {
      if (isUnresolved(run)) return lookUp(scope, run, finder, options, { patiently: false });
      const build = await actions.state(client, run.place, 0);
      return settleNews(scope, run, newsOf(build, run, redact, options.now()), options.now());
    };
    let trouble: string | undefined;
    for (const run of open) {
      if (options.interrupted.aborted) break;
      await refresh(run).catch((error: unknown) => {
        if (!(error instanceof Undecided || error instanceof Refusal)) throw error;
        trouble = redact(error.message);
      });
    }
    return trouble;
  });
}
