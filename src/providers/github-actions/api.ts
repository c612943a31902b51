import { quotable, sentenceList } from '../../core/text.ts';
import { type Finding, type Probe, Refusal } from '../../core/verification.ts';
import {
  classicScope,
  findRepository,
  githubRequest,
  publicScope,
  type Repository,
  refuseRole,
  refuseScope,
  repositoryPath,
  scopesBeyond,
} from '../github/api.ts';
import { at, isMissing, jsonObject, listOf, objectOf, textOf, unforeseen } from '../json-answer.ts';

/** What a GitHub workflow needs. Nothing is dispatched, not even in vain. */

export async function checkWorkflow(probe: Probe): Promise<Repository> {
  const { repository } = await probe.check('resource', async () => {
    const found = await findRepository(probe);
    if (found.isArchived) {
      throw new Refusal('PROVIDER_BLOCKED', {
        detail: 'the repository is archived, so no workflow runs there',
        hint: 'Unarchive it in its settings, or use another repository.',
      });
    }
    const path = probe.text('githubWorkflowPath') ?? '';
    await refuseUnknownWorkflow(probe, path);
    const ref = probe.text('githubWorkflowRef') ?? probe.text('defaultBranch') ?? found.defaultBranch ?? 'main';
    await refuseUnknownRef(probe, ref);
    return { ...(await triggerOf(probe, path, ref)), repository: found };
  });
  return repository;
}

export async function refuseUnknownWorkflow(probe: Probe, path: string): Promise<void> {
  const name = path.split('/').at(-1) ?? '';
  const url = `${repositoryPath(probe)}/actions/workflows/${encodeURIComponent(name)}`;
  const answer = await probe.send(githubRequest(probe, url, { accept: isMissing }));
  const workflow = isMissing(answer) ? {} : jsonObject(answer);
  if (isMissing(answer) || workflow['path'] !== path) {
    if (!isMissing(answer) && textOf(workflow['path']) === undefined) throw unforeseen();
    throw new Refusal('NOT_FOUND', {
      detail: `the default branch has no workflow ${quotable(path)}`,
      hint: 'Correct --workflow-path, or add the file to the default branch.',
    });
  }
  const state = textOf(workflow['state']);
  if (state === undefined) throw unforeseen();
  if (state !== 'active') {
    throw new Refusal('PROVIDER_BLOCKED', {
      detail: 'the workflow is not active',
      hint: 'GitHub, the repository, Actions, the workflow: Enable workflow.',
    });
  }
}

export async function refuseUnknownRef(probe: Probe, ref: string): Promise<void> {
  for (const full of [`heads/${ref}`, `tags/${ref}`]) {
    // Also refs that only start so come back.
    const url = `${repositoryPath(probe)}/git/matching-refs/${encodeURIComponent(full)}`;
    const found = (await probe.send(githubRequest(probe, url))).json();
    if (!Array.isArray(found)) throw unforeseen();
    if (found.some((each) => at(each, 'ref') === `refs/${full}`)) return;
  }
  throw new Refusal('NOT_FOUND', {
    detail: `the repository has no branch or tag "${quotable(ref)}"`,
    hint: 'Correct --workflow-ref.',
  });
}

async function triggerOf(probe: Probe, path: string, ref: string): Promise<Finding> {
  const text = await readWorkflowFile(probe, path, ref);
  const where = `"${quotable(ref)}"`;
  if (text === undefined) {
    throw new Refusal('NOT_FOUND', {
      detail: `the workflow's file is not on ${where}`,
      hint: 'Correct --workflow-ref, or add the file there.',
    });
  }
  const workflow = await parsedWorkflow(text);
  if (!workflow)
    return { outcome: 'unproven', detail: `the workflow is there, but its file on ${where} cannot be read` };
  const trigger = dispatchOf(workflow['on']);
  if (!trigger) {
    throw new Refusal('NOT_FOUND', {
      detail: `the workflow on ${where} has no workflow_dispatch trigger`,
      hint: 'Add "workflow_dispatch:" under "on:" in its file.',
    });
  }
  return inputsOf(probe, objectOf(trigger['inputs']));
}

/** The file of a workflow as it stands on a branch or tag; undefined where it is not there. */
export async function readWorkflowFile(probe: Probe, path: string, ref: string): Promise<string | undefined> {
  const url = `${repositoryPath(probe)}/contents/${encodeURIComponent(path)}?ref=${encodeURIComponent(ref)}`;
  const answer = await probe.send(
    githubRequest(probe, url, { accept: isMissing, headers: { accept: 'application/vnd.github.raw+json' } }),
  );
  return isMissing(answer) ? undefined : answer.text;
}

// Reading a file of a megabyte may take longer than the whole verification has.
const maxLength = 128 * 1024;

/** YAML 1.2, in which `on` is a text. */
export async function parsedWorkflow(text: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (text.length > maxLength) return undefined;
  const { parse } = await import('yaml');
  try {
    const value: unknown = parse(text, { logLevel: 'error' });
    return Object.keys(objectOf(value)).length > 0 ? objectOf(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The trigger's own settings; undefined where a workflow cannot be dispatched. */
export function dispatchOf(on: unknown): Readonly<Record<string, unknown>> | undefined {
  const name = 'workflow_dispatch';
  if (on === name || listOf(on).includes(name)) return {};
  return Object.hasOwn(objectOf(on), name) ? objectOf(objectOf(on)[name]) : undefined;
}

/** GitHub refuses a start with inputs that are not declared, or without one that is required. */
function inputsOf(probe: Probe, inputs: Readonly<Record<string, unknown>>): Finding {
  const given = probe.names('environmentVariables');
  const undeclared = given.filter((name) => !Object.hasOwn(inputs, name));
  if (undeclared.length > 0) {
    throw new Refusal('NOT_FOUND', {
      detail: `the workflow declares no input ${listed(undeclared)}`,
      hint: 'Declare it under workflow_dispatch, or remove it with --env NAME=.',
    });
  }
  const lacking = Object.keys(inputs).filter(
    (name) =>
      at(inputs, name, 'required') === true && at(inputs, name, 'default') === undefined && !given.includes(name),
  );
  if (lacking.length > 0) {
    return {
      outcome: 'unproven',
      detail: `the workflow is there, and whoever starts it must give the input ${listed(lacking)}`,
    };
  }
  return { detail: 'the workflow is there, is active and can be dispatched' };
}

function listed(names: readonly string[]): string {
  return sentenceList(names.slice(0, 5).map((name) => `"${quotable(name)}"`));
}

export async function checkDispatch(probe: Probe, { scopes, mayPush, isPublic }: Repository): Promise<void> {
  await probe.check('permission', async (): Promise<Finding> => {
    if (scopes.length === 0)
      return {
        outcome: 'unproven',
        detail: 'only starting the workflow would show whether the token may start it start it',
      };
    const hasRepo = scopes.includes(classicScope);
    if (!hasRepo && !(isPublic && scopes.includes(publicScope))) refuseScope();
    if (mayPush === false) refuseRole();
    const finding = (detail: string): Finding => ({ detail: [detail, ...scopesBeyond(scopes)].join('; ') });
    if (!hasRepo)
      return {
        ...finding(`it has the scope ${publicScope}, and GitHub asks for ${classicScope}`),
        outcome: 'unproven',
      };
    if (mayPush === undefined)
      return { ...finding('GitHub does not say whether its user may write'), outcome: 'unproven' };
    return finding(`it has the scope ${classicScope}, and its user may write to the repository`);
  });
}
