import { runCategories } from '../app/runs/present.ts';
import type { Json } from '../core/field.ts';
import type { BuildRequest, PageFilter, RunFilter } from '../library/types.ts';
import { base, json } from './integration-routes.ts';
import { limit, pageAnswer, pageSchema } from './listing.ts';
import type { Answer, Call, Route } from './route.ts';
import { keyOfRun, underHeader } from './run-key.ts';
import { afterRun, askedBuildSchema, buildRequestSchema, buildSchema, runSchema } from './run-schemas.ts';

/** What is started at providers, and what became of it. What asks a provider needs the scope `use`; what is stored is read. */
export function runRoutes(): Route[] {
  return [listRuns, listBuilds, triggerBuild, getBuild, cancelBuild];
}

const builds = `${base}/pipelines/{id}/runs`;

const listRuns: Route = {
  method: 'GET',
  path: `${base}/runs`,
  operationId: 'listRuns',
  summary: 'List what was started, sent and created, and what became of it',
  description: 'As it was seen last; the newest first. A build is asked for where it is got by its id.',
  scope: 'read',
  query: { category: { type: 'string', enum: [...runCategories] }, limit, after: afterRun },
  answer: { status: 200, schema: pageSchema(runSchema), headers: ['Link'] },
  handle: ({ tenant, query, url }) => pageOf(query, url, (filter: RunFilter) => tenant.runs(filter)),
};

const listBuilds: Route = {
  method: 'GET',
  path: builds,
  operationId: 'listBuilds',
  summary: 'List the builds of a pipeline',
  description: 'As they were seen last; the newest first. One is asked for where it is got by its id.',
  scope: 'read',
  query: { limit, after: afterRun },
  answer: { status: 200, schema: pageSchema(buildSchema), headers: ['Link'] },
  handle: ({ tenant, params: { id = '' }, query, url }) =>
    pageOf(query, url, (filter: PageFilter) => tenant.builds.list(id, filter)),
};

async function pageOf<Filter extends PageFilter, Item extends { runId: string }>(
  query: Call['query'],
  url: URL,
  list: (filter: Filter) => AsyncIterable<Item>,
): Promise<Answer> {
  const size = Number(query['limit'] ?? 50);
  const items: Item[] = [];
  for await (const item of list({ ...query, limit: size + 1 } as Filter)) items.push(item);
  const page = items.slice(0, size);
  const next = items.length > size ? (page.at(-1)?.runId ?? null) : null;
  return pageAnswer({ items: page as unknown as Json[], next }, url);
}

const triggerBuild: Route = {
  method: 'POST',
  path: builds,
  operationId: 'triggerBuild',
  summary: 'Start a build of a pipeline, once',
  description: [
    'What the build gets is compared with the parameters of the job first. The state `unknown` says that its provider did',
    'not tell whether it was started: it is looked up, and never sent again. Until its fate is known, another one is',
    'refused (409). A `key` in the body, or else the Idempotency-Key, stands for the build for good: asked for once more it',
    'is answered as it is by then. This server does not watch it: ask at Location.',
  ].join('\n'),
  scope: 'use',
  body: { types: json, schema: buildRequestSchema },
  idempotent: 'by its run',
  answer: { status: 202, schema: buildSchema, headers: ['Location', 'Idempotency-Replayed'] },
  async handle({ tenant, params: { id = '' }, body, idempotencyKey, caller, signal, url }) {
    const request = body as BuildRequest;
    const isNamed = request.key !== undefined || idempotencyKey === undefined;
    const { build, isRepeat } = isNamed
      ? await tenant.builds.trigger(id, request, { signal })
      : await underHeader(
          tenant.builds.trigger(id, { ...request, key: keyOfRun(idempotencyKey) }, { signal }, caller.id),
        );
    const replayed = isRepeat ? { 'idempotency-replayed': 'true' } : {};
    return {
      body: build as unknown as Json,
      headers: { location: `${url.pathname}/${build.runId}`, ...replayed },
    };
  },
};

const getBuild: Route = {
  method: 'GET',
  path: `${builds}/{runId}`,
  operationId: 'getBuild',
  summary: 'Get a build; its provider is asked for one that is open',
  scope: 'use',
  answer: { status: 200, schema: askedBuildSchema },
  async handle({ tenant, params, signal }) {
    return { body: (await tenant.builds.get(buildIn(params), { signal })) as unknown as Json };
  },
};

const cancelBuild: Route = {
  method: 'POST',
  path: `${builds}/{runId}/cancel`,
  operationId: 'cancelBuild',
  summary: 'Ask for the end of a build',
  description: 'A provider may take its time, or let it go on: ask at Location. One that has ended is refused (409).',
  scope: 'use',
  answer: { status: 202, schema: buildSchema, headers: ['Location'] },
  async handle({ tenant, params, signal, url }) {
    const build = await tenant.builds.cancel(buildIn(params), { signal }, { patiently: false });
    return { body: build as unknown as Json, headers: { location: url.pathname.replace(/\/cancel$/, '') } };
  },
};

function buildIn({ id = '', runId = '' }: Call['params']) {
  return { runId, pipelineId: id };
}
