import type { Choice, Listing } from '../../core/listing.ts';
import { type Answer, type Probe, Refusal } from '../../core/verification.ts';
import { at, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';
import { nextQuery } from '../next-query.ts';
import { cloudRepositoryPath, cloudRequest, isCloud } from './api.ts';
import { dataCenterAddress, dataCenterRepositoryPath, dataCenterRequest } from './data-center.ts';

/** What Bitbucket lists: repositories, of one workspace where it is known, and the branches of one. */
export const bitbucketListings: Readonly<Record<string, Listing>> = {
  repositoryUrl: {
    needs: ['accessToken'],
    hosted: 'https://bitbucket.org',
    pages: (probe) => (isCloud(probe) ? cloudRepositories(probe) : dataCenterRepositories(probe)),
  },
  defaultBranch: {
    needs: ['accessToken', 'repositoryUrl'],
    pages: (probe) => (isCloud(probe) ? cloudBranches(probe) : dataCenterBranches(probe)),
  },
};

/** There is no list over all workspaces any more (Atlassian, CHANGE-2770). */
async function* cloudRepositories(probe: Probe): AsyncGenerator<Choice[]> {
  const known = probe.text('organization');
  for (const workspace of known ? [known] : await workspaces(probe)) {
    const path = `/repositories/${encodeURIComponent(workspace)}`;
    for await (const page of cloudPages(probe, path, '?role=member&sort=-updated_on&pagelen=50')) {
      yield page.map((repository) => {
        const name = textOf(at(repository, 'full_name'));
        if (name === undefined) throw unforeseen();
        return {
          value: `https://bitbucket.org/${name}`,
          label: name,
          hint: at(repository, 'is_private') === true ? 'private' : undefined,
          also: { organization: name.split('/')[0], defaultBranch: textOf(at(repository, 'mainbranch', 'name')) },
        };
      });
    }
  }
}

async function workspaces(probe: Probe): Promise<string[]> {
  const found: string[] = [];
  for await (const page of cloudPages(probe, '/user/workspaces', '?pagelen=100', refuseOthers)) {
    found.push(...page.flatMap((access) => textOf(at(access, 'workspace', 'slug')) ?? []));
  }
  return found;
}

/** An access token of a repository, project or workspace stands for no user. */
function refuseOthers({ status, isPage, header }: Answer): boolean {
  if (status !== 403 || isPage || header('retry-after') !== undefined) return false;
  throw new Refusal('INSUFFICIENT', {
    detail: 'the token may not list workspaces (403)',
    hint: 'Name the workspace first.',
  });
}

async function* cloudBranches(probe: Probe): AsyncGenerator<Choice[]> {
  for await (const page of cloudPages(probe, `${cloudRepositoryPath(probe)}/refs/branches`, '?pagelen=50')) {
    yield page.map((branch) => ({ value: textOf(at(branch, 'name')) ?? '' }));
  }
}

async function* cloudPages(
  probe: Probe,
  path: string,
  first: string,
  accept: (answer: Answer) => boolean = () => false,
): AsyncGenerator<readonly unknown[]> {
  for (let query: string | undefined = first; query !== undefined; ) {
    const content = jsonObject(await probe.send(cloudRequest(probe, path + query, { accept })));
    if (!Array.isArray(content['values'])) throw unforeseen();
    yield content['values'];
    query = nextQuery(content['next']);
  }
}

async function* dataCenterRepositories(probe: Probe): AsyncGenerator<Choice[]> {
  for await (const page of dataCenterPages(probe, '/repos')) {
    yield page.map((repository) => {
      const [project, slug] = [textOf(at(repository, 'project', 'key')), textOf(at(repository, 'slug'))];
      if (project === undefined || slug === undefined) throw unforeseen();
      // A project of somebody's own has a key with '~' in front.
      const folder = project.startsWith('~') ? `users/${project.slice(1)}` : `projects/${project}`;
      return {
        value: `${dataCenterAddress(probe).web}/${folder}/repos/${slug}`,
        label: `${project}/${slug}`,
        hint: at(repository, 'archived') === true ? 'archived' : undefined,
        also: { organization: project },
      };
    });
  }
}

async function* dataCenterBranches(probe: Probe): AsyncGenerator<Choice[]> {
  for await (const page of dataCenterPages(probe, `${dataCenterRepositoryPath(probe)}/branches`)) {
    yield page.map((branch) => ({ value: textOf(at(branch, 'displayId')) ?? '' }));
  }
}

async function* dataCenterPages(probe: Probe, path: string): AsyncGenerator<readonly unknown[]> {
  for (let start: unknown = 0; typeof start === 'number'; ) {
    const content = jsonObject(await probe.send(dataCenterRequest(probe, `${path}?limit=100&start=${start}`)));
    yield listOf(content['values']);
    start = content['isLastPage'] === false ? content['nextPageStart'] : undefined;
  }
}
