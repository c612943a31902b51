import { type Build, type BuildActions, type BuildTarget, hasEnded, markerName } from '../../core/builds.ts';
import { AppError } from '../../core/error.ts';
import { idAt } from '../../core/id.ts';
import { moment } from '../../core/time.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { buildsSince } from '../../db/stores/runs.ts';
import type { Connected } from '../runs/client.ts';
import { textOf } from '../runs/known.ts';
import type { Finder } from '../runs/look-up.ts';
import type { Started } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { requestOf, type Values } from './parameters.ts';

/** How the provider of a pipeline builds. @throws AppError where it does not */
export function buildActionsOf(pipeline: Integration): BuildActions {
  const provider = providerOf(categoryOf(pipeline), pipeline);
  const { build } = provider.actions;
  if (build) return build;
  throw new AppError('USAGE', `${provider.titleInText} starts no builds`);
}

/** What a provider says of a build, as it is stored. */
export function newsOf(build: Build, { about }: Pick<Run, 'about'>, redact: Connected['redact'], now: Date): Started {
  const { state, providerState, providerRunId, url, detail, place, joined } = build;
  const shown = (text: string | null) => text && redact(text);
  return {
    state,
    providerState: shown(providerState),
    providerRunId: shown(providerRunId),
    url: shown(url),
    detail: shown(detail),
    place,
    about: joined ? { ...about, joined } : about,
    endedAt: hasEnded(state) ? moment(now) : null,
  };
}

/** How a build is found whose answer was lost: by its marker, else by its parameters. */
export function buildFinder(
  scope: TenantScope,
  { client, redact }: Connected,
  actions: BuildActions,
  now: () => Date,
): Finder {
  return {
    lag: actions.lag,
    redact,
    async find(run) {
      const isAlike = await likenessOf(scope, run);
      const sought = {
        place: run.place,
        ref: typeof run.about['ref'] === 'string' ? run.about['ref'] : null,
        marker: run.marker ?? undefined,
        since: new Date(run.createdAt),
        isAlike,
      };
      const isOthers = await claimsOfOthers(scope, run, actions.isSame);
      const found = (await actions.find(client, sought)).filter((build) => !isOthers(build));
      return found.map((build) => newsOf(build, run, redact, now()));
    },
  };
}

/** As many as may be begun while an answer is waited for. */
const mostOthers = 5_000;
/** Longer than a start takes: what was begun before that has its build. */
const startMs = 900_000;

/**
 * Whether a build is another run's of ours, in this tenant or in another one that builds with the same job: that is not
 * sought any more. Where there are too many runs to tell, it may be.
 */
async function claimsOfOthers(
  scope: TenantScope,
  { id, createdAt, marker }: Run,
  isSame: BuildActions['isSame'],
): Promise<(build: Build) => boolean> {
  const { queries } = await scope.deps.database();
  const since = idAt('run', new Date(Date.parse(createdAt) - startMs));
  const begun = await buildsSince(queries, since, mostOthers);
  if (begun.length === mostOthers) return () => marker === null;
  const others = begun.filter((other) => other.id !== id);
  return ({ place, url }) => others.some((other) => isSame(other.place, place) && mayBeOfOneServer(other.url, url));
}

/** Numbers are a server's own. What waits may have no address yet. */
function mayBeOfOneServer(one: string | null, other: string | null): boolean {
  const [origin, another] = [one, other].map((url) => URL.parse(url ?? '')?.origin);
  return origin === undefined || another === undefined || origin === another;
}

/** Whether a build has the parameters that the run was asked for with. */
async function likenessOf(scope: TenantScope, run: Run): Promise<(values: Values) => boolean> {
  const { names, askedRef } = askedOf(run);
  const digester = await scope.digester();
  return (values) => {
    const own = Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
    return digester.isOf(run.requestDigest, textOf(requestOf(askedRef, own)));
  };
}

function askedOf({ about, place }: Run): { names: string[]; askedRef: string | null } {
  const names = Array.isArray(about['parameters']) ? about['parameters'].map(String) : [];
  return { names, askedRef: typeof place[askedRefName] === 'string' ? place[askedRefName] : null };
}

/** Beside what the provider's actions keep in `place`: the ref as it was given, for the digest. */
export const askedRefName = 'asked ref';

/** What is sent: what was asked for, and whose it is where the job takes that. */
export function sentValues(
  target: BuildTarget,
  values: Readonly<Record<string, string>>,
  runId: string,
): Readonly<Record<string, string>> {
  return target.isMarkable && !(markerName in values) ? { ...values, [markerName]: runId } : values;
}

/** The variables that a pipeline stores, as texts. */
export function storedParameters(pipeline: Integration): Record<string, string> {
  const stored = pipeline['environmentVariables'];
  const isMap = typeof stored === 'object' && stored !== null && !Array.isArray(stored);
  return Object.fromEntries(Object.entries(isMap ? stored : {}).map(([name, value]) => [name, String(value)]));
}
