import { type BuildActions, type BuildTarget, markerName } from '../../core/builds.ts';
import { NotDone } from '../../core/client.ts';
import { AppError } from '../../core/error.ts';
import { newId } from '../../core/id.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { runStore } from '../../db/stores/runs.ts';
import type { Begun } from '../runs/begin.ts';
import { carryOut } from '../runs/carry-out.ts';
import { type Connected, connectedTo } from '../runs/client.ts';
import { inTheWay, refuseDisabled } from '../runs/errors.ts';
import { knownRun } from '../runs/known.ts';
import { isUnresolved, lookUp } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { askedRefName, buildActionsOf, buildFinder, newsOf, sentValues, storedParameters } from './actions.ts';
import { type Misfits, misfitsOf, refuseMisfits, requestOf, type Values } from './parameters.ts';

/** A build that is asked for. */
export interface BuildRequest {
  /** A branch or tag; undefined for the one that the pipeline has. */
  ref: string | undefined;
  /** In addition to what the pipeline stores, and in its place. */
  values: Values;
  /** The caller's own name for it: with it, it is started once. */
  key: string | undefined;
  /** Whose key that is, where several may give the same one and mean different builds. */
  part?: string;
  /** After so long it is cancelled; undefined for what the pipeline stores. */
  timeoutS: number | undefined;
  /** Starts it although nobody knows what became of an earlier one. */
  force: boolean;
}

const presetTimeoutS = 3600;

/**
 * Starts a build of a pipeline, once. What the provider does not tell leaves its run `unknown`.
 * @throws AppError VALIDATION for parameters that do not fit, CONFLICT while an earlier run's fate is not known, FAILED,
 * NOT_FOUND, VERIFICATION_FAILED or UNDECIDED where nothing was started
 */
export async function triggerBuild(
  scope: TenantScope,
  pipeline: Integration,
  asked: BuildRequest,
  options: RunOptions,
): Promise<Begun> {
  const actions = buildActionsOf(pipeline);
  const values = { ...storedParameters(pipeline), ...asked.values };
  const request = requestOf(asked.ref ?? null, values);
  const keyed = { key: asked.key, ...(asked.part === undefined ? {} : { part: asked.part }) };
  const known = await knownRun(scope, pipeline, { ...keyed, request });
  if (known && !isUnresolved(known)) return { run: known, isRepeat: true };
  refuseDisabled(pipeline);
  return connectedTo(scope, pipeline, options, async (connection) => {
    const { client, redact, provider } = connection;
    const finder = buildFinder(scope, connection, actions, options.now);
    if (!known)
      await settleEarlier(scope, pipeline, asked, (run) => lookUp(scope, run, finder, options, { patiently: false }));
    const target = await actions.target(client, asked.ref);
    refuseMisfits(target, values);
    const id = newId('run');
    const sent = sentValues(target, values, id);
    const seconds = asked.timeoutS ?? timeoutOf(pipeline);
    const intent = {
      id,
      kind: 'build' as const,
      integration: pipeline,
      ...keyed,
      request,
      marker: sent[markerName] ?? null,
      about: { ref: target.ref, parameters: Object.keys(values).sort() },
      place: { ...target.place, [askedRefName]: asked.ref ?? null },
      deadline: new Date(options.now().getTime() + seconds * 1000),
      unresolved: asked.force ? ('set aside' as const) : ('in the way' as const),
    };
    let isBeginning = false;
    const send = async (run: Run) => {
      const build = await actions.start(client, target, sent);
      isBeginning = build.isBeginning === true;
      return newsOf(build, run, redact, options.now());
    };
    const begun = await carryOut(scope, intent, { ...finder, provider: provider.titleInText, send }, options);
    return isBeginning ? { ...begun, run: await finishStart(scope, begun.run, connection, actions, options) } : begun;
  });
}

const beginningMs = 60_000;
const everyMs = 2_000;

/** Takes the further steps of a start, as far as they can be taken within a minute; whoever follows it takes the rest. */
async function finishStart(
  scope: TenantScope,
  begun: Run,
  { client, redact }: Connected,
  actions: BuildActions,
  { now, sleep, interrupted }: RunOptions,
): Promise<Run> {
  const until = now().getTime() + beginningMs;
  let run = begun;
  while (!interrupted.aborted) {
    // It is started, whatever cannot be asked now.
    const build = await actions.state(client, run.place, 0).catch(nothingOf);
    if (build) run = await settleNews(scope, run, newsOf(build, run, redact, now()), now());
    if ((build && !build.isBeginning) || now().getTime() + everyMs > until) return run;
    if (build) await actions.proceed?.(client, build.place).catch(nothingOf);
    await sleep(everyMs, interrupted);
  }
  return run;
}

function nothingOf(error: unknown): undefined {
  if (error instanceof Undecided || error instanceof Refusal || error instanceof NotDone) return undefined;
  throw error;
}

/** What a build would be started with; only asked, and nothing is stored. */
export interface BuildPreview extends Misfits {
  ref: string | null;
  declared: string[];
  /** Whether it takes names that are not declared. */
  takesOthers: boolean;
  parameters: Values;
  isMarkable: boolean;
}

export async function previewBuild(
  scope: TenantScope,
  pipeline: Integration,
  asked: Pick<BuildRequest, 'ref' | 'values'>,
  options: RunOptions,
): Promise<BuildPreview> {
  const actions = buildActionsOf(pipeline);
  const parameters = { ...storedParameters(pipeline), ...asked.values };
  return connectedTo(scope, pipeline, options, async ({ client }) => {
    const target: BuildTarget = await actions.target(client, asked.ref);
    const declared = target.declared.map(({ name }) => name);
    const { ref, isMarkable, takesOthers } = target;
    return { ref, declared, takesOthers, parameters, isMarkable, ...misfitsOf(target, parameters) };
  });
}

/** An earlier build whose fate is not known is looked up first. Found or not, it stands in the way of this one. */
async function settleEarlier(
  scope: TenantScope,
  { id }: Integration,
  { force }: BuildRequest,
  settle: (run: Run) => Promise<Run>,
): Promise<void> {
  if (force) return;
  const { queries } = await scope.deps.database();
  const [earlier] = (await runStore(queries, scope.tenant.id).open(id)).filter(isUnresolved);
  if (!earlier) return;
  const settled = await settle(earlier);
  if (isUnresolved(settled)) throw inTheWay(settled);
  throw new AppError(
    'CONFLICT',
    `an earlier build was started after all, so none was started now: the run ${settled.id}`,
    {
      hint: `integrations pipeline watch ${settled.id}; run this again to start another one.`,
      details: { runId: settled.id, url: settled.url },
    },
  );
}

function timeoutOf(pipeline: Integration): number {
  const stored = pipeline['buildTimeout'];
  return typeof stored === 'number' && stored > 0 ? stored : presetTimeoutS;
}
