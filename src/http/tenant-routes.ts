import { categoryList } from '../core/category.ts';
import type { Json } from '../core/field.ts';
import { capital } from '../core/text.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import type { Manifest } from '../library/integration-types.ts';
import type { HistoryEntry, HistoryFilter } from '../library/types.ts';
import { categoryKeys } from '../manifest/keys.ts';
import { itemSchema } from '../manifest/schema.ts';
import { providersOf } from '../providers/index.ts';
import { base } from './integration-routes.ts';
import { bySource } from './integration-schemas.ts';
import { limit, pageAnswer, pageSchema } from './listing.ts';
import { RequestProblem } from './problem.ts';
import type { Call, Route, Schema } from './route.ts';
import { reportAnswer, reportSchema } from './verification-schema.ts';

/** What concerns all integrations of a tenant. */
export function tenantRoutes(): Route[] {
  return [verifyAll, plan, apply, status, history, expiring];
}

const category: Schema = { type: 'string', enum: categoryList.map(({ name }) => name) };
const verificationStatus: Schema = { type: 'string', enum: [...verificationStatuses] };
const textOrNull: Schema = { type: ['string', 'null'] };
const timeOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };
const duration: Schema = { type: 'string', pattern: '^\\d{1,6}[smhd]$', examples: ['24h', '30d'] };

