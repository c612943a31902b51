import type { BuildActions } from './builds.ts';

/** What can be done at a provider, by kind. */
export interface Actions {
  build?: BuildActions;
}
