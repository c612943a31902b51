import { type Build, type BuildState, markerName, type SoughtBuild } from '../../core/builds.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import { type Answer, type Probe, Undecided } from '../../core/verification.ts';
import { at, isMissing, jsonObject, listOf, sameName, shownName, textOf } from '../json-answer.ts';
import { jenkinsRequest } from './api.ts';

/** Builds and what stands in the queue before it is one. Facts: Jenkins core source (Queue, Run), pipeline-stage-view-plugin. */

/** A build or an item of the queue with what is known of it. @param place with `build` once it has a number, else `item` */
export function buildAt(
  probe: Probe,
  place: JsonObject,
  { state, providerState, detail = null }: { state: BuildState; providerState: string | null; detail?: string | null },
): Build {
  const build = numberOf(place['build']);
  // The server may give its own address, which need not be the one that is configured.
  const path = `${String(place['job'])}/${build === undefined ? '' : `${build}/`}`;
  const url = `${probe.text('jenkinsUrl') ?? ''}${path}`;
  return { state, providerState, providerRunId: build === undefined ? null : String(build), url, detail, place };
}

const itemTree = encodeURIComponent('_class,id,why,cancelled,executable[number]');

export async function stateOfItem(probe: Probe, place: JsonObject): Promise<Build> {
  const path = `/queue/item/${encodeURIComponent(String(place['item']))}/api/json?tree=${itemTree}`;
  const answer = await probe.send(jenkinsRequest(probe, path, { accept: isGone }));
  // An item that has left is kept for five minutes.
  if (isGone(answer)) return leftEarlier(probe, place);
  const item = jsonObject(answer);
  const number = numberOf(at(item, 'executable', 'number'));
  if (number !== undefined) return stateOfBuild(probe, { ...place, build: number }, 0);
  const word = textOf(item['_class'])?.split(/[.$]/).at(-1) ?? null;
  if (item['cancelled'] === true) return buildAt(probe, place, { state: 'cancelled', providerState: word });
  return buildAt(probe, place, { state: 'queued', providerState: word, detail: shown(item['why']) });
}

/** Jenkins refuses with pages. */
function isGone(answer: Answer): boolean {
  return isMissing(answer) || (answer.status === 404 && answer.header('x-jenkins') !== undefined);
}

function shown(text: unknown): string | null {
  const told = textOf(text);
  return told === undefined ? null : quotable(told, 200);
}

async function leftEarlier(probe: Probe, place: JsonObject): Promise<Build> {
  const item = String(place['item']);
  const build = (await recentBuilds(probe, place)).find((each) => String(at(each, 'queueId')) === item);
  const number = numberOf(at(build, 'number'));
  if (number !== undefined) return stateOfBuild(probe, { ...place, build: number }, 0);
  throw new Undecided('UNREACHABLE', {
    detail: 'it has left the queue of Jenkins, and is not among the last builds of the job',
    hint: 'Look at the job in Jenkins.',
  });
}

const words: Readonly<Record<string, BuildState>> = {
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  UNSTABLE: 'failed',
  NOT_BUILT: 'failed',
  ABORTED: 'cancelled',
};

const buildTree = encodeURIComponent('_class,number,building,result');

export async function stateOfBuild(probe: Probe, place: JsonObject, turn: number): Promise<Build> {
  const path = `${String(place['job'])}/${Number(place['build'])}`;
  const build = jsonObject(await probe.send(jenkinsRequest(probe, `${path}/api/json?tree=${buildTree}`)));
  const result = textOf(build['result']) ?? null;
  if (build['building'] === true) {
    const isPaused =
      turn % 3 === 0 && /WorkflowRun$/.test(String(build['_class'])) && (await waitsForInput(probe, path));
    return isPaused
      ? buildAt(probe, place, {
          state: 'waiting',
          providerState: 'PAUSED_PENDING_INPUT',
          detail: 'it waits for an input',
        })
      : buildAt(probe, place, { state: 'running', providerState: result ?? 'building' });
  }
  const state = words[result ?? ''] ?? 'running';
  const detail = result === 'UNSTABLE' ? 'unstable: the build finished, and its tests failed' : null;
  return buildAt(probe, place, { state, providerState: result, detail });
}

