/** What GitLab shows in a browser. Facts: GitLab docs, 'Reserved project and group names', and lib/gitlab/path_regex.rb. */

/** What no project is called: in old addresses a page begins with it. */
const pages =
  /^(tree|blob|raw|blame|edit|create|new|commits|wikis|builds|find_file|files|refs|logs_tree|preview|update|badges|merge_requests|issues|pipelines)$/;

/** What no group is called: pages of the server. */
const others =
  /^(-|admin|api|dashboard|explore|groups|help|import|jwt|login|oauth|profile|projects|public|search|snippets|users|unsubscribes|v2)$/;

/** Groups may stand in groups; what follows '/-/' is a page. */
export function repositoryIn(path: readonly string[], isHosted: boolean): readonly string[] | undefined {
  if (isHosted && others.test(path[0] ?? '')) return undefined;
  const dash = path.indexOf('-');
  const old = path.findIndex((part, index) => index > 1 && pages.test(part));
  const end = dash >= 0 ? dash : old;
  if (end < 0) return path;
  return end < 2 ? undefined : path.slice(0, end);
}
