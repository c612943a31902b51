import { accessScopes } from '../core/access-token.ts';
import type { Route } from './route.ts';

/** What a token tells of itself, so that nothing is offered that it does not allow. */
export const callerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/token',
    operationId: 'getToken',
    summary: 'Get what the token of this request allows',
    scope: 'read',
    answer: {
      status: 200,
      schema: {
        title: 'Token',
        type: 'object',
        required: ['id', 'tenantId', 'scopes'],
        additionalProperties: false,
        properties: {
          id: { type: 'string' },
          tenantId: { type: ['string', 'null'], description: 'Null where it is for all tenants' },
          scopes: { type: 'array', items: { type: 'string', enum: [...accessScopes] } },
        },
      },
    },
    handle: async ({ caller: { id, tenantId, scopes } }) => ({
      body: { id, tenantId: tenantId === 'all' ? null : tenantId, scopes: [...scopes] },
    }),
  },
];
