import { plain, type ToolRow, type ToolVariable } from '../core/tool-environment.ts';
import { pagesOf, type RepositoryAddress } from './scm-fields.ts';

/** What scripts read of any repository; the names are nobody's. */
export function repositoryEnvironment(row: ToolRow): ToolVariable[] {
  return [...plain(row, 'REPOSITORY_URL', 'repositoryUrl'), ...plain(row, 'DEFAULT_BRANCH', 'defaultBranch')];
}

/** The repository, with the host as tools take it: by name, and with its scheme and port where these are not the usual ones. */
export function repositoryPlace(row: ToolRow, host: string): RepositoryAddress & { host: string } {
  const address = pagesOf(row.text('repositoryUrl'), host);
  return { ...address, host: address.origin.replace(/^https:\/\//, '') };
}
