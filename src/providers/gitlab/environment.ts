import { credential, made, type ToolEnvironment } from '../../core/tool-environment.ts';
import { repositoryEnvironment, repositoryPlace } from '../scm-environment.ts';

/** What glab reads (its documentation, 'Environment variables'): the token goes to whatever host it talks to, so both are set. */
export const gitlabEnvironment: ToolEnvironment = (row) => [
  ...credential(row, 'GITLAB_TOKEN', 'accessToken'),
  made('GITLAB_HOST', ['repositoryUrl'], repositoryPlace(row, 'gitlab.com').host),
  ...repositoryEnvironment(row),
];
