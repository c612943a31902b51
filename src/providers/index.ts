import type { CategoryName } from '../core/category.ts';
import type { Provider } from '../core/provider.ts';
import { email } from './communication/email.ts';
import { slack } from './communication/slack.ts';
import { teams } from './communication/teams.ts';
import { githubActions } from './pipeline/github-actions.ts';
import { gitlabCi } from './pipeline/gitlab-ci.ts';
import { jenkins } from './pipeline/jenkins.ts';
import { bitbucket } from './scm/bitbucket.ts';
import { github } from './scm/github.ts';
import { gitlab } from './scm/gitlab.ts';
import { appStore } from './target/app-store.ts';
import { playStore } from './target/play-store.ts';
import { azureDevops } from './ticket/azure-devops.ts';
import { jira } from './ticket/jira.ts';
import { linear } from './ticket/linear.ts';

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
