import { cancelBuild } from '../app/builds/cancel.ts';
import { followBuild } from '../app/builds/follow.ts';
import { pipelineOf } from '../app/builds/pipeline-of.ts';
import { refreshBuild } from '../app/builds/refresh.ts';
import { triggerBuild } from '../app/builds/trigger.ts';
import { findRun } from '../app/runs/find.ts';
import type { RunOptions } from '../app/runs/options.ts';
import { presentRun } from '../app/runs/present.ts';
import type { TenantScope } from '../app/scope.ts';
import { hasEnded } from '../core/builds.ts';
import { AppError } from '../core/error.ts';
import { readField } from '../core/field.ts';
import { readRunKey } from '../core/run-key.ts';
import { quotable } from '../core/text.ts';
import { categoryOf, type Integration, providerOf } from '../db/stores/codec.ts';
import type { Run as StoredRun } from '../db/stores/run-row.ts';
import { acting } from './acting.ts';
import { cancelled } from './asking.ts';
import type { TenantCalls } from './host.ts';
import { pageNames, requireOptions } from './option-names.ts';
import { requireText } from './options.ts';
import { readSwitch } from './reading.ts';
import { listRuns } from './runs.ts';
import type { ActOptions, AskedBuild, Build, BuildRequest, Environment, PageFilter } from './types.ts';

/** Which build a call is about; one of another pipeline than the one that is named is not there. */
export interface BuildId {
  runId: string;
  pipelineId?: string;
}

/** What is done with the builds of a tenant. */
export interface BuildCalls {
  /** @param caller whose key it is, where several may give the same one and mean different builds */
  trigger(
    ref: string,
    request: BuildRequest,
    options: ActOptions,
    caller?: string,
  ): Promise<{ build: Build; isRepeat: boolean }>;
  list(ref: string, filter: PageFilter): AsyncIterableIterator<Build>;
  get(of: BuildId, options: ActOptions): Promise<AskedBuild>;
  cancel(of: BuildId, options: ActOptions, how: { patiently: boolean }): Promise<Build>;
  wait(of: BuildId, options: ActOptions): Promise<Build>;
}

export function createBuilds(
  { run, iterate }: TenantCalls,
  environment: Environment,
  findPipeline: (scope: TenantScope, ref: string) => Promise<Integration>,
): BuildCalls {
  /** Does something with a build that there is. */
  const withBuild = <T>(
    of: BuildId,
    asked: ActOptions,
    work: (at: { scope: TenantScope; found: StoredRun; pipeline: Integration; options: RunOptions }) => Promise<T>,
  ) =>
    run('apply', (scope) =>
      acting(scope, { asked, environment }, async (options) => {
        const found = await buildOf(scope, of);
        return work({ scope, found, pipeline: await pipelineOf(scope, found), options });
      }),
    );

  return {
    trigger: (ref, request, asked, caller) =>
      run('apply', (scope) =>
        acting(scope, { asked, environment }, async (options) => {
          const pipeline = await findPipeline(scope, ref);
          const wanted = { ...readRequest(pipeline, request), ...(caller === undefined ? {} : { part: caller }) };
          const begun = await triggerBuild(scope, pipeline, wanted, options);
          return { build: shown(begun.run), isRepeat: begun.isRepeat };
        }),
      ),

    list: (ref, filter) =>
      iterate(async function* (scope) {
        requireOptions(filter, pageNames, 'filter');
        const { id } = await findPipeline(scope, ref);
        for await (const build of listRuns(scope, { ...filter, integrationId: id })) yield build as unknown as Build;
      }),

    get: (of, asked) =>
      withBuild(of, asked, async ({ scope, found, pipeline, options }) => {
        const seen = await refreshBuild(scope, pipeline, found, options);
        if (seen.trouble !== null && options.interrupted.aborted) throw cancelled();
        return { ...shown(seen.run), trouble: seen.trouble };
      }),

    cancel: (of, asked, how) =>
      withBuild(of, asked, async ({ scope, found, pipeline, options }) =>
        shown(await cancelBuild(scope, pipeline, found, options, how)),
      ),

    wait: (of, asked) =>
      withBuild(of, asked, async ({ scope, found, pipeline, options }) => {
        const end = await followBuild(scope, pipeline, found, options, { seen: () => undefined });
        if (options.interrupted.aborted && !hasEnded(end.state)) throw cancelled();
        return shown(end);
      }),
  };
}

function shown(run: StoredRun): Build {
  return presentRun(run) as unknown as Build;
}

/** @throws AppError NOT_FOUND */
async function buildOf(scope: TenantScope, { runId, pipelineId }: BuildId): Promise<StoredRun> {
  requireText(runId, 'runId');
  const found = await findRun(scope, runId, false);
  const isOther = pipelineId !== undefined && found.integrationId !== pipelineId;
  if (found.kind === 'build' && !isOther) return found;
  throw new AppError('NOT_FOUND', `no build "${quotable(runId)}"`, { hint: 'integrations runs' });
}

const requestNames = { ref: true, environmentVariables: true, key: true, buildTimeout: true, force: true } as const;

/** @throws AppError USAGE | VALIDATION for what a program without types may give */
function readRequest(pipeline: Integration, given: BuildRequest) {
  requireOptions(given, requestNames, 'request');
  const { ref, key, force } = given;
  if (ref !== undefined) requireText(ref, 'ref');
  const values = readAs(pipeline, 'environmentVariables', given.environmentVariables) ?? {};
  const timeoutS = readAs(pipeline, 'buildTimeout', given.buildTimeout);
  return {
    ref,
    values: values as Readonly<Record<string, string>>,
    key: key === undefined ? undefined : readRunKey(key),
    timeoutS: timeoutS as number | undefined,
    force: readSwitch(force, 'force', false),
  };
}

/** A value that stands in the place of the one that the pipeline stores, read as its field reads. @throws AppError VALIDATION */
function readAs(pipeline: Integration, name: 'environmentVariables' | 'buildTimeout', value: unknown) {
  if (value === undefined) return undefined;
  const field = providerOf(categoryOf(pipeline), pipeline).fields.find((each) => each.name === name);
  // What the field warns of is about what is stored.
  return field && readField(field, value, () => undefined);
}
