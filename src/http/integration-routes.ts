import { keysOf } from '../app/present.ts';
import { type Category, categories, categoryList } from '../core/category.ts';
import type { JsonObject } from '../core/field.ts';
import { isLink, links } from '../core/links.ts';
import { capital } from '../core/text.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import type { PipelineFilter } from '../library/types.ts';
import { versionOf } from '../library/version.ts';
import { categoryKeys } from '../manifest/keys.ts';
import {
  afterSchema,
  changesSchema,
  integrationSchema,
  newSchema,
  rotationSchema,
  typeOf,
} from './integration-schemas.ts';
import { fieldsAsked, keeping, limit, pageAnswer, pageSchema } from './listing.ts';
import { entityTag } from './precondition.ts';
import type { Answer, Call, Route, Schema } from './route.ts';
import { reportAnswer, reportSchema } from './verification-schema.ts';

export const base = '/api/v1/{tenantId}/integrations';

export const json = ['application/json'] as const;
const mergePatch = ['application/merge-patch+json', 'application/json'] as const;

/** What there is of each category. */
export function integrationRoutes(): Route[] {
  return categoryList.flatMap((category) => {
    const place = placeOf(category);
    return [
      listRoute(place),
      createRoute(place),
      getRoute(place),
      updateRoute(place),
      removeRoute(place),
      rotateRoute(place),
      verifyRoute(place),
    ];
  });
}

interface Place {
  category: Category;
  /** As it stands in operation ids: `ScmIntegration`. */
  name: string;
  /** With its article. */
  noun: string;
  path: string;
  answer: Schema;
}

function placeOf(category: Category): Place {
  const { name } = category;
  const noun = category.noun.replace(/^scm/, 'SCM');
  const path = `${base}/${categoryKeys[name]}`;
  return {
    category,
    name: `${capital(name)}Integration`,
    noun: `${name === 'scm' ? 'an' : 'a'} ${noun}`,
    path,
    answer: integrationSchema(category),
  };
}

function listRoute({ category, name, path, answer }: Place): Route {
  const isPipeline = category.name === 'pipeline';
  const known = [...keysOf(category), ...(isPipeline ? links : [])];
  return {
    method: 'GET',
    path,
    operationId: `list${name}s`,
    summary: `List the ${category.noun.replace(/^scm/, 'SCM')}s of the tenant`,
    description: 'In the order of their ids, a page at a time. The command line prints a bare array.',
    scope: 'read',
    query: {
      type: typeOf(category),
      status: { type: 'string', enum: [...verificationStatuses] },
      active: { type: 'boolean' },
      name: { type: 'string', minLength: 1, description: 'The one of this name' },
      fields: fieldsAsked,
      ...(isPipeline ? { include: includeSchema } : {}),
      limit,
      after: afterSchema(category),
    },
    answer: { status: 200, schema: pageSchema(isPipeline ? withLinks(answer) : answer), headers: ['Link'] },
    async handle({ tenant, query, url }) {
      const { fields, include, ...filter } = query;
      const kept = keeping(fields, known);
      const named = typeof include === 'string' ? include.split(',').filter(isLink) : [];
      const wanted: PipelineFilter = { ...filter, include: named };
      const { items, next } = await tenant.page(category, wanted);
      return pageAnswer({ items: items.map(kept), next }, url);
    },
  };
}

const includeSchema: Schema = {
  type: 'string',
  enum: ['scm', 'target', 'scm,target', 'target,scm'],
  description: 'What each pipeline uses, beside its ids',
};

/** A pipeline, and with `include` what it uses. */
function withLinks({ oneOf, ...rest }: Schema): Schema {
  const linked: Schema = {};
  for (const link of links) linked[link] = { oneOf: [integrationSchema(categories[link]), { type: 'null' }] };
  const schemas = (oneOf as Schema[]).map((schema) => ({
    ...schema,
    title: `Listed${String(schema['title'])}`,
    properties: { ...(schema['properties'] as Schema), ...linked },
  }));
  return { ...rest, title: `Listed${String(rest['title'])}`, oneOf: schemas };
}

const verifying: Schema = {
  type: 'boolean',
  description:
    'Asks the provider first, and stores nothing that it refuses (422, VERIFICATION_FAILED). What it leaves open is stored as NOT_VERIFIED.',
};

