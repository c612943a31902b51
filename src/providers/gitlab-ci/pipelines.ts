import { type Build, type BuildState, hasEnded, markerName, type SoughtBuild } from '../../core/builds.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import type { Answer, Probe } from '../../core/verification.ts';
import { gitlabRequest, projectPath } from '../gitlab/api.ts';
import { at, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';

/** Pipelines and their jobs. Facts: GitLab's description (e359dd5). */

const states: Readonly<Record<string, BuildState>> = {
  created: 'queued',
  waiting_for_resource: 'queued',
  preparing: 'queued',
  pending: 'queued',
  scheduled: 'queued',
  waiting_for_callback: 'queued',
  manual: 'waiting',
  success: 'succeeded',
  failed: 'failed',
  skipped: 'failed',
  canceled: 'cancelled',
};

/** What an answer about a pipeline, or about its job, says. */
export function buildOf(place: JsonObject, thing: Readonly<Record<string, unknown>>): Build {
  const status = textOf(thing['status']) ?? null;
  const state = states[status ?? ''] ?? 'running';
  const detail = status === 'skipped' ? 'nothing of it was run: it was skipped' : null;
  return {
    state,
    providerState: status,
    providerRunId: String(Number(place['pipeline'])),
    url: textOf(thing['web_url']) ?? null,
    detail,
    place,
  };
}

export async function stateOfPipeline(probe: Probe, place: JsonObject): Promise<Build> {
  const path = `${projectPath(probe)}/pipelines/${Number(place['pipeline'])}`;
  const pipeline = jsonObject(await probe.send(gitlabRequest(probe, path)));
  if (textOf(pipeline['status']) === undefined) throw unforeseen();
  const build = buildOf(place, pipeline);
  if (place['job'] !== null) return stateOfJob(probe, place, build);
  return build.state === 'failed' && build.detail === null
    ? { ...build, detail: (await failedJob(probe, place)) ?? null }
    : build;
}

/** What counts is the job: the pipeline may go on, or wait, for others. */
async function stateOfJob(probe: Probe, place: JsonObject, pipeline: Build): Promise<Build> {
  const job = await namedJob(probe, place);
  if (job === undefined) {
    const name = quotable(String(place['job']));
    if (hasEnded(pipeline.state)) return { ...pipeline, state: 'failed', detail: `there is no job "${name}" in it` };
    return { ...pipeline, state: 'queued', isBeginning: true };
  }
  const build = buildOf(place, job as Readonly<Record<string, unknown>>);
  const status = build.providerState;
  if (hasEnded(pipeline.state) && (status === 'created' || status === 'manual'))
    return {
      ...build,
      state: pipeline.state === 'succeeded' ? 'failed' : pipeline.state,
      detail: 'its job was not run',
    };
  if (status === 'created' || status === 'manual') return { ...build, state: 'queued', isBeginning: true };
  const reason = textOf(at(job, 'failure_reason'));
  return build.state === 'failed' && reason ? { ...build, detail: quotable(reason) } : build;
}

export async function jobsOf(probe: Probe, place: JsonObject): Promise<unknown[]> {
  const path = `${projectPath(probe)}/pipelines/${Number(place['pipeline'])}/jobs?per_page=100`;
  const found: unknown[] = [];
  for (let page = 1; page <= 10; page += 1) {
    const jobs = listOf((await probe.send(gitlabRequest(probe, `${path}&page=${page}`))).json());
    found.push(...jobs);
    if (jobs.length < 100) break;
  }
  return found;
}

/** Of several that are called so, as after a retry, the newest. */
export async function namedJob(probe: Probe, place: JsonObject): Promise<unknown> {
  const named = (await jobsOf(probe, place)).filter((job) => textOf(at(job, 'name')) === place['job']);
  return named.sort((one, other) => Number(at(other, 'id')) - Number(at(one, 'id')))[0];
}

async function failedJob(probe: Probe, place: JsonObject): Promise<string | undefined> {
  const failed = (await jobsOf(probe, place)).filter(
    (job) => at(job, 'status') === 'failed' && at(job, 'allow_failure') !== true,
  );
  const name = textOf(at(failed[0], 'name'));
  const reason = textOf(at(failed[0], 'failure_reason'));
  return name === undefined ? undefined : `failed in ${quotable(name)}${reason ? ` (${quotable(reason)})` : ''}`;
}

const slackMs = 30_000;
/** Of so many the variables are looked at. */
const mostCandidates = 20;

export async function findPipelines(probe: Probe, sought: SoughtBuild): Promise<Build[]> {
  const user = await probe.send(
    gitlabRequest(probe, '/user', { accept: ({ status, isPage }) => status === 403 && !isPage }),
  );
  const username = user.status === 403 ? undefined : textOf(jsonObject(user)['username']);
  const after = new Date(sought.since.getTime() + user.clockAhead * 1000 - slackMs).toISOString();
  const query = new URLSearchParams({
    source: 'api',
    ...(sought.ref === null ? {} : { ref: sought.ref }),
    ...(username === undefined ? {} : { username }),
    created_after: after,
    order_by: 'id',
    sort: 'desc',
  });
  const listed = listOf((await probe.send(gitlabRequest(probe, `${projectPath(probe)}/pipelines?${query}`))).json());
  const found: Build[] = [];
  for (const each of listed.slice(0, mostCandidates)) {
    const id = at(each, 'id');
    if (typeof id !== 'number' || !(await isSought(probe, id, sought))) continue;
    found.push(buildOf({ ...sought.place, pipeline: id }, each as Readonly<Record<string, unknown>>));
  }
  return found;
}

/** Only variables are listed, not inputs; some tokens may not see them either, and then any may be it. */
async function isSought(probe: Probe, id: number, { marker, isAlike, place }: SoughtBuild): Promise<boolean> {
  const inputs = Object.keys(at(place, 'inputs') ?? {});
  const isHidden = (answer: Answer) => answer.status === 403 && !answer.isPage;
  const path = `${projectPath(probe)}/pipelines/${id}/variables`;
  const answer = await probe.send(gitlabRequest(probe, path, { accept: isHidden }));
  if (isHidden(answer)) return true;
  const pairs = listOf(answer.json()).map((each) => [String(at(each, 'key')), String(at(each, 'value') ?? '')]);
  const values = Object.fromEntries(pairs) as Record<string, string>;
  if (marker !== undefined && !inputs.includes(markerName)) return values[markerName] === marker;
  return inputs.length > 0 || isAlike(values);
}
