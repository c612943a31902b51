import type { Build, BuildState, SoughtBuild } from '../../core/builds.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import type { Probe } from '../../core/verification.ts';
import { githubOrigin, githubRequest, isForUsersOnly, repositoryPath } from '../github/api.ts';
import { at, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';

/** Runs of a workflow. Facts: @octokit/openapi 23.0.2; github/docs 44984. */

interface Seen {
  state: BuildState;
  providerState: string | null;
  detail?: string | null;
}

export function runAt(probe: Probe, place: JsonObject, { state, providerState, detail = null }: Seen): Build {
  const id = Number(place['run']);
  // As the web has it; the API's own address of it is the same.
  const path = repositoryPath(probe).replace(/^\/repos/, '');
  return {
    state,
    providerState,
    providerRunId: String(id),
    url: `${githubOrigin(probe)}${path}/actions/runs/${id}`,
    detail,
    place,
  };
}

const statuses: Readonly<Record<string, BuildState>> = {
  queued: 'queued',
  requested: 'queued',
  pending: 'queued',
  waiting: 'waiting',
};

const conclusions: Readonly<Record<string, readonly [state: BuildState, detail?: string]>> = {
  success: ['succeeded'],
  failure: ['failed'],
  startup_failure: ['failed', 'it could not be started: look at the file of the workflow'],
  stale: ['failed', 'it was given up by GitHub'],
  neutral: ['failed', 'it ended neutral, neither well nor badly'],
  skipped: ['failed', 'nothing of it was run: it was skipped'],
  cancelled: ['cancelled'],
  timed_out: ['timed_out'],
  action_required: ['waiting', 'somebody has to approve it'],
};

export async function stateOfRun(probe: Probe, place: JsonObject): Promise<Build> {
  const path = `${repositoryPath(probe)}/actions/runs/${Number(place['run'])}`;
  const run = jsonObject(await probe.send(githubRequest(probe, path)));
  const [status, conclusion] = [textOf(run['status']), textOf(run['conclusion'])];
  if (status === undefined) throw unforeseen();
  const attempt = Number(run['run_attempt'] ?? 1) > 1 ? `attempt ${Number(run['run_attempt'])}` : null;
  if (status !== 'completed') {
    const state = statuses[status] ?? 'running';
    const detail = state === 'waiting' ? await approvers(probe, path) : attempt;
    return runAt(probe, place, { state, providerState: status, detail });
  }
  const [state, why] = conclusions[conclusion ?? ''] ?? ['running'];
  const failed = state === 'failed' && why === undefined ? await failedStep(probe, path) : undefined;
  return runAt(probe, place, { state, providerState: conclusion ?? status, detail: why ?? failed ?? attempt });
}

/** Whom an environment waits for; told to people, and never answered. */
async function approvers(probe: Probe, path: string): Promise<string> {
  const answer = await probe.send(githubRequest(probe, `${path}/pending_deployments`, { accept: () => true }));
  const pending = answer.status === 200 && !answer.isPage ? listOf(answer.json()) : [];
  const names = pending.flatMap((each) => textOf(at(each, 'environment', 'name')) ?? []);
  return names.length > 0
    ? `it waits for the environment ${names.map((name) => quotable(name)).join(', ')}`
    : 'it waits for an approval';
}

async function failedStep(probe: Probe, path: string): Promise<string | undefined> {
  const answer = await probe.send(
    githubRequest(probe, `${path}/jobs?filter=latest&per_page=100`, { accept: () => true }),
  );
  if (answer.status !== 200 || answer.isPage) return undefined;
  const isFailed = (each: unknown) => at(each, 'conclusion') === 'failure';
  const job = listOf(jsonObject(answer)['jobs']).find(isFailed);
  const step = listOf(at(job, 'steps')).find(isFailed);
  const names = [textOf(at(job, 'name')), textOf(at(step, 'name'))].flatMap((name) => (name ? [quotable(name)] : []));
  return names.length > 0 ? `failed in ${names.join(', ')}` : undefined;
}

const slackMs = 30_000;

/** The list is that of one branch, by whoever the token is for; of several, all are handed out. */
export async function findRuns(probe: Probe, { place, ref, marker, since }: SoughtBuild): Promise<Build[]> {
  const user = await probe.send(githubRequest(probe, '/user', { accept: isForUsersOnly }));
  const login = isForUsersOnly(user) ? undefined : textOf(jsonObject(user)['login']);
  const created = new Date(since.getTime() + user.clockAhead * 1000 - slackMs).toISOString().slice(0, 19);
  const query = new URLSearchParams({
    event: 'workflow_dispatch',
    ...(ref === null ? {} : { branch: ref }),
    ...(login === undefined ? {} : { actor: login }),
    created: `>=${created}Z`,
    per_page: '100',
  });
  const path = `${repositoryPath(probe)}/actions/workflows/${encodeURIComponent(String(place['workflow']))}/runs?${query}`;
  const runs = listOf(jsonObject(await probe.send(githubRequest(probe, path)))['workflow_runs']);
  const shown = marker === undefined ? [] : runs.filter((run) => textOf(at(run, 'display_title'))?.includes(marker));
  // A workflow shows its marker only where it says `run-name: ${{ inputs.INTEGRATIONS_RUN_ID }}`.
  const candidates = shown.length > 0 ? shown : runs.filter((run) => !hasOtherMarker(run));
  return candidates.flatMap((run) => {
    const id = at(run, 'id');
    return typeof id === 'number'
      ? [runAt(probe, { ...place, run: id }, { state: 'queued', providerState: textOf(at(run, 'status')) ?? null })]
      : [];
  });
}

/** It is another one of ours. */
function hasOtherMarker(run: unknown): boolean {
  return /\brun_[0-9a-z]{32}\b/.test(textOf(at(run, 'display_title')) ?? '');
}
