import { unforeseen } from '../app/unforeseen.ts';
import { AppError, type ErrorCode } from '../core/error.ts';
import type { Json, JsonObject } from '../core/field.ts';
import { isRecord } from '../core/record.ts';
import { IntegrationsError } from '../library/error.ts';
import { hintInApi, inApi } from './api-words.ts';

/** What only a request can be wrong in. */
const ofRequests = {
  MALFORMED: [400, 'The request cannot be read'],
  UNAUTHENTICATED: [401, 'A token is needed'],
  FORBIDDEN: [403, 'The token does not allow this'],
  READ_ONLY: [403, 'This server changes nothing'],
  METHOD_NOT_ALLOWED: [405, 'This method is not allowed here'],
  PRECONDITION_FAILED: [412, 'It was changed meanwhile'],
  TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'A body of this type is not accepted here'],
  MISDIRECTED: [421, 'This server is not that host'],
  PRECONDITION_REQUIRED: [428, 'If-Match is needed'],
  TOO_MANY_REQUESTS: [429, 'Too many requests'],
} as const;

/** The API runs no commands. */
const ofCommands = {
  COMMAND_NOT_RUN: [500, 'A command cannot be run'],
  COMMAND_NOT_FOUND: [500, 'There is no such command'],
} as const;

const ofErrors: Readonly<
  Record<Exclude<ErrorCode, keyof typeof ofCommands>, readonly [status: number, title: string]>
> = {
  INTERNAL: [500, 'Something unexpected happened'],
  DECRYPTION_FAILED: [500, 'A stored credential does not open'],
  DATABASE_UNAVAILABLE: [503, 'The database cannot be reached'],
  SCHEMA_OUTDATED: [503, "The database's tables are of another version"],
  KEY_UNAVAILABLE: [503, 'The encryption key is not at hand'],
  CANCELLED: [503, 'The server is being stopped'],
  UNDECIDED: [503, 'The provider could not be asked'],
  VERIFICATION_FAILED: [422, 'The provider refuses it'],
  CONFLICT: [409, 'It conflicts with what is stored'],
  NOT_FOUND: [404, 'There is no such thing'],
  FAILED: [422, 'The provider was asked to do it, and it was not done'],
  USAGE: [422, 'The request does not fit'],
  VALIDATION: [422, 'A value does not fit'],
};

/** What each code is answered with. */
const answered = { ...ofErrors, ...ofRequests };

export const statuses = { ...answered, ...ofCommands };

export type ProblemCode = keyof typeof statuses;

export const problemCodes = Object.keys(answered) as ProblemCode[];

export const problemType = 'application/problem+json';

interface FieldProblem {
  field: string;
  message: string;
  /** In a manifest's text. */
  line?: number;
  column?: number;
}

/** What is wrong with a request, for whoever sent it; it quotes no value of it. */
export class RequestProblem extends Error {
  readonly code: ProblemCode;
  readonly hint: string | undefined;
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    parts: { hint?: string; errors?: readonly FieldProblem[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = code;
    this.hint = parts.hint;
    this.errors = parts.errors ?? [];
    this.headers = parts.headers ?? {};
  }
}

export interface Problem {
  status: number;
  code: ProblemCode;
  headers: Readonly<Record<string, string>>;
  body: JsonObject;
}

/** Any error as its answer (RFC 9457). What is not foreseen is told by its kind alone. */
export function problemOf(error: unknown, requestId: string, instance: string): Problem {
  const { code, message, hint, errors, details, headers } = partsOf(error);
  const [status, title] = statuses[code];
  return {
    status,
    code,
    headers: { ...(code === 'DATABASE_UNAVAILABLE' || code === 'CANCELLED' ? { 'retry-after': '5' } : {}), ...headers },
    body: {
      type: typeOfProblem(code),
      title,
      status,
      detail: message,
      instance,
      code,
      hint: hint ?? null,
      errors: errors.map((each) => ({ ...each })),
      ...(isRecord(details) && Array.isArray(details['checks']) ? { verification: details as Json } : {}),
      ...(isRecord(details) && typeof details['runId'] === 'string' ? { runId: details['runId'] } : {}),
      requestId,
    },
  };
}

/** Names what went wrong, as RFC 9457 has it. */
export function typeOfProblem(code: ProblemCode): string {
  return `urn:tenant-integrations:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}

interface Parts {
  code: ProblemCode;
  message: string;
  hint: string | undefined;
  errors: readonly FieldProblem[];
  details?: unknown;
  headers?: Readonly<Record<string, string>>;
}

function partsOf(error: unknown): Parts {
  if (error instanceof RequestProblem) return error;
  const known = error instanceof AppError || error instanceof IntegrationsError ? error : unforeseen(error);
  const { code, message, field, details } = known;
  const isOurs = code === 'INTERNAL';
  const detail = inApi(message);
  const errors = manifestProblems(details) ?? (field === undefined ? [] : [{ field, message: detail }]);
  const hint = isOurs ? 'Report it, with the requestId.' : hintFor(code, known.hint);
  return { code, message: detail, hint, errors, details };
}

/** What a server's own trouble needs is done by whoever runs it, by commands. */
function hintFor(code: ProblemCode, hint: string | undefined): string | undefined {
  return hint === undefined || statuses[code][0] >= 500 ? hint : hintInApi(hint);
}

/** What is wrong with a manifest, each with its place. */
function manifestProblems(details: unknown): FieldProblem[] | undefined {
  if (!isRecord(details) || !Array.isArray(details['problems'])) return undefined;
  return details['problems'].filter(isRecord).map(({ key, message, line, column }) => ({
    field: String(key ?? 'manifest'),
    message: inApi(String(message)),
    line: Number(line),
    column: Number(column),
  }));
}

/** Whether a change was refused because what it was to change is no longer as it was read. */
export function isChangedMeanwhile(error: unknown): boolean {
  const isConflict = (error instanceof AppError || error instanceof IntegrationsError) && error.code === 'CONFLICT';
  return isConflict && isRecord(error.details) && ('changed' in error.details || 'by' in error.details);
}
