import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { repositoryPath } from '../github/api.ts';
import { branches, githubPages } from '../github/listings.ts';
import { at, textOf } from '../json-answer.ts';

/** What GitHub Actions lists of the SCM's repository: the workflows that are not disabled, and its branches. */
export const githubActionsListings: Readonly<Record<string, Listing>> = {
  githubWorkflowPath: { needs: ['accessToken', 'repositoryUrl'], pages: workflows },
  githubWorkflowRef: { needs: ['accessToken', 'repositoryUrl'], pages: branches },
};

async function* workflows(probe: Probe): AsyncGenerator<Choice[]> {
  for await (const page of githubPages(probe, `${repositoryPath(probe)}/actions/workflows?per_page=100`, 'workflows')) {
    yield page
      .filter((workflow) => at(workflow, 'state') === 'active')
      .map((workflow) => ({ value: textOf(at(workflow, 'path')) ?? '', label: textOf(at(workflow, 'name')) }));
  }
}