function object(title: string, properties: Schema): Schema {
  return { title, type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

const verifyAll: Route = {
  method: 'POST',
  path: `${base}/verify`,
  operationId: 'verifyIntegrations',
  summary: 'Ask the providers whether the integrations of the tenant work',
  scope: 'verify',
  query: { stale: { ...duration, description: 'Only those that were not verified within it' } },
  answer: { status: 200, schema: reportSchema },
  async handle({ tenant, query, signal }) {
    const { stale } = query;
    return reportAnswer(await tenant.verify({ signal, ...(typeof stale === 'string' ? { stale } : {}) }));
  },
};

const manifest: Schema = {
  title: 'Manifest',
  description: 'What the tenant is to have. A credential is `value:TEXT`, or `keep` for what is stored.',
  type: 'object',
  additionalProperties: false,
  properties: {
    tenant: { type: 'string', minLength: 1, description: 'That of the path, by its id or name; may be absent' },
    ...Object.fromEntries(
      categoryList.map(({ name }) => [
        categoryKeys[name],
        {
          type: 'array',
          items: {
            title: `${capital(name)}Item`,
            type: 'object',
            required: ['type'],
            discriminator: { propertyName: 'type' },
            oneOf: providersOf(name).map((provider) => ({
              ...itemSchema(provider, bySource),
              title: `${provider.name.split('-').map(capital).join('')}Item`,
            })),
          },
        },
      ]),
    ),
  },
};

const manifestTypes = ['application/json', 'application/yaml'] as const;
const prune: Schema = {
  type: 'boolean',
  default: false,
  description: 'Deletes what is stored and not in the manifest, in the categories that it names',
};

const planItem = {
  action: { type: 'string', enum: ['create', 'update', 'delete', 'none'] },
  tenant: { type: 'string' },
  category,
  name: { type: 'string' },
  type: { type: 'string' },
  fields: {
    type: 'array',
    description: 'Of a credential only whether it is `changed` or `unchanged`',
    items: object('PlanField', { name: { type: 'string' }, before: {}, after: {} }),
  },
} satisfies Schema;

const plan: Route = {
  method: 'POST',
  path: `${base}/plan`,
  operationId: 'planManifest',
  summary: 'Show what a manifest would change',
  description:
    'Whether a credential is the one that is stored is told to whoever may write alone: it could be guessed.',
  scope: 'read',
  query: { prune, credentials: { type: 'boolean', default: true, description: 'False compares no credential' } },
  body: { types: manifestTypes, schema: manifest },
  answer: { status: 200, schema: { type: 'array', items: object('PlanItem', planItem) } },
  async handle(call) {
    const credentials = call.query['credentials'] !== false;
    if (credentials && !call.caller.scopes.includes('write')) {
      throw new RequestProblem('FORBIDDEN', 'to compare credentials the scope "write" is needed', {
        hint: 'Ask with ?credentials=false.',
      });
    }
    const options = { prune: call.query['prune'] === true, credentials };
    return { body: (await call.tenant.plan(manifestOf(call), options)) as unknown as Json };
  },
};

const apply: Route = {
  method: 'POST',
  path: `${base}/apply`,
  operationId: 'applyManifest',
  summary: 'Make the stored integrations match a manifest',
  description: 'All of it is stored, or nothing.',
  scope: 'write',
  query: {
    prune,
    maxDelete: { type: 'integer', minimum: 0, default: 10, description: 'With `prune`, refuses to delete more' },
  },
  body: { types: manifestTypes, schema: manifest },
  idempotent: 'by its answer',
  answer: {
    status: 200,
    schema: {
      type: 'array',
      items: object('AppliedItem', { ...planItem, result: { type: 'string', enum: ['done', 'skipped'] } }),
    },
  },
  async handle(call) {
    const { maxDelete } = call.query;
    const options = {
      prune: call.query['prune'] === true,
      ...(typeof maxDelete === 'number' ? { maxDelete } : {}),
    };
    return { body: (await call.tenant.apply(manifestOf(call), options)) as unknown as Json };
  },
};

/** In YAML its text, which says where something is wrong. */
function manifestOf({ body }: Call): string | Manifest {
  return typeof body === 'string' ? body : (body as Manifest);
}

const status: Route = {
  method: 'GET',
  path: `${base}/status`,
  operationId: 'getStatus',
  summary: 'The tenant at a glance: its integrations, and which pipelines can run',
  scope: 'read',
  answer: {
    status: 200,
    schema: object('TenantStatus', {
      tenant: object('TenantName', { id: { type: 'string' }, displayName: { type: 'string' } }),
      integrations: {
        type: 'array',
        items: object('IntegrationStatus', {
          id: { type: 'string' },
          displayName: { type: 'string' },
          category,
          type: { type: 'string' },
          isActive: { type: 'boolean' },
          verificationStatus,
          verificationError: textOrNull,
          lastVerifiedAt: timeOrNull,
          credentialExpiresAt: timeOrNull,
        }),
      },
      pipelines: {
        type: 'array',
        items: object('PipelineStatus', {
          id: { type: 'string' },
          displayName: { type: 'string' },
          canRun: { type: 'boolean' },
          stoppedBy: { type: 'array', items: { type: 'string' } },
        }),
      },
    }),
  },
  handle: async ({ tenant }) => ({ body: (await tenant.status()) as unknown as Json }),
};

const history: Route = {
  method: 'GET',
  path: `${base}/history`,
  operationId: 'listHistory',
  summary: 'Who changed or read what, and when; the newest first',
  scope: 'read',
  query: {
    integrationId: { type: 'string', minLength: 1 },
    category,
    account: { type: 'string', minLength: 1, description: 'Id or e-mail' },
    since: { type: 'string', format: 'date-time' },
    until: { type: 'string', format: 'date-time' },
    limit,
    after: { type: 'string', minLength: 1, description: 'What the last page told as `next`' },
  },
  answer: {
    status: 200,
    headers: ['Link'],
    schema: pageSchema(
      object('HistoryEntry', {
        id: { type: 'string' },
        occurredAt: { type: 'string', format: 'date-time' },
        action: { type: 'string' },
        command: { type: 'string' },
        category: { type: 'string' },
        integrationId: textOrNull,
        displayName: textOrNull,
        fields: { type: 'array', items: { type: 'object' } },
        tenantId: textOrNull,
        tenantName: textOrNull,
        accountId: textOrNull,
        accountName: textOrNull,
        osUser: { type: 'string' },
        host: { type: 'string' },
      }),
    ),
  },
  async handle({ tenant, query, url }) {
    const { since, until, after, limit: size = 50, ...rest } = query;
    const filter = {
      ...rest,
      ...(since === undefined ? {} : { since: dateOf(since, 'since') }),
      ...(until === undefined ? {} : { until: dateOf(until, 'until') }),
      ...(after === undefined ? {} : { after: placeOf(after) }),
      limit: Number(size) + 1,
    } as HistoryFilter;
    const entries: HistoryEntry[] = [];
    for await (const entry of tenant.history(filter)) entries.push(entry);
    const page = entries.slice(0, Number(size));
    const last = entries.length > page.length ? page.at(-1) : undefined;
    return pageAnswer({ items: page as unknown as Json[], next: last ? cursorOf(last) : null }, url);
  },
};

/** @throws RequestProblem */
function dateOf(given: unknown, field: string): Date {
  const date = new Date(String(given));
  if (!Number.isNaN(date.getTime())) return date;
  throw unfit(field, 'must be a time such as 2026-12-31T00:00:00Z');
}

function cursorOf({ id, occurredAt }: HistoryEntry): string {
  return `${occurredAt}.${id}`;
}

/** @throws RequestProblem */
function placeOf(cursor: unknown): { id: string; occurredAt: string } {
  const [, occurredAt, id] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\.([\w-]{1,255})$/.exec(String(cursor)) ?? [];
  if (occurredAt !== undefined && id !== undefined) return { id, occurredAt };
  throw unfit('after', 'must be what the last page gave as next');
}

function unfit(field: string, message: string): RequestProblem {
  return new RequestProblem('VALIDATION', `${field} ${message}`, { errors: [{ field, message }] });
}

const expiring: Route = {
  method: 'GET',
  path: `${base}/expiring`,
  operationId: 'listExpiring',
  summary: 'Credentials that end soon, and those that have ended',
  scope: 'read',
  query: { within: { ...duration, default: '30d' } },
  answer: {
    status: 200,
    schema: {
      type: 'array',
      items: object('ExpiringItem', {
        id: { type: 'string' },
        tenantId: { type: 'string' },
        displayName: { type: 'string' },
        category,
        type: { type: 'string' },
        credentialExpiresAt: { type: 'string', format: 'date-time' },
        daysLeft: { type: 'number' },
        verificationStatus,
        isActive: { type: 'boolean' },
      }),
    },
  },
  async handle({ tenant, query: { within } }) {
    const items = await tenant.expiring(typeof within === 'string' ? { within } : {});
    return { body: items as unknown as Json };
  },
};
