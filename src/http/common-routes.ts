import { categoryList } from '../core/category.ts';
import type { Json } from '../core/field.ts';
import { tenantStore } from '../db/stores/host.ts';
import { limit, pageAnswer, pageSchema } from './listing.ts';
import { providerDescriptions } from './provider-descriptions.ts';
import type { Route, Schema } from './route.ts';

/** What concerns no tenant, or all of them. */
export function commonRoutes(): Route[] {
  return [listTenants, listProviders, health, readiness];
}

const listTenants: Route = {
  method: 'GET',
  path: '/api/v1/tenants',
  operationId: 'listTenants',
  summary: 'The tenants that the token reaches',
  scope: 'read',
  query: { limit, after: { type: 'string', minLength: 1, description: 'The id that the last page ended with' } },
  answer: {
    status: 200,
    headers: ['Link'],
    schema: pageSchema({
      title: 'Tenant',
      type: 'object',
      required: ['id', 'displayName'],
      additionalProperties: false,
      properties: { id: { type: 'string' }, displayName: { type: ['string', 'null'] } },
    }),
  },
  handle: ({ host, caller, query, url }) =>
    host.run('read', async (deps) => {
      const size = Number(query['limit'] ?? 50);
      const after = String(query['after'] ?? '');
      const store = tenantStore((await deps.database()).queries);
      const all = caller.tenantId === 'all' ? await store.list() : await store.find(caller.tenantId);
      const behind = all.filter(({ id }) => id > after && (caller.tenantId === 'all' || id === caller.tenantId));
      const items = behind.slice(0, size).map(({ id, displayName }) => ({ id, displayName }));
      return pageAnswer({ items, next: behind.length > size ? (items.at(-1)?.id ?? null) : null }, url);
    }),
};

const textOrNull: Schema = { type: ['string', 'null'] };
const texts: Schema = { type: 'array', items: { type: 'string' } };

function object(title: string, properties: Schema): Schema {
  return { title, type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

const field = object('FieldDescription', {
  name: { type: 'string' },
  label: { type: 'string' },
  help: { type: 'string' },
  kind: { type: 'string' },
  credential: { type: 'boolean' },
  required: { type: 'boolean', description: 'Needed whatever the others hold' },
  requiredWith: { ...texts, description: 'Needed as soon as one of these is given' },
  requiredUnless: { ...textOrNull, description: 'Needed unless this one is given' },
  asked: { type: 'boolean', description: 'Worth asking for although it is optional' },
  default: {},
  example: textOrNull,
  inWords: {
    type: ['object', 'null'],
    description: 'The words for a list that was never set, and for one with nothing in it',
    required: ['unset', 'empty'],
    additionalProperties: false,
    properties: { unset: { type: 'string' }, empty: { type: 'string' } },
  },
  suggestions: { type: 'array', items: { type: 'object' } },
  references: { type: ['string', 'null'], enum: ['scm', 'target', null] },
  whereToGet: textOrNull,
  permissions: textOrNull,
  madeAt: texts,
});

const listProviders: Route = {
  method: 'GET',
  path: '/api/v1/providers',
  operationId: 'listProviders',
  summary: 'The providers, their fields, and where credentials are made',
  scope: 'read',
  answer: {
    status: 200,
    schema: pageSchema(
      object('ProviderDescription', {
        name: { type: 'string' },
        category: { type: 'string', enum: categoryList.map(({ name }) => name) },
        type: { type: 'string', description: 'As in the database' },
        title: { type: 'string' },
        scm: { ...textOrNull, description: 'The provider that the SCM of such a pipeline must be of; null: any' },
        fields: { type: 'array', items: field },
      }),
    ),
  },
  handle: async () => ({ body: { items: providerDescriptions() as unknown as Json[], next: null } }),
};

const state: Schema = {
  title: 'State',
  type: 'object',
  required: ['status'],
  additionalProperties: false,
  properties: { status: { const: 'ok' } },
};

const health: Route = {
  method: 'GET',
  path: '/healthz',
  operationId: 'getHealth',
  summary: 'Whether the process answers',
  scope: undefined,
  answer: { status: 200, schema: state },
  handle: async () => ({ body: { status: 'ok' } }),
};

const readiness: Route = {
  method: 'GET',
  path: '/readyz',
  operationId: 'getReadiness',
  summary: 'Whether the database and the key are at hand',
  scope: undefined,
  answer: { status: 200, schema: state },
  handle: ({ host }) =>
    host.run('read', async (deps) => {
      const { queries } = await deps.database();
      await queries.raw('SELECT 1');
      await deps.openers();
      return { body: { status: 'ok' } };
    }),
};
