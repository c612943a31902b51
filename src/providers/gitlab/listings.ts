import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { at, textOf, unforeseen } from '../json-answer.ts';
import { gitlabRequest, located, projectAddress, projectPath } from './api.ts';

/** What GitLab lists: the projects that the token's user is a member of, the last active one first, and their branches. */
export const gitlabListings: Readonly<Record<string, Listing>> = {
  repositoryUrl: { needs: ['accessToken'], hosted: 'https://gitlab.com', pages: projects },
  defaultBranch: { needs: ['accessToken', 'repositoryUrl'], pages: branches },
};

async function* projects(given: Probe): AsyncGenerator<Choice[]> {
  const probe = await located(given);
  const query = 'membership=true&simple=true&order_by=last_activity_at&per_page=100';
  for await (const page of gitlabPages(probe, `/projects?${query}`)) {
    yield page.map((project) => {
      const path = textOf(at(project, 'path_with_namespace'));
      if (path === undefined) throw unforeseen();
      const organization = textOf(at(project, 'namespace', 'full_path'));
      const defaultBranch = textOf(at(project, 'default_branch'));
      return { value: `${projectAddress(probe).web}/${path}`, label: path, also: { organization, defaultBranch } };
    });
  }
}

async function* branches(given: Probe): AsyncGenerator<Choice[]> {
  const probe = await located(given);
  for await (const page of gitlabPages(probe, `${projectPath(probe)}/repository/branches?per_page=100`)) {
    yield page.map((branch) => ({ value: textOf(at(branch, 'name')) ?? '' }));
  }
}

/** The entries of a list, page by page. */
export async function* gitlabPages(probe: Probe, path: string): AsyncGenerator<readonly unknown[]> {
  for (let page = 1, more = true; more; page += 1) {
    const answer = await probe.send(gitlabRequest(probe, `${path}&page=${page}`));
    const list = answer.json();
    if (!Array.isArray(list)) throw unforeseen();
    yield list;
    more = textOf(answer.header('x-next-page')) !== undefined;
  }
}
