import type { JsonObject } from '../../core/field.ts';
import { once } from '../../core/once.ts';
import type { Route } from '../route.ts';

/** @param document is asked at the first request */
export function openApiRoute(document: () => JsonObject): Route {
  const made = once(async () => document());
  return {
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Get this document',
    scope: undefined,
    answer: { status: 200, schema: { type: 'object', description: 'OpenAPI 3.1' } },
    handle: async () => ({ body: await made() }),
  };
}
