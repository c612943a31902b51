import type { Choice, Listing } from '../../core/listing.ts';
import type { Answer, Probe } from '../../core/verification.ts';
import { at, textOf, unforeseen } from '../json-answer.ts';
import { githubOrigin, githubRequest, isForUsersOnly, repositoryPath } from './api.ts';

/** What GitHub lists: repositories, the last one pushed to first, and the branches of one. */
export const githubListings: Readonly<Record<string, Listing>> = {
  repositoryUrl: { needs: ['accessToken'], hosted: 'https://github.com', pages: repositories },
  defaultBranch: { needs: ['accessToken', 'repositoryUrl'], pages: branches },
};

/** Fifty of them, with all that GitHub says of each, stay well below the bound of an answer. */
const users = '/user/repos?affiliation=owner,collaborator,organization_member&sort=pushed&per_page=50';

async function* repositories(probe: Probe): AsyncGenerator<Choice[]> {
  const first = await probe.send(githubRequest(probe, `${users}&page=1`, { accept: isForUsersOnly }));
  // An installation token stands for no user.
  const pages = isForUsersOnly(first)
    ? githubPages(probe, '/installation/repositories?per_page=50', 'repositories')
    : githubPages(probe, users, undefined, first);
  for await (const page of pages) yield page.map((found) => repositoryOf(probe, found));
}

function repositoryOf(probe: Probe, found: unknown): Choice {
  const name = textOf(at(found, 'full_name'));
  if (name === undefined) throw unforeseen();
  const notes = [at(found, 'private') === true ? 'private' : '', at(found, 'archived') === true ? 'archived' : ''];
  return {
    value: `${githubOrigin(probe)}/${name}`,
    label: name,
    hint: notes.filter(Boolean).join(', '),
    also: { organization: textOf(at(found, 'owner', 'login')), defaultBranch: textOf(at(found, 'default_branch')) },
  };
}

export async function* branches(probe: Probe): AsyncGenerator<Choice[]> {
  for await (const page of githubPages(probe, `${repositoryPath(probe)}/branches?per_page=100`)) {
    yield page.map((branch) => ({ value: textOf(at(branch, 'name')) ?? '' }));
  }
}

/**
 * The entries of a list, page by page. GitHub names the address of the next page; only that there is one is believed.
 * @param key where the list stands in its answer; undefined: the answer is the list
 * @param first the first page, where it is there already
 */
export async function* githubPages(
  probe: Probe,
  path: string,
  key?: string,
  first?: Answer,
): AsyncGenerator<readonly unknown[]> {
  for (let page = 1, more = true; more; page += 1) {
    const answer = (page === 1 && first) || (await probe.send(githubRequest(probe, `${path}&page=${page}`)));
    const content = answer.json();
    const list = key === undefined ? content : at(content, key);
    if (!Array.isArray(list)) throw unforeseen();
    yield list;
    more = /\brel="next"/.test(answer.header('link') ?? '');
  }
}
