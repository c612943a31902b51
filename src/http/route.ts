import type { AccessScope } from '../core/access-token.ts';
import type { Category } from '../core/category.ts';
import type { Json, JsonObject } from '../core/field.ts';
import type { BuildCalls } from '../library/builds.ts';
import type { AnyCalls } from '../library/category.ts';
import type { Host } from '../library/host.ts';
import type { MessageCalls } from '../library/messages.ts';
import type { CallsOfAll } from '../library/tenant.ts';
import type { TicketCalls } from '../library/tickets.ts';
import type { Page, PipelineFilter } from '../library/types.ts';
import type { Caller } from './authenticate.ts';

/** A JSON Schema of draft 2020-12. One with a `title` is a type that clients have by that name. */
export type Schema = JsonObject;

/**
 * An operation of the API as data: the router and the OpenAPI document are both made of it.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As OpenAPI writes it: `/api/v1/{tenantId}/integrations/scm/{id}`. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  /** What the caller must be allowed; undefined where anybody may ask. */
  scope: AccessScope | undefined;
  /** By name; others are refused. Values are read as their schemas say: numbers, `true` and `false`. */
  query?: Readonly<Record<string, Schema>>;
  /** Those of them that have to be there. */
  queryNeeded?: readonly string[];
  body?: { types: readonly string[]; schema: Schema };
  /** Takes an `If-Match`, or needs one. */
  ifMatch?: 'taken' | 'needed';
  /** Takes an `Idempotency-Key`: its answer is kept and told again, or what was started under it is known by its run. */
  idempotent?: 'by its answer' | 'by its run';
  answer: {
    status: 200 | 201 | 202 | 204;
    /** Absent where there is no body. */
    schema?: Schema;
    /** What it has beside the usual headers. */
    headers?: readonly ('ETag' | 'Location' | 'Link' | 'Idempotency-Replayed')[];
  };
  handle(call: Call): Promise<Answer>;
}

/** A request, read and allowed. */
export interface Call {
  caller: Caller;
  /** Acts as the caller. */
  host: Host;
  /** By name, those of the path. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  /** As its schema has it; of a manifest in YAML the text. */
  body: unknown;
  /** The version that `If-Match` names; undefined where it is absent or `*`. */
  ifMatch: string | undefined;
  /** The `Idempotency-Key`, where a run is known by it. */
  idempotencyKey: string | undefined;
  /** Ends what waits for a provider. */
  signal: AbortSignal;
  /** The integrations of the tenant of the path, named by ids alone. @throws where the path names no tenant */
  readonly tenant: TenantDoor;
  /** The path and query of this request, as they were sent. */
  url: URL;
}

/** The integrations of the tenant that a path names. */
export interface TenantDoor extends CallsOfAll {
  id: string;
  builds: BuildCalls;
  messages: MessageCalls;
  tickets: TicketCalls;
  category(category: Category): AnyCalls;
  /** The one of this id. @throws AppError NOT_FOUND */
  row(category: Category, id: string): Promise<JsonObject>;
  page(category: Category, filter: PipelineFilter): Promise<Page<JsonObject>>;
}

export interface Answer {
  body?: Json;
  headers?: Readonly<Record<string, string>>;
  /** What came of it is not known yet: whoever sends it again under its key asks anew. */
  isUnsettled?: boolean;
}
