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
import { type Answer, type Change, type Probe, type RequestRest, Undecided } from '../../core/verification.ts';
import { findRepository, githubRequest, repositoryPath } from '../github/api.ts';
import { at, errorBody, isMissing, jsonObject, listOf, objectOf, textOf, unforeseen } from '../json-answer.ts';
import { dispatchOf, parsedWorkflow, readWorkflowFile, refuseUnknownRef, refuseUnknownWorkflow } from './api.ts';
import { findRuns, runAt, stateOfRun } from './runs.ts';

/** Facts: @octokit/openapi 23.0.2 (workflow dispatch, runs, jobs); GitHub changelog of 2026-02-19 (`return_run_details`). */

export const githubBuilds: BuildActions = {
  // The list of runs is some seconds behind.
  lag: { everyMs: 3_000, forMs: 60_000 },
  target,
  start,
  find: findRuns,
  isSame: (one, other) => one['run'] !== undefined && one['run'] === other['run'],
  state: (probe, place) => stateOfRun(probe, place),
  cancel,
  log,
};

async function target(probe: Probe, ref: string | undefined): Promise<BuildTarget> {
  const path = probe.text('githubWorkflowPath') ?? '';
  const repository = await findRepository(probe);
  await refuseUnknownWorkflow(probe, path);
  const chosen =
    ref ?? probe.text('githubWorkflowRef') ?? probe.text('defaultBranch') ?? repository.defaultBranch ?? 'main';
  await refuseUnknownRef(probe, chosen).catch((error: unknown) => {
    if (ref === undefined) throw error;
    const isCommit = /^[0-9a-f]{40}$/i.test(ref);
    throw input(
      isCommit ? 'a commit cannot be built, only a branch or a tag' : `there is no branch or tag "${quotable(ref)}"`,
      'Correct --ref.',
    );
  });
  const declared = await inputsAt(probe, path, chosen);
  return {
    ref: chosen,
    declared: declared ?? [],
    takesOthers: declared === undefined,
    isMarkable: declared?.some(({ name }) => name === markerName) ?? false,
    place: { workflow: path.split('/').at(-1) ?? '' },
  };
}

/** Undefined where the file cannot be read: GitHub itself looks then. */
async function inputsAt(probe: Probe, path: string, ref: string): Promise<Parameter[] | undefined> {
  const text = await readWorkflowFile(probe, path, ref);
  const workflow = text === undefined ? undefined : await parsedWorkflow(text);
  if (text === undefined)
    throw input(`the workflow's file is not on "${quotable(ref)}"`, 'Correct --ref, or add it there.');
  if (!workflow) return undefined;
  const trigger = dispatchOf(workflow['on']);
  if (!trigger) {
    throw input(
      `the workflow on "${quotable(ref)}" has no workflow_dispatch trigger`,
      'Add "workflow_dispatch:" under "on:" in its file.',
    );
  }
  return Object.entries(objectOf(trigger['inputs'])).map(([name, given]) => parameterOf(name, given));
}

function parameterOf(name: string, given: unknown): Parameter {
  const type = textOf(at(given, 'type')) ?? 'string';
  const isRequired = at(given, 'required') === true && at(given, 'default') === undefined;
  const needed = isRequired ? { required: true as const } : {};
  if (type === 'choice') return { name, ...needed, choices: listOf(at(given, 'options')).map(String) };
  if (type === 'boolean') return { name, ...needed, choices: ['true', 'false'] };
  if (type !== 'number') return { name, ...needed };
  const unfit = (value: string) => (/^-?\d+(\.\d+)?$/.test(value) ? undefined : 'takes a number');
  return { name, ...needed, unfit };
}

function input(detail: string, hint: string): NotDone {
  return new NotDone('refused', { kind: 'INPUT', detail, hint });
}

