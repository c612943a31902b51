import { callerRoutes } from './caller-routes.ts';
import { integrationRoutes } from './integration-routes.ts';
import type { Route } from './route.ts';

/** Every operation of the API. */
export function allRoutes(): Route[] {
  return [...callerRoutes, ...integrationRoutes()];
}
