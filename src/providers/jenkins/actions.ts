import {
  type Build,
  type BuildActions,
  type BuildTarget,
  type LogPiece,
  markerName,
  type Parameter,
} from '../../core/builds.ts';
import { type Client, NotDone } from '../../core/client.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import { type Answer, type Change, type Probe, Undecided } from '../../core/verification.ts';
import { at, errorBody, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';
import { wholeCharacters } from '../log-text.ts';
import { jenkinsRequest } from './api.ts';
import { buildAt, findJenkinsBuilds, isSamePlace, numberOf, stateOfBuild, stateOfItem } from './builds.ts';
import { jobNames, pathOf } from './job-path.ts';

/** Facts: Jenkins core source (ParameterizedJobMixIn, ParametersDefinitionProperty, Queue, Run, Executor). */

export const jenkinsBuilds: BuildActions = {
  lag: { everyMs: 3_000, forMs: 15_000 },
  target,
  start,
  find: findJenkinsBuilds,
  isSame: isSamePlace,
  state: (probe, place, turn) =>
    numberOf(place['build']) === undefined ? stateOfItem(probe, place) : stateOfBuild(probe, place, turn),
  cancel,
  log,
};

const jobTree = encodeURIComponent(
  '_class,buildable,disabled,property[parameterDefinitions[name,type,_class,choices,defaultParameterValue[value]]]',
);

async function target(probe: Probe, ref: string | undefined): Promise<BuildTarget> {
  const names = jobNames(probe.text('jenkinsJobPath') ?? '');
  const job = await readJob(probe, names);
  if (!isFolder(job)) {
    if (ref === undefined) return targetOf(job, names, null);
    throw input(
      'the job has no branches',
      'Leave out --ref; where a parameter names the branch, give that with --env.',
    );
  }
  if (ref === undefined) {
    throw input('the path leads to a folder or to a job with branches', 'Name the branch with --ref.');
  }
  // The job of a branch is called as the branch is, encoded once (branch-api-plugin, NameEncoder).
  const branch = [...names, encodeURIComponent(ref)];
  const found = await readJob(probe, branch);
  if (isFolder(found)) throw input('what --ref names is a folder', 'Correct --job-path or --ref.');
  return targetOf(found, branch, ref);
}

async function readJob(probe: Probe, names: readonly string[]): Promise<JsonObject> {
  const request = jenkinsRequest(probe, `${pathOf(names)}/api/json?tree=${jobTree}`, {
    accept: (answer) => answer.status === 200 && isFolder(errorBody(answer)),
  });
  const found = jsonObject(await probe.send(request));
  if (typeof found['_class'] !== 'string') throw unforeseen();
  return found as JsonObject;
}

function isFolder(job: Readonly<Record<string, unknown>>): boolean {
  return /(MultiBranchProject|OrganizationFolder|\.Folder)$/.test(String(job['_class'] ?? ''));
}

function targetOf(job: JsonObject, names: readonly string[], ref: string | null): BuildTarget {
  const definitions = listOf(job['property']).flatMap((each) => listOf(at(each, 'parameterDefinitions')));
  const declared = definitions.flatMap(parameterOf);
  return {
    ref,
    declared,
    takesOthers: false,
    isMarkable: declared.some(({ name }) => name === markerName),
    place: { job: pathOf(names), takesParameters: definitions.length > 0 },
  };
}

/** Jenkins has a default for each; a choice that is none it answers with a fault, and any text but `true` is false. */
function parameterOf(definition: unknown): Parameter[] {
  const name = textOf(at(definition, 'name'));
  const type = textOf(at(definition, 'type')) ?? textOf(at(definition, '_class')) ?? '';
  if (name === undefined) return [];
  if (/ChoiceParameterDefinition$/.test(type)) {
    const choices = listOf(at(definition, 'choices')).map(String);
    return [choices.length > 0 ? { name, choices } : { name }];
  }
  if (/BooleanParameterDefinition$/.test(type)) return [{ name, choices: ['true', 'false'] }];
  if (/FileParameterDefinition$/.test(type)) return [{ name, unfit: () => 'takes a file, which cannot be given here' }];
  return [{ name }];
}

function input(detail: string, hint: string): NotDone {
  return new NotDone('refused', { kind: 'INPUT', detail, hint });
}

async function start(client: Client, { place }: BuildTarget, values: Readonly<Record<string, string>>): Promise<Build> {
  const takes = place['takesParameters'] === true;
  const path = `${String(place['job'])}/${takes ? 'buildWithParameters' : 'build'}`;
  const since = client.now().toISOString();
  const answer = await client.change(
    post(client, path, {
      // Without it the job's quiet period is waited for.
      form: { delay: '0sec', ...values },
      accept: ({ status }) => [201, 302, 303, 400, 405, 500].includes(status),
    }),
  );
  if (answer.status === 500) return await afterFault(client, place, takes, answer);
  if ([400, 405].includes(answer.status)) throw refusedStart(answer, takes);
  const location = answer.header('location') ?? '';
  const item = /\/queue\/item\/(\d{1,18})\/?$/.exec(location)?.[1];
  if (item === undefined) throw withoutItem(answer.status, location);
  const build = buildAt(client, { ...place, item, since }, { state: 'queued', providerState: null });
  return answer.status === 303 ? { ...build, joined: true } : build;
}

/** Older servers answer with a fault where the job takes parameters by now, or takes none any more. */
async function afterFault(client: Client, place: JsonObject, took: boolean, answer: Answer): Promise<never> {
  const job = await client
    .send(jenkinsRequest(client, `${String(place['job'])}/api/json?tree=${jobTree}`))
    .then(jsonObject, () => undefined);
  const takes = job && targetOf(job as JsonObject, [], null).place['takesParameters'];
  if (takes !== undefined && takes !== took) throw refusedStart(answer, took);
  throw new NotDone('uncertain', { detail: 'Jenkins has a fault (500)', hint: 'Look in Jenkins whether it started.' });
}

function refusedStart({ status }: Answer, took: boolean): NotDone {
  const other = took ? 'takes no parameters any more' : 'takes parameters by now';
  return new NotDone('refused', {
    detail: `the job ${other}, or one of the values is not accepted (${status})`,
    hint: 'Parameters of a Jenkinsfile are there once it has run. Look at the job in Jenkins, and try again.',
  });
}

/** Success without a number to follow, a way to the sign-in, or back to the job. */
function withoutItem(status: number, location: string): NotDone {
  if (status === 201)
    return new NotDone('uncertain', { detail: 'Jenkins takes it, and does not say where it stands in its queue' });
  if (/\/(login|loginError|securityRealm)\b/i.test(location)) {
    return new NotDone('refused', {
      kind: 'INVALID',
      detail: 'Jenkins leads to its sign-in page',
      hint: 'Store the credential again with "rotate".',
    });
  }
  return new NotDone('refused', {
    detail: `Jenkins does not queue it (${status})`,
    hint: 'A plugin of Jenkins decides so: ask its administrator.',
  });
}

async function cancel(client: Client, place: JsonObject): Promise<void> {
  let found = place;
  if (numberOf(place['build']) === undefined) {
    const item = encodeURIComponent(String(place['item']));
    const answer = await client.change(
      post(client, `/queue/cancelItem?id=${item}`, { accept: ({ status }) => [204, 302, 404, 422].includes(status) }),
    );
    if (answer.status === 422)
      throw new NotDone('refused', { detail: 'Jenkins lets nobody cancel it in the queue (422)' });
    if (answer.status !== 404) return;
    // It has left the queue.
    found = (await stateOfItem(client, place)).place;
  }
  const build = numberOf(found['build']);
  if (build === undefined)
    throw new NotDone('refused', { detail: 'it stands neither in the queue nor among the builds' });
  // It leads back to the build, also where nothing runs: a later state tells.
  await client.change(
    post(client, `${String(found['job'])}/${build}/stop`, { accept: ({ status }) => status >= 200 && status < 400 }),
  );
}

function post(client: Client, path: string, rest: Partial<Change>): Change {
  const { url, headers } = jenkinsRequest(client, path);
  return { ...rest, method: 'POST', url, ...(headers ? { headers } : {}) };
}

/** Its offsets count bytes, so a character may be cut in two. */
async function log(probe: Probe, place: JsonObject, from: JsonObject): Promise<LogPiece> {
  const build = numberOf(place['build']);
  if (build === undefined) return { text: '', next: from };
  const begin = numberOf(from['start']) ?? 0;
  const path = `${String(place['job'])}/${build}/logText/progressiveText?start=${begin}`;
  const answer = await probe.send(
    jenkinsRequest(probe, path, { accept: ({ status }) => status === 200, megabytes: 16 }),
  );
  const size = answer.header('x-text-size') ?? '';
  if (!/^\d{1,15}$/.test(size)) {
    throw new Undecided('UNREACHABLE', { detail: `what answers has no log of ${quotable(String(build))}` });
  }
  const { text, rest } = wholeCharacters(answer.bytes, textOf(from['rest']));
  return { text, next: { start: Number(size), rest } };
}
