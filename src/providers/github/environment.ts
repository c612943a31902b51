import { credential, made, type ToolEnvironment } from '../../core/tool-environment.ts';
import { repositoryEnvironment, repositoryPlace } from '../scm-environment.ts';
import { githubApiAt } from './api.ts';

/**
 * What release tools read. Facts: gh 44ee177 (`gh help environment`): a host of one's own has variables of its own, and what is
 * for github.com never goes there; fastlane d5347690, which sends its token to the server that it is told, or to GitHub's.
 */
export const githubEnvironment: ToolEnvironment = (row) => {
  const { origin, host, path } = repositoryPlace(row, 'github.com');
  const hosted = host === 'github.com';
  const ofGithub = hosted || host.endsWith('.ghe.com');
  const [token, inCi] = ofGithub ? ['GH_TOKEN', 'GITHUB_TOKEN'] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
  const api = githubApiAt(origin);
  return [
    ...credential(row, token, 'accessToken'),
    // The job's own, where there is one: its other steps go on with it.
    ...credential(row, inCi, 'accessToken', { yields: true }),
    ...(hosted ? [] : [made('GH_HOST', ['repositoryUrl'], host)]),
    made('GH_REPO', ['repositoryUrl'], [...(hosted ? [] : [host]), ...path.slice(-2)].join('/')),
    made('FL_GITHUB_API_SERVER_URL', ['repositoryUrl'], api),
    ...credential(row, 'FL_GITHUB_API_TOKEN', 'accessToken', { replaces: ['FL_GITHUB_API_BEARER'] }),
    made('FL_GITHUB_RELEASE_SERVER_URL', ['repositoryUrl'], api),
    ...credential(row, 'FL_GITHUB_RELEASE_API_TOKEN', 'accessToken', { replaces: ['FL_GITHUB_RELEASE_API_BEARER'] }),
    ...repositoryEnvironment(row),
  ];
};
