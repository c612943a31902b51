import { quotable } from '../../core/text.ts';
import { type Finding, type Probe, Refusal } from '../../core/verification.ts';
import {
  apiScope,
  type Branch,
  developer,
  findBranch,
  findProject,
  gitlabRequest,
  isGone,
  jobNamesOf,
  type Project,
  projectDetail,
  projectPath,
  scopesBeyond,
  type Token,
} from '../gitlab/api.ts';
import { type JsonObject, jsonObject, unforeseen } from '../json-answer.ts';

/** What a GitLab pipeline needs. Nothing is started: linting reads the configuration as it is stored. */

interface Configuration {
  project: Project;
  branch: Branch;
}

export async function checkConfiguration(probe: Probe): Promise<Configuration> {
  return probe.check('resource', async () => {
    const project = await findProject(probe);
    if (project.isArchived) {
      throw new Refusal('PROVIDER_BLOCKED', {
        detail: 'the project is archived, so no pipeline runs there',
        hint: 'Unarchive it in its settings, or use another project.',
      });
    }
    const branch = await findBranch(probe, probe.text('defaultBranch') ?? project.defaultBranch ?? 'main');
    const job = await jobOf(probe, branch.name);
    await findRun(probe);
    return {
      outcome: job.outcome ?? 'passed',
      detail: `${projectDetail(project, branch)}; ${job.detail}`,
      project,
      branch,
    };
  });
}

/** What linting says of a branch. @throws Refusal where there is no CI configuration, or one with mistakes */
export async function lint(probe: Probe, branch: string): Promise<JsonObject> {
  const query = `content_ref=${encodeURIComponent(branch)}&include_jobs=true&dry_run=false`;
  // It has the whole configuration in it, with all that is included.
  const answer = await probe.send(
    gitlabRequest(probe, `${projectPath(probe)}/ci/lint?${query}`, { accept: isGone, megabytes: 16 }),
  );
  if (isGone(answer)) {
    throw new Refusal('NOT_FOUND', {
      detail: `there is no CI configuration on "${quotable(branch)}"`,
      hint: 'Add a .gitlab-ci.yml to that branch.',
    });
  }
  const found = jsonObject(answer);
  if (typeof found['valid'] !== 'boolean') throw unforeseen();
  if (!found['valid']) {
    throw new Refusal('NOT_FOUND', {
      detail: `GitLab finds errors in the CI configuration on "${quotable(branch)}"`,
      hint: 'See them in GitLab, Build, Pipeline editor.',
    });
  }
  return found;
}

async function jobOf(probe: Probe, branch: string): Promise<Finding> {
  const found = await lint(probe, branch);
  const job = probe.text('gitlabJobName');
  if (job === undefined) return { detail: 'its CI configuration is valid' };
  const names = jobNamesOf(found);
  if (!names) return { outcome: 'unproven', detail: 'this server does not list the jobs of the configuration' };
  if (names.some((name) => name === job || jobName(name) === job))
    return { detail: `the job "${quotable(job)}" is there` };
  throw new Refusal('NOT_FOUND', {
    detail: `the CI configuration on "${quotable(branch)}" has no job "${quotable(job)}"`,
    hint: 'Correct --job-name, or add the job to .gitlab-ci.yml.',
  });
}

/** The job's own name: one that runs several times at once is listed as `release 1/3` or `release: [ios]`. */
export function jobName(listed: string): string {
  const matrix = listed.endsWith(']') ? listed.indexOf(': [') : -1;
  return matrix === -1 ? listed.replace(/ \d{1,9}\/\d{1,9}$/, '') : listed.slice(0, matrix);
}

/** The stored id names one past run. */
async function findRun(probe: Probe): Promise<void> {
  const id = probe.text('gitlabPipelineId');
  if (id === undefined) return;
  const path = `${projectPath(probe)}/pipelines/${encodeURIComponent(id)}`;
  const answer = await probe.send(gitlabRequest(probe, path, { accept: isGone }));
  if (isGone(answer)) {
    throw new Refusal('NOT_FOUND', {
      detail: `the project has no pipeline run ${quotable(id)}`,
      hint: "Correct --pipeline-id, or clear it with ''.",
    });
  }
  if (typeof jsonObject(answer)['status'] !== 'string') throw unforeseen();
}

export async function checkStart(probe: Probe, token: Token, { project, branch }: Configuration): Promise<void> {
  await probe.check('permission', async (): Promise<Finding> => {
    const { scopes } = token;
    const { role } = project;
    if (scopes && !scopes.includes(apiScope)) {
      throw new Refusal('INSUFFICIENT', {
        detail: `the token lacks the scope ${apiScope}, which starting a pipeline needs`,
        hint: `Make a token with the scope ${apiScope}.`,
      });
    }
    if (role !== undefined && role < developer) {
      throw new Refusal('INSUFFICIENT', {
        detail: 'its role is too low to start a pipeline',
        hint: 'Give it the role Developer or higher in the project.',
      });
    }
    const variables = probe.names('environmentVariables').length > 0 ? variablesOf(project) : 'granted';
    if (!scopes) return { outcome: 'unproven', detail: 'the token does not show its scopes' };
    if (role === undefined) return { outcome: 'unproven', detail: 'GitLab does not show its role in the project' };
    if (variables === 'unknown')
      return { outcome: 'unproven', detail: 'GitLab does not say who may set pipeline variables' };
    if (branch.isProtected && !branch.mayPush)
      return { outcome: 'unproven', detail: 'the branch is protected, and it may not push there' };
    const detail = `it has the scope ${apiScope} and the role to start a pipeline`;
    return { detail: [detail, ...scopesBeyond(scopes)].join('; ') };
  });
}

// GitLab docs, 'Pipeline variables': the roles that may set them.
const levels: Readonly<Record<string, number>> = { developer, maintainer: 40, owner: 50 };

/** Whether variables of a pipeline are taken, as far as GitLab tells. */
export function mayVary({ role, variablesRole }: Project): boolean {
  if (variablesRole === 'no_one_allowed') return false;
  const least = Object.hasOwn(levels, variablesRole ?? '') ? levels[variablesRole ?? ''] : undefined;
  return role === undefined || least === undefined || role >= least;
}

/** @throws Refusal when the variables of the integration would be refused */
function variablesOf({ role, variablesRole }: Project): 'granted' | 'unknown' {
  if (variablesRole === 'no_one_allowed') {
    throw new Refusal('INSUFFICIENT', {
      detail: 'nobody may set pipeline variables in this project',
      hint: 'GitLab, the project, Settings, CI/CD, Variables: set who may use pipeline variables.',
    });
  }
  const least = Object.hasOwn(levels, variablesRole ?? '') ? levels[variablesRole ?? ''] : undefined;
  if (role === undefined || least === undefined) return 'unknown';
  if (role >= least) return 'granted';
  throw new Refusal('INSUFFICIENT', {
    detail: 'its role is too low to set pipeline variables',
    hint: `Give it the role ${variablesRole}, or let developers use pipeline variables in the project's CI/CD settings.`,
  });
}