async function start(
  client: Client,
  { ref, place }: BuildTarget,
  inputs: Readonly<Record<string, string>>,
): Promise<Build> {
  const path = `${repositoryPath(client)}/actions/workflows/${encodeURIComponent(String(place['workflow']))}/dispatches`;
  const send = (more: JsonObject) =>
    client.change(change(client, path, { json: { ref, inputs: { ...inputs }, ...more }, accept: isOfInput }));
  let answer = await send({ return_run_details: true });
  // Enterprise Server before 3.21 refuses what it does not know; what is refused was not started (cli/cli 12672).
  if (isOfInput(answer) && /return_run_details/.test(answer.text)) answer = await send({});
  if (isOfInput(answer)) throw refusedInput(answer);
  const id = at(errorBody(answer), 'workflow_run_id');
  if (typeof id !== 'number') {
    throw new NotDone('uncertain', { detail: 'GitHub takes it, and does not say which run it becomes' });
  }
  return runAt(client, { ...place, run: id }, { state: 'queued', providerState: null });
}

function isOfInput({ status, isPage }: Answer): boolean {
  return !isPage && (status === 400 || status === 422);
}

/** Its words name inputs, and no value. */
function refusedInput(answer: Answer): NotDone {
  const message = textOf(errorBody(answer)['message']) ?? '';
  const known = [
    [/^No ref found/i, 'there is no such branch or tag', 'Correct --ref.'],
    [
      /workflow_dispatch/i,
      'the workflow there has no workflow_dispatch trigger',
      'Add it to its file, or correct --ref.',
    ],
    [/^Required input/i, 'an input that it needs is missing', 'Give it with --env NAME=VALUE.'],
    [/^Unexpected inputs/i, 'it declares no such input', 'Leave it out, or declare it under workflow_dispatch.'],
  ] as const;
  const [, detail, hint] = known.find(([words]) => words.test(message)) ?? [];
  return detail
    ? input(`${detail} (${answer.status})`, hint ?? '')
    : new NotDone('refused', {
        detail: `the workflow is not started (${answer.status})`,
        hint: 'Look at it in GitHub.',
      });
}

async function cancel(client: Client, place: JsonObject): Promise<void> {
  const path = `${repositoryPath(client)}/actions/runs/${Number(place['run'])}/cancel`;
  const answer = await client.change(change(client, path, { accept: ({ status }) => status === 409 }));
  if (answer.status === 409)
    throw new NotDone('refused', { detail: 'it cannot be cancelled now (409)', hint: 'It may have ended just now.' });
}

function change(client: Client, path: string, rest: Partial<Change>): Change {
  const { url, headers } = githubRequest(client, path);
  return { ...rest, method: 'POST', url, ...(headers ? { headers } : {}) };
}

/** Of each job the whole log, once it has ended: GitHub has no part of one. */
async function log(probe: Probe, place: JsonObject, from: JsonObject): Promise<LogPiece> {
  const told = listOf(from['jobs']);
  const path = `${repositoryPath(probe)}/actions`;
  const jobs = jsonObject(
    await probe.send(githubRequest(probe, `${path}/runs/${Number(place['run'])}/jobs?filter=latest&per_page=100`)),
  );
  const next = listOf(jobs['jobs']).find(
    (job) =>
      at(job, 'status') === 'completed' && at(job, 'conclusion') !== 'skipped' && !told.includes(Number(at(job, 'id'))),
  );
  if (!next) return { text: '', next: from };
  const id = Number(at(next, 'id'));
  const name = quotable(textOf(at(next, 'name')) ?? String(id));
  return {
    text: `== ${name}\n${await jobLog(probe, `${path}/jobs/${id}/logs`)}`,
    next: { jobs: [...told.map(Number), id] },
  };
}

/** It leads to another host, which has a key of its own in its address and must not get the token. */
async function jobLog(probe: Probe, path: string): Promise<string> {
  const accept: RequestRest['accept'] = (answer) => answer.status === 302 || isMissing(answer) || answer.status === 410;
  const answer = await probe.send(githubRequest(probe, path, { accept, megabytes: 16 }));
  if (answer.status >= 400) return '(its log is not there)\n';
  if (answer.status !== 302) return answer.text;
  const location = answer.header('location');
  if (location === undefined) throw unforeseen();
  const text = await probe.send({ url: location, megabytes: 16, accept: ({ status }) => status === 200 }).then(
    ({ text }) => text,
    (error: unknown) => {
      if (error instanceof Undecided) return '(its log cannot be read)\n';
      throw error;
    },
  );
  return text.endsWith('\n') ? text : `${text}\n`;
}
