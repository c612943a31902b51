import type { CategoryName } from '../core/category.ts';
import type { Provider } from '../core/provider.ts';
import { appStore } from './app-store/index.ts';
import { azureDevops } from './azure-devops/index.ts';
import { bitbucket } from './bitbucket/index.ts';
import { email } from './email/index.ts';
import { github } from './github/index.ts';
import { githubActions } from './github-actions/index.ts';
import { gitlab } from './gitlab/index.ts';
import { gitlabCi } from './gitlab-ci/index.ts';
import { jenkins } from './jenkins/index.ts';
import { jira } from './jira/index.ts';
import { linear } from './linear/index.ts';
import { playStore } from './play-store/index.ts';
import { slack } from './slack/index.ts';
import { teams } from './teams/index.ts';

/** Every provider, by category, in the order in which a person is offered them. */
export const providers: readonly Provider[] = [
  github,
  gitlab,
  bitbucket,
  appStore,
  playStore,
  jenkins,
  githubActions,
  gitlabCi,
  slack,
  email,
  teams,
  jira,
  linear,
  azureDevops,
];

export function providersOf(category: CategoryName): readonly Provider[] {
  return providers.filter((provider) => provider.category.name === category);
}

/** By its name on the command line, such as `github-actions`. */
export function findProvider(category: CategoryName, name: string): Provider | undefined {
  return providersOf(category).find((provider) => provider.name === name);
}

/** By its type in the database, such as `GITHUB_ACTIONS`. */
export function providerOfType(category: CategoryName, type: string): Provider | undefined {
  return providersOf(category).find((provider) => provider.type === type);
}

/** The provider that the SCM of such a pipeline must be of; undefined: any will do. */
export function neededScm(pipeline: Provider): Provider | undefined {
  return pipeline.scm === undefined ? undefined : findProvider('scm', pipeline.scm);
}
