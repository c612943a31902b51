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

/** What was asked for, and why it could not be where it could not: then it is as it was seen last. */
export interface Asked {
  run: Run;
  trouble: string | null;
}

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
  const asked = await askedAgain(scope, pipeline, open, options);
  return asked.findLast(({ trouble }) => trouble !== null)?.trouble ?? undefined;
}

/** The same for one; what has ended is not asked for. */
export async function refreshBuild(
  scope: TenantScope,
  pipeline: Integration,
  run: Run,
  options: RunOptions,
): Promise<Asked> {
  const [asked] = await askedAgain(scope, pipeline, run.endedAt === null ? [run] : [], options);
  return asked ?? { run, trouble: null };
}

async function askedAgain(
  scope: TenantScope,
  pipeline: Integration,
  open: readonly Run[],
  options: RunOptions,
): Promise<Asked[]> {
  if (open.length === 0) return [];
  const actions = buildActionsOf(pipeline);
  return connectedTo(scope, pipeline, options, async (connection) => {
    const { client, redact } = connection;
    const finder = buildFinder(scope, connection, actions, options.now);
    const refresh = async (run: Run) => {
      if (isUnresolved(run)) return lookUp(scope, run, finder, options, { patiently: false });
      const build = await actions.state(client, run.place, 0);
      return settleNews(scope, run, newsOf(build, run, redact, options.now()), options.now());
    };
    const all: Asked[] = [];
    for (const run of open) {
      if (options.interrupted.aborted) break;
      const asked = await refresh(run).then(
        (seen) => ({ run: seen, trouble: null }),
        (error: unknown) => {
          if (!(error instanceof Undecided || error instanceof Refusal)) throw error;
          return { run, trouble: redact(error.message) };
        },
      );
      all.push(asked);
    }
    return all;
  });
}
