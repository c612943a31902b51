import { type Category, categoryList } from '../core/category.ts';
import type { Json, JsonObject } from '../core/field.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import { versionOf } from '../library/version.ts';
import { categoryKeys } from '../manifest/keys.ts';
import { integrationSchema, newSchema, typeOf } from './integration-schemas.ts';
import type { Answer, Call, Route } from './route.ts';

export const base = '/api/v1/{tenantId}/integrations';

export const json = ['application/json'] as const;

/** What every category has. */
export function integrationRoutes(): Route[] {
  return categoryList.flatMap((category) => {
    const names = namesOf(category);
    const path = `${base}/${categoryKeys[category.name]}`;
    return [listRoute(category, names, path), createRoute(category, names, path), getRoute(category, names, path)];
  });
}

/** What a category is called in operation ids, and in sentences. */
interface Names {
  one: string;
  many: string;
  noun: string;
}

function namesOf({ name, noun }: Category): Names {
  const key = categoryKeys[name];
  return { one: capitalized(name), many: capitalized(key === name ? `${key}Integrations` : key), noun };
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function listRoute(category: Category, { many, noun }: Names, path: string): Route {
  const item = integrationSchema(category);
  return {
    method: 'GET',
    path,
    operationId: `list${many}`,
    summary: `List the ${noun}s of the tenant`,
    description: 'In the order of their ids, a page at a time. The command line prints a bare array.',
    scope: 'read',
    query: {
      type: typeOf(category),
      status: { type: 'string', enum: [...verificationStatuses] },
      active: { type: 'boolean' },
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
      after: { type: 'string', minLength: 1, description: 'The id that the last page ended with' },
    },
    answer: { status: 200, schema: pageSchema(item), headers: ['Link'] },
    async handle({ tenant, query, url }) {
      const page = await tenant.category(category).page(query);
      return pageAnswer(page, url);
    },
  };
}

function pageSchema(items: JsonObject): JsonObject {
  return {
    type: 'object',
    required: ['items', 'next'],
    additionalProperties: false,
    properties: {
      items: { type: 'array', items },
      next: { type: ['string', 'null'], description: 'What `after` takes for the next page; null on the last one' },
    },
  };
}

function pageAnswer({ items, next }: { items: Json[]; next: string | null }, url: URL): Answer {
  if (next === null) return { body: { items, next } };
  const another = new URL(url);
  another.searchParams.set('after', next);
  return { body: { items, next }, headers: { link: `<${another.pathname}${another.search}>; rel="next"` } };
}

function createRoute(category: Category, { one, noun }: Names, path: string): Route {
  return {
    method: 'POST',
    path,
    operationId: `create${one}`,
    summary: `Create a ${noun}`,
    scope: 'write',
    query: {
      verify: {
        type: 'boolean',
        description: 'Asks the provider first, and stores nothing that it refuses (422, VERIFICATION_FAILED)',
      },
    },
    body: { types: json, schema: newSchema(category) },
    idempotent: true,
    answer: { status: 201, schema: integrationSchema(category), headers: ['ETag', 'Location'] },
    async handle({ tenant, query, body, signal, url }) {
      const verify = query['verify'] === true;
      const made = await tenant.category(category).create(body as JsonObject, { verify, signal });
      const { body: told, headers } = answerWith(made);
      return { body: told ?? null, headers: { ...headers, location: `${url.pathname}/${String(made['id'])}` } };
    },
  };
}

function getRoute(category: Category, { one, noun }: Names, path: string): Route {
  return {
    method: 'GET',
    path: `${path}/{id}`,
    operationId: `get${one}`,
    summary: `Get a ${noun}`,
    scope: 'read',
    answer: { status: 200, schema: integrationSchema(category), headers: ['ETag'] },
    handle: async ({ tenant, params }) => answerWith(await tenant.category(category).get(idOf(params))),
  };
}

function answerWith(integration: JsonObject): Answer {
  return { body: integration, headers: { etag: `"${versionOf(integration)}"` } };
}

function idOf({ id = '' }: Call['params']): string {
  return id;
}
