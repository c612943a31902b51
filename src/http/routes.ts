import { callerRoutes } from './caller-routes.ts';
import { commonRoutes } from './common-routes.ts';
import { integrationRoutes } from './integration-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { openApi } from './openapi/document.ts';
import { openApiRoute } from './openapi/route.ts';
import type { Route } from './route.ts';
import { runRoutes } from './run-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { ticketRoutes } from './ticket-routes.ts';

/** Every operation of the API. */
export function allRoutes(): Route[] {
  const all: Route[] = [
    ...callerRoutes,
    ...integrationRoutes(),
    ...runRoutes(),
    ...messageRoutes(),
    ...ticketRoutes(),
    ...tenantRoutes(),
    ...commonRoutes(),
    openApiRoute(() => openApi(all)),
  ];
  return all;
}
