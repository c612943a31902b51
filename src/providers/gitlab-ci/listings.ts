import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { located, projectPath } from '../gitlab/api.ts';
import { gitlabPages } from '../gitlab/listings.ts';
import { at, listOf, textOf, unforeseen } from '../json-answer.ts';
import { jobName, lint } from './api.ts';

/** What GitLab CI lists of the SCM's project: the jobs of its configuration, and the runs there were, newest first. */
export const gitlabCiListings: Readonly<Record<string, Listing>> = {
  gitlabJobName: { needs: ['accessToken', 'repositoryUrl'], pages: jobs },
  gitlabPipelineId: { needs: ['accessToken', 'repositoryUrl'], pages: runs },
};

async function* jobs(given: Probe): AsyncGenerator<Choice[]> {
  const probe = await located(given);
  const { jobs: found } = await lint(probe, probe.text('defaultBranch') ?? 'main');
  yield listOf(found).map((job) => ({
    value: jobName(textOf(at(job, 'name')) ?? ''),
    hint: textOf(at(job, 'stage')),
  }));
}

async function* runs(given: Probe): AsyncGenerator<Choice[]> {
  const probe = await located(given);
  for await (const page of gitlabPages(probe, `${projectPath(probe)}/pipelines?per_page=100`)) {
    yield page.map((run) => {
      const id = at(run, 'id');
      if (typeof id !== 'number') throw unforeseen();
      const hint = [textOf(at(run, 'status')), textOf(at(run, 'ref'))].filter(Boolean).join(', ');
      return { value: String(id), hint };
    });
  }
}
