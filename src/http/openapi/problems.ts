import type { JsonObject } from '../../core/field.ts';
import { type ProblemCode, problemCodes, problemType, statuses, typeOfProblem } from '../problem.ts';
import type { Route, Schema } from '../route.ts';
import type { Components } from './components.ts';
import { headersNamed } from './headers.ts';

/** The statuses of the problems that a route may answer with, in their order. */
export function problemStatuses(route: Route): number[] {
  return [...new Set(codesOf(route).map((code) => statuses[code][0]))].sort((a, b) => a - b);
}

function codesOf({ path, scope, body, ifMatch }: Route): ProblemCode[] {
  return [
    'MISDIRECTED',
    // A query that it does not know.
    'VALIDATION',
    'INTERNAL',
    'CANCELLED',
    ...when(scope !== undefined, 'UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_REQUESTS', 'DATABASE_UNAVAILABLE'),
    ...when(path.includes('{'), 'NOT_FOUND'),
    ...when(body !== undefined, 'MALFORMED', 'TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'),
    ...when(scope !== undefined && scope !== 'read', 'CONFLICT'),
    ...when(ifMatch !== undefined, 'PRECONDITION_FAILED'),
    ...when(ifMatch === 'needed', 'PRECONDITION_REQUIRED'),
  ];
}

function when(holds: boolean, ...codes: ProblemCode[]): ProblemCode[] {
  return holds ? codes : [];
}

/** The answers with problems, by their statuses. */
export function problemResponses(components: Components): JsonObject {
  const all = [...new Set(problemCodes.map((code) => statuses[code][0]))].sort((a, b) => a - b);
  return Object.fromEntries(all.map((status) => [nameOf(status), responseOf(status, components)]));
}

export function problemReference(status: number): JsonObject {
  return { $ref: `#/components/responses/${nameOf(status)}` };
}

function nameOf(status: number): string {
  return `Problem${status}`;
}

function responseOf(status: number, components: Components): JsonObject {
  const codes = problemCodes.filter((code) => statuses[code][0] === status);
  return {
    description: codes.map((code) => `${statuses[code][1]} (\`${code}\`)`).join('. '),
    headers: headersNamed(...(headersOf[status] ?? []), 'X-Request-Id'),
    content: {
      [problemType]: { schema: components.refer(schemaOf(status, codes)), example: exampleOf(codes[0] as ProblemCode) },
    },
  };
}

const headersOf: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
  409: ['Retry-After'],
  415: ['Accept'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

function schemaOf(status: number, codes: readonly ProblemCode[]): Schema {
  const properties: Schema = {
    type: { type: 'string', enum: codes.map(typeOfProblem) },
    title: { type: 'string', description: 'What the code means, in words' },
    status: { const: status },
    detail: { type: 'string', description: 'What is wrong with this request. It quotes no value of it.' },
    instance: { type: 'string', description: 'Names this occurrence' },
    code: { type: 'string', enum: [...codes], description: 'What programs should look at' },
    hint: { type: ['string', 'null'], description: 'What to do next' },
    errors: { type: 'array', items: fieldProblem, description: 'What does not fit, by field; may be empty' },
    requestId: { type: 'string', description: 'That of X-Request-Id: the server logs the request under it' },
  };
  const required = Object.keys(properties);
  const more: Schema = {
    ...(codes.includes('VERIFICATION_FAILED') ? { verification } : {}),
    ...(codes.some((code) => ofRuns.includes(code)) ? { runId } : {}),
  };
  return {
    title: nameOf(status),
    type: 'object',
    required,
    additionalProperties: false,
    properties: { ...properties, ...more },
  };
}

const fieldProblem: Schema = {
  title: 'FieldProblem',
  type: 'object',
  required: ['field', 'message'],
  additionalProperties: false,
  properties: {
    field: { type: 'string', description: 'The key, the parameter or the header that it is about' },
    message: { type: 'string' },
    line: { type: 'integer', description: 'In the text of a manifest' },
    column: { type: 'integer', description: 'In the text of a manifest' },
  },
};

const verification: Schema = {
  title: 'Refusal',
  description: 'What the provider refused, where the code is VERIFICATION_FAILED',
  type: 'object',
  required: ['outcome', 'errorCode', 'checks'],
  additionalProperties: false,
  properties: {
    outcome: { type: 'string', enum: ['invalid', 'expired'] },
    errorCode: { type: ['string', 'null'] },
    checks: { type: 'array', items: { type: 'object' } },
  },
};

const ofRuns: readonly ProblemCode[] = ['CONFLICT', 'FAILED', 'UNDECIDED'];

const runId: Schema = { type: 'string', description: 'The run that it is about, where it is about one' };

function exampleOf(code: ProblemCode): JsonObject {
  const [status, title] = statuses[code];
  const requestId = '0193f6c1-7a52-7c1e-9d6b-2f4a8e0c5b31';
  const instance = `urn:uuid:${requestId}`;
  const parts = { detail: title.toLowerCase(), instance, code, hint: null, errors: [], requestId };
  return { type: typeOfProblem(code), title, status, ...parts };
}
