/** What Bitbucket shows in a browser. Facts: Atlassian support, 'Bitbucket Cloud URLs' and 'Data Center, REST resources'. */

const others = /^(account|dashboard|repo|workspaces|site|socialauth|product|support|api|addons|notifications|gateway)$/;

/** On Cloud workspace and repository; on Data Center what stands before its pages. */
export function repositoryIn(path: readonly string[], isHosted: boolean): readonly string[] | undefined {
  if (isHosted) {
    if (others.test(path[0] ?? '') || path[1] === 'workspace') return undefined;
    return path.length > 2 ? path.slice(0, 2) : path;
  }
  const repos = path.findIndex((part, index) => part === 'repos' && /^(projects|users)$/.test(path[index - 2] ?? ''));
  if (repos < 0) return path.at(-2) === 'projects' ? undefined : path;
  if (path[repos + 1] === undefined) return undefined;
  return path.length > repos + 2 ? path.slice(0, repos + 2) : path;
}
