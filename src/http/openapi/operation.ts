import type { JsonObject } from '../../core/field.ts';
import { keyPattern } from '../idempotency.ts';
import type { Route, Schema } from '../route.ts';
import type { Components } from './components.ts';
import { exampleOf } from './example.ts';
import { headersNamed } from './headers.ts';
import { problemReference, problemStatuses } from './problems.ts';
import { tagOf } from './tags.ts';

/** A route as OpenAPI describes it. */
export function operationOf(route: Route, components: Components): JsonObject {
  const { operationId, summary, scope, body } = route;
  const parameters = parametersOf(route, components);
  return {
    tags: [tagOf(route)],
    operationId,
    summary,
    description: descriptionOf(route),
    security: scope === undefined ? [] : [{ token: [scope] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: requestBodyOf(body, components) } : {}),
    responses: Object.fromEntries([
      [String(route.answer.status), answerOf(route, components)],
      ...problemStatuses(route).map((status) => [String(status), problemReference(status)]),
    ]),
  };
}

function descriptionOf({ description, scope }: Route): string {
  const needs = scope === undefined ? 'Anybody may ask.' : `Needs a token with the scope \`${scope}\`.`;
  return description === undefined ? needs : `${description}\n\n${needs}`;
}

/** What any operation may have. */
export const parameters: JsonObject = {
  tenantId: {
    name: 'tenantId',
    in: 'path',
    required: true,
    description: 'The id of the tenant. Its name is not taken.',
    schema: { type: 'string', minLength: 1 },
    example: '0193f6bf-1c7e-7d40-8a5f-6b1d9e2c4a70',
  },
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id of the integration. Its name is not taken.',
    schema: { type: 'string', minLength: 1 },
    example: 'scm_0193f6c017ad7b2f9c3e5d8a1b4f6e20',
  },
  runId: {
    name: 'runId',
    in: 'path',
    required: true,
    description: 'The id of a run, as it was answered where it was started',
    schema: { type: 'string', minLength: 1 },
    example: 'run_0193f6c21ad97c4e8b6f3a5d7e9c1b20',
  },
  ifMatch: ifMatch('Changes it only while it is the version of this ETag (412 otherwise).', false),
  ifMatchNeeded: ifMatch('The ETag that GET answered with, or `*` for whatever is stored.', true),
  idempotencyKey: idempotencyKey(
    'The same request with the same key and the same token gets the same answer within 24 hours, and nothing is done',
    'twice. Another request with it is refused (422), and while the first one is still under way so is a repeated one',
    '(409). Only what succeeded is kept: where the answer was a problem, the key is free again, for the same request or',
    'for another one.',
  ),
  idempotencyKeyOfRun: idempotencyKey(
    'It stands for what is started for good: the same request with the same key and the same token starts nothing',
    'again, and is answered as things are by then. Another request with it is refused (422). It does not count where the',
    'body has a `key`, which is for all callers.',
  ),
};

function idempotencyKey(...description: readonly string[]): JsonObject {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    description: [
      'A text of your own that is new for each thing to do. It counts for your token alone.',
      ...description,
    ].join(' '),
    schema: { type: 'string', pattern: keyPattern },
    example: 'release-2026.11-scm',
  };
}

function ifMatch(description: string, required: boolean): JsonObject {
  const schema = { type: 'string', minLength: 1 };
  return { name: 'If-Match', in: 'header', required, description, schema, example: '"q83vEjRWeJq83vEjRWeJqw"' };
}

function parametersOf(route: Route, components: Components): JsonObject[] {
  const named = (name: string) => {
    if (!Object.hasOwn(parameters, name)) throw new Error(`no parameter is called ${name}`);
    return { $ref: `#/components/parameters/${name}` };
  };
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => named(name));
  const inQuery = Object.entries(route.query ?? {}).map(([name, schema]) => ({
    ...queryParameter(name, schema, components),
    ...(route.queryNeeded?.includes(name) ? { required: true } : {}),
  }));
  return [
    ...inPath,
    ...inQuery,
    ...(route.ifMatch ? [named(route.ifMatch === 'needed' ? 'ifMatchNeeded' : 'ifMatch')] : []),
    ...(route.idempotent ? [named(route.idempotent === 'by its run' ? 'idempotencyKeyOfRun' : 'idempotencyKey')] : []),
  ];
}

function queryParameter(name: string, { description, ...schema }: Schema, components: Components): JsonObject {
  const told = description === undefined ? {} : { description };
  return { name, in: 'query', ...told, schema: components.refer(schema) };
}

function requestBodyOf({ types, schema }: NonNullable<Route['body']>, components: Components): JsonObject {
  const examples = examplesOf(schema);
  const content = { schema: components.refer(schema), ...(examples ? { examples } : {}) };
  return { required: true, content: Object.fromEntries(types.map((type) => [type, content])) };
}

/** One of each provider, where the body is of one of them. */
function examplesOf({ oneOf }: Schema): JsonObject | undefined {
  if (oneOf === undefined) return undefined;
  const examples = (oneOf as Schema[]).map((schema) => [String(schema['title']), { value: exampleOf(schema) }]);
  return Object.fromEntries(examples) as JsonObject;
}

const done: Readonly<Record<Route['answer']['status'], string>> = {
  200: 'Done',
  201: 'It is made',
  202: 'It has begun; ask at Location how it goes on',
  204: 'Done; there is nothing to tell',
};

function answerOf({ answer, idempotent }: Route, components: Components): JsonObject {
  const { status, schema, headers = [] } = answer;
  return {
    description: done[status],
    headers: headersNamed(
      ...headers,
      ...(idempotent === 'by its answer' ? ['Idempotency-Replayed'] : []),
      'X-Request-Id',
    ),
    ...(schema
      ? { content: { 'application/json': { schema: components.refer(schema), example: exampleOf(schema) } } }
      : {}),
  };
}
