import { credential, made, type ToolEnvironment } from '../../core/tool-environment.ts';
import { repositoryEnvironment, repositoryPlace } from '../scm-environment.ts';

/**
 * What pipes read, as Bitbucket Pipelines names it; there is no tool of Bitbucket's own. They talk to bitbucket.org alone, so
 * the token of a Data Center is not among it.
 */
export const bitbucketEnvironment: ToolEnvironment = (row) => {
  const { host, path } = repositoryPlace(row, 'bitbucket.org');
  const [workspace, repository] = path.slice(-2);
  const hosted = host === 'bitbucket.org' && workspace !== undefined && repository !== undefined;
  return [
    ...(hosted
      ? [
          ...credential(row, 'BITBUCKET_ACCESS_TOKEN', 'accessToken'),
          made('BITBUCKET_WORKSPACE', ['repositoryUrl'], workspace),
          made('BITBUCKET_REPO_SLUG', ['repositoryUrl'], repository),
        ]
      : []),
    ...repositoryEnvironment(row),
  ];
};
