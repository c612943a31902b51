import { type Build, type BuildActions, type BuildTarget, type LogPiece, markerName } from '../../core/builds.ts';
import { type Client, NotDone } from '../../core/client.ts';
import type { Json, JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import type { Answer, Change, Probe } from '../../core/verification.ts';
import { findProject, gitlabRequest, located, projectPath } from '../gitlab/api.ts';
import { at, errorBody, textOf } from '../json-answer.ts';
import { wholeCharacters } from '../log-text.ts';
import { mayVary } from './api.ts';
import { inputsOf, typedInput } from './inputs.ts';
import { buildOf, findPipelines, jobsOf, namedJob, stateOfPipeline } from './pipelines.ts';

/** Facts: GitLab's description (e359dd5) and docs on pipelines, CI/CD variables and inputs. */

export const gitlabBuilds: BuildActions = {
  lag: { everyMs: 3_000, forMs: 15_000 },
  target,
  start,
  find: async (probe, sought) => findPipelines(await located(probe), sought),
  isSame: (one, other) => one['pipeline'] !== undefined && one['pipeline'] === other['pipeline'],
  state: async (probe, place) => stateOfPipeline(await located(probe), place),
  proceed,
  cancel,
  log,
};

async function target(given: Probe, wanted: string | undefined): Promise<BuildTarget> {
  const probe = await located(given);
  const project = await findProject(probe);
  const ref = wanted ?? probe.text('defaultBranch') ?? project.defaultBranch ?? 'main';
  const inputs = await inputsOf(probe, ref);
  const takesOthers = mayVary(project);
  return {
    ref,
    declared: inputs.map(({ parameter }) => parameter),
    takesOthers,
    isMarkable: takesOthers || inputs.some(({ parameter }) => parameter.name === markerName),
    place: {
      inputs: Object.fromEntries(inputs.map(({ parameter, type }) => [parameter.name, type])),
      job: probe.text('gitlabJobName') ?? null,
    },
  };
}

async function start(
  given: Client,
  { ref, place }: BuildTarget,
  values: Readonly<Record<string, string>>,
): Promise<Build> {
  const client = await locatedClient(given);
  const types = place['inputs'];
  const typeOf = (name: string) => textOf(at(types, name));
  const inputs: Record<string, Json> = {};
  const variables: Json[] = [];
  for (const [name, value] of Object.entries(values)) {
    const type = typeOf(name);
    if (type === undefined) variables.push({ key: name, value });
    else inputs[name] = typedInput(type, value);
  }
  const json = {
    ref,
    ...(variables.length > 0 ? { variables } : {}),
    ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
  };
  const answer = await client.change(post(client, `${projectPath(client)}/pipeline`, { json, accept: isSaid }));
  if (isSaid(answer)) throw refusedStart(answer);
  const pipeline = at(errorBody(answer), 'id');
  if (typeof pipeline !== 'number')
    throw new NotDone('uncertain', { detail: 'GitLab takes it, and does not say which pipeline it becomes' });
  const build = buildOf({ ...place, pipeline }, errorBody(answer));
  return place['job'] === null ? build : { ...build, isBeginning: true };
}

/** A refusal that says why. */
function isSaid(answer: Answer): boolean {
  return !answer.isPage && (answer.status === 400 || (answer.status === 403 && /variables/i.test(answer.text)));
}

const reasons: readonly (readonly [words: RegExp, detail: string, hint: string, kind?: 'INPUT' | 'INSUFFICIENT'])[] = [
  [/reference not found/i, 'there is no such branch or tag', 'Correct --ref.', 'INPUT'],
  [
    /insufficient permissions to set pipeline variables/i,
    'the token may not set variables of a pipeline',
    'GitLab, the project, Settings, CI/CD, Variables: set who may use pipeline variables; or declare them as spec:inputs.',
    'INSUFFICIENT',
  ],
  [
    /sufficient permission to run a pipeline/i,
    'the token may not run a pipeline on this branch',
    'The branch is protected: give the token the right to push or to merge there.',
    'INSUFFICIENT',
  ],
  [
    /rules configuration|workflow:rules|would have been empty|no stages|will not run/i,
    'its rules let no job run for a pipeline that the API starts',
    "Add a rule to .gitlab-ci.yml: if: $CI_PIPELINE_SOURCE == 'api'",
  ],
  [/input/i, 'one of the inputs is not accepted', 'Look at spec:inputs in .gitlab-ci.yml.', 'INPUT'],
];

/** Of its words only what they are about is told. */
function refusedStart(answer: Answer): NotDone {
  const message = at(errorBody(answer), 'message');
  const words = JSON.stringify(at(message, 'base') ?? message ?? '');
  const [, detail, hint, kind] = reasons.find(([pattern]) => pattern.test(words)) ?? [];
  return new NotDone('refused', {
    detail: `${detail ?? 'the pipeline is not created'} (${answer.status})`,
    hint: hint ?? 'GitLab, Build, Pipeline editor, Validate tells what is wrong.',
    ...(kind ? { kind } : {}),
  });
}

/** Plays the job where it waits to be played; one that was played cannot be played again. */
async function proceed(given: Client, place: JsonObject): Promise<void> {
  const client = await locatedClient(given);
  const job = await namedJob(client, place);
  if (textOf(at(job, 'status')) !== 'manual') return;
  const path = `${projectPath(client)}/jobs/${Number(at(job, 'id'))}/play`;
  // A refusal was seen of jobs that had started (python-gitlab 2918): the next look at it tells, as after a lost answer.
  await client
    .change(post(client, path, { json: {}, accept: ({ status }) => status === 400 }))
    .catch((error: unknown) => {
      if (!(error instanceof NotDone) || error.outcome === 'refused') throw error;
    });
}

async function cancel(given: Client, place: JsonObject): Promise<void> {
  const client = await locatedClient(given);
  const path = `${projectPath(client)}/pipelines/${Number(place['pipeline'])}/cancel`;
  await client.change(post(client, path, { json: {} }));
}

/** The same for what may change something. */
async function locatedClient(client: Client): Promise<Client> {
  return { ...client, ...(await located(client)) };
}

function post(client: Client, path: string, rest: Partial<Change>): Change {
  const { url, headers } = gitlabRequest(client, path);
  return { ...rest, method: 'POST', url, ...(headers ? { headers } : {}) };
}

/** Of one job what is new: GitLab hands out each log whole. */
async function log(given: Probe, place: JsonObject, from: JsonObject): Promise<LogPiece> {
  const probe = await located(given);
  const named = place['job'] === null ? await jobsOf(probe, place) : [await namedJob(probe, place)];
  const begun = named.filter((job) => !['created', 'manual', 'pending', 'skipped'].includes(String(at(job, 'status'))));
  for (const job of begun.sort((one, other) => Number(at(one, 'id')) - Number(at(other, 'id')))) {
    const id = String(Number(at(job, 'id')));
    const told = Number(at(from, id, 'bytes') ?? 0);
    const accept = ({ status }: Answer) => status === 200 || status === 404;
    const path = `${projectPath(probe)}/jobs/${id}/trace`;
    const answer = await probe.send(gitlabRequest(probe, path, { accept, megabytes: 16 }));
    if (answer.status === 404 || answer.bytes.length <= told) continue;
    const { text, rest } = wholeCharacters(answer.bytes.subarray(told), textOf(at(from, id, 'rest')));
    const title = told > 0 || place['job'] !== null ? '' : `== ${quotable(textOf(at(job, 'name')) ?? id)}\n`;
    return { text: title + text, next: { ...from, [id]: { bytes: answer.bytes.length, rest } } };
  }
  return { text: '', next: from };
}
