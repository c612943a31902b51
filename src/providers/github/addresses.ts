/** What GitHub shows in a browser (GitHub docs, 'About repositories', and the routes of github.com). */

const pages =
  /^(tree|blob|raw|blame|edit|new|pull|pulls|issues|actions|settings|releases|commit|commits|compare|branches|tags|wiki|projects|security|pulse|network|graphs|discussions|packages|find|search|stargazers|watchers|forks|archive|deployments|labels|milestones|milestone|activity|contributors|community|insights|codespaces|rules|attestations|models|agents)$/;

/** The first part of pages that belong to no repository. */
const others =
  /^(orgs|settings|enterprises|marketplace|features|apps|notifications|search|topics|collections|sponsors|login|logout|users|account|explore|new|organizations|dashboard|stars|trending|codespaces|pulls|issues|about|pricing|github-copilot|sessions)$/;

/** Owner and repository, on Enterprise Server behind nothing else. */
export function repositoryIn(path: readonly string[], isHosted: boolean): readonly string[] | undefined {
  if (others.test(path[0] ?? '')) return undefined;
  const [, , page] = path;
  return page !== undefined && (isHosted || pages.test(page)) ? path.slice(0, 2) : path;
}

/** The file of a workflow in the address of its runs, or of its text on a branch. */
export function workflowIn(path: string): string | undefined {
  return (
    /\/actions\/workflows\/([^/]+\.ya?ml)/.exec(path)?.[1] ?? /\/(\.github\/workflows\/[^/]+\.ya?ml)$/.exec(path)?.[1]
  );
}