function createRoute({ category, name, noun, path, answer }: Place): Route {
  return {
    method: 'POST',
    path,
    operationId: `create${name}`,
    summary: `Create ${noun}`,
    scope: 'write',
    query: { verify: { ...verifying, default: false } },
    body: { types: json, schema: newSchema(category) },
    idempotent: 'by its answer',
    answer: { status: 201, schema: answer, headers: ['ETag', 'Location'] },
    async handle({ tenant, query, body, signal, url }) {
      const verify = query['verify'] === true;
      const made = await tenant.category(category).create(body as JsonObject, { verify, signal });
      const { headers } = told(made);
      return { body: made, headers: { ...headers, location: `${url.pathname}/${String(made['id'])}` } };
    },
  };
}

function getRoute({ category, name, noun, path, answer }: Place): Route {
  const known = keysOf(category);
  return {
    method: 'GET',
    path: `${path}/{id}`,
    operationId: `get${name}`,
    summary: `Get ${noun}`,
    description:
      'Of its credentials whether they are set. The ETag is another one after each change that somebody makes.',
    scope: 'read',
    query: { fields: fieldsAsked },
    answer: { status: 200, schema: answer, headers: ['ETag'] },
    async handle({ tenant, params, query }) {
      const kept = keeping(query['fields'], known);
      const { body, headers = {} } = told(await tenant.row(category, idOf(params)));
      return { body: kept(body), headers };
    },
  };
}

function updateRoute({ category, name, noun, path, answer }: Place): Route {
  return {
    method: 'PATCH',
    path: `${path}/{id}`,
    operationId: `update${name}`,
    summary: `Change ${noun}`,
    description: 'A merge patch (RFC 7396): what is absent stays as it is, null empties an optional field.',
    scope: 'write',
    query: { verify: { ...verifying, default: false } },
    body: { types: mergePatch, schema: changesSchema(category) },
    ifMatch: 'needed',
    answer: { status: 200, schema: answer, headers: ['ETag'] },
    async handle({ tenant, params, query, body, ifMatch, signal }) {
      const verify = query['verify'] === true;
      const options = { verify, signal, ...(ifMatch === undefined ? {} : { ifMatch }) };
      return told(await tenant.category(category).update(idOf(params), body as JsonObject, options));
    },
  };
}

function rotateRoute({ category, name, noun, path, answer }: Place): Route {
  return {
    method: 'POST',
    path: `${path}/{id}/rotate`,
    operationId: `rotate${name}`,
    summary: `Replace the credentials of ${noun}`,
    description: 'The provider is asked about the new ones first: where it does not accept them, the old ones stay.',
    scope: 'write',
    query: { verify: { type: 'boolean', default: true, description: 'False stores them without asking' } },
    body: { types: json, schema: rotationSchema(category) },
    ifMatch: 'taken',
    idempotent: 'by its answer',
    answer: { status: 200, schema: answer, headers: ['ETag'] },
    async handle({ tenant, params, query, body, ifMatch, signal }) {
      const verify = query['verify'] !== false;
      const options = { verify, signal, ...(ifMatch === undefined ? {} : { ifMatch }) };
      return told(await tenant.category(category).rotate(idOf(params), body as JsonObject, options));
    },
  };
}

function removeRoute({ category, name, noun, path }: Place): Route {
  return {
    method: 'DELETE',
    path: `${path}/{id}`,
    operationId: `remove${name}`,
    summary: `Remove ${noun}`,
    description: 'Refused while a pipeline uses it (409), unless `cascade` removes those pipelines too.',
    scope: 'write',
    query: { cascade: { type: 'boolean', default: false } },
    ifMatch: 'needed',
    answer: { status: 204 },
    async handle({ tenant, params, query, ifMatch }) {
      const cascade = query['cascade'] === true;
      await tenant.category(category).remove(idOf(params), { cascade, ...(ifMatch === undefined ? {} : { ifMatch }) });
      return {};
    },
  };
}

function verifyRoute({ category, name, noun, path }: Place): Route {
  return {
    method: 'POST',
    path: `${path}/{id}/verify`,
    operationId: `verify${name}`,
    summary: `Ask the provider whether ${noun} works`,
    description: 'What it decides is stored. One that is refused is a successful call too: 200, with the reason.',
    scope: 'verify',
    answer: { status: 200, schema: reportSchema },
    async handle({ tenant, params, signal }) {
      return reportAnswer(await tenant.category(category).verify(idOf(params), { signal }));
    },
  };
}

function told(integration: JsonObject): Answer & { body: JsonObject } {
  return { body: integration, headers: { etag: entityTag(versionOf(integration)) } };
}

function idOf({ id = '' }: Call['params']): string {
  return id;
}