/** A plugin tells; where it is absent nobody does. */
async function waitsForInput(probe: Probe, path: string): Promise<boolean> {
  const answer = await probe.send(jenkinsRequest(probe, `${path}/wfapi/describe`, { accept: () => true }));
  if (answer.status !== 200 || answer.isPage) return false;
  return at(jsonObject(answer), 'status') === 'PAUSED_PENDING_INPUT';
}

const actions = 'actions[parameters[name,value],causes[userId]]';
const buildsTree = encodeURIComponent(`builds[number,queueId,timestamp,${actions}]{0,30}`);
const queueTree = encodeURIComponent(`items[id,inQueueSince,task[url],${actions}]`);

async function recentBuilds(probe: Probe, place: JsonObject): Promise<readonly unknown[]> {
  const answer = await probe.send(jenkinsRequest(probe, `${String(place['job'])}/api/json?tree=${buildsTree}`));
  return listOf(jsonObject(answer)['builds']);
}

/** Their clock may differ from ours, and the header tells it to the second. */
const slackMs = 30_000;

export async function findJenkinsBuilds(probe: Probe, sought: SoughtBuild): Promise<Build[]> {
  const { place, since } = sought;
  const job = String(place['job']);
  const answer = await probe.send(jenkinsRequest(probe, `/queue/api/json?tree=${queueTree}`));
  const earliest = since.getTime() + answer.clockAhead * 1000 - slackMs;
  const items = listOf(jsonObject(answer)['items']).filter((item) => leadsTo(at(item, 'task', 'url'), job));
  const builds = await recentBuilds(probe, place);
  const isIt = (each: unknown, time: unknown) => matches(probe, each, sought) && Number(time) >= earliest;
  const built = builds.filter((each) => isIt(each, at(each, 'timestamp')));
  const ids = new Set(builds.map((each) => String(at(each, 'queueId'))));
  // What left the queue between the two answers stands in both.
  const queued = items.filter((each) => isIt(each, at(each, 'inQueueSince')) && !ids.has(String(at(each, 'id'))));
  return [
    ...built.map((each) =>
      buildAt(
        probe,
        { ...place, ...itemOf(each), build: Number(at(each, 'number')) },
        { state: 'running', providerState: null },
      ),
    ),
    ...queued.map((each) =>
      buildAt(probe, { ...place, item: String(at(each, 'id')) }, { state: 'queued', providerState: null }),
    ),
  ];
}

/** The item of the queue that became a build. */
function itemOf(build: unknown): JsonObject {
  const id = at(build, 'queueId');
  return typeof id === 'number' ? { item: String(id) } : {};
}

/** A build has the number of its item for ever, which is the server's; its own number is its job's. */
export function isSamePlace(one: JsonObject, other: JsonObject): boolean {
  const agree = (name: string) => one[name] !== undefined && String(one[name]) === String(other[name]);
  return agree('item') || (agree('job') && agree('build'));
}

function leadsTo(url: unknown, job: string): boolean {
  const address = URL.parse(textOf(url) ?? '');
  return address?.pathname.replace(/\/$/, '').endsWith(job) ?? false;
}

function matches(probe: Probe, each: unknown, { marker, isAlike }: SoughtBuild): boolean {
  const all = listOf(at(each, 'actions'));
  const parameters = Object.fromEntries(
    all.flatMap((action) =>
      listOf(at(action, 'parameters')).map((pair) => [String(at(pair, 'name')), String(at(pair, 'value') ?? '')]),
    ),
  );
  if (marker !== undefined) return parameters[markerName] === marker;
  const users = all.flatMap((action) =>
    listOf(at(action, 'causes')).map((cause) => shownName(at(cause, 'userId')) ?? ''),
  );
  const own = probe.text('jenkinsUsername') ?? '';
  return users.some((user) => sameName(user, own)) && isAlike(parameters);
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
