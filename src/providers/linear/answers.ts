import type { AnswerTable } from '../../core/verification.ts';

const sdk = 'https://github.com/linear/linear/blob/master/packages/sdk/src/error.ts';
const rateLimiting = 'https://linear.app/developers/rate-limiting';

/** GraphQL's errors come with 200 and with any refusal alike. */
const any = [200, 400, 401, 403, 404, 422, 429, 500];

const newKey = 'Make a new key in Linear, Settings, Security and access, and store it with "integrations ... rotate".';
const mayRead = 'Give the key Read and Write, on the team.';
const newerVersion = 'Check for a newer version of integrations.';
const later = 'Try again later; linearstatus.com shows longer outages.';

/** What Linear's GraphQL API answers. Its errors have a code, or only a type, in `extensions`. */
export const linearAnswers = {
  'key refused': {
    status: any,
    body: { 'errors.extensions.code': /^AUTHENTICATION_ERROR$/i },
    class: 'INVALID',
    detail: 'Linear does not accept the key; it may have been revoked or have expired, which Linear does not say',
    hint: newKey,
    source: 'imbue-ai/latchkey#56',
  },
  'key refused by its type': {
    status: any,
    body: { 'errors.extensions.type': /^authentication error$/i },
    class: 'INVALID',
    detail: 'Linear does not accept the key',
    hint: newKey,
    source: sdk,
  },
  'key refused without a word': {
    status: 401,
    class: 'INVALID',
    detail: 'Linear does not accept the key, and gives no code',
    hint: newKey,
    source: sdk,
  },
  'requests used up': {
    status: any,
    body: { 'errors.extensions.code': /^RATELIMITED$/i },
    class: 'RATE_LIMITED',
    detail: 'Linear is throttling the key',
    hint: 'Try again later.',
    source: rateLimiting,
  },
  'requests used up by its type': {
    status: any,
    body: { 'errors.extensions.type': /^ratelimited$/i },
    class: 'RATE_LIMITED',
    detail: 'Linear is throttling',
    hint: 'Try again later.',
    source: sdk,
  },
  'query too complex': {
    status: any,
    body: { 'errors.message': /too complex/i },
    class: 'UNREACHABLE',
    detail: 'the query is too complex for Linear',
    hint: newerVersion,
    source: rateLimiting,
  },
  'plan without the feature': {
    status: any,
    body: { 'errors.extensions.type': /^feature not accessible$/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the workspace's plan does not include this",
    hint: 'Ask an administrator of the workspace about its plan.',
    source: sdk,
  },
  'plan used up': {
    status: any,
    body: { 'errors.extensions.type': /^usage limit exceeded$/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the workspace has reached the limit of its plan',
    hint: 'Ask an administrator of the workspace about its plan.',
    source: sdk,
  },
  'key may not do this': {
    status: any,
    body: { 'errors.extensions.type': /^forbidden$/i },
    class: 'INSUFFICIENT',
    detail: 'the key is accepted, but may not read this',
    hint: mayRead,
    source: sdk,
  },
  'forbidden without a word': {
    status: 403,
    body: { errors: /./ },
    class: 'INSUFFICIENT',
    detail: 'Linear does not let the key do this, and gives no code',
    hint: mayRead,
    source: sdk,
  },
  'no such project': {
    status: any,
    body: { 'errors.message': /^entity not found\b.{0,40}\bproject/i },
    class: 'NOT_FOUND',
    detail: 'there is no such project, or the key cannot see it',
    hint: 'Correct --default-project-id, or give the key access to the team.',
    source: 'raycast/extensions#11801',
  },
  'no such team': {
    status: any,
    body: { 'errors.message': /^entity not found/i },
    class: 'NOT_FOUND',
    detail: 'there is no such team, or the key cannot see it',
    hint: 'Correct --team-id, or give the key access to the team.',
    source: 'akhayam99/goodboy#527',
  },
  'input refused': {
    status: any,
    body: { 'errors.extensions.type': /^invalid input$/i },
    class: 'UNREACHABLE',
    detail: 'Linear does not accept the team or the project as written',
    hint: 'Check --team-id and --default-project-id.',
    source: sdk,
  },
  'query refused': {
    status: any,
    body: { 'errors.extensions.code': 'GRAPHQL_VALIDATION_FAILED' },
    class: 'UNREACHABLE',
    detail: "the query no longer fits Linear's schema",
    hint: newerVersion,
    source: 'linear/linear#464',
  },
  'query refused by its type': {
    status: any,
    body: { 'errors.extensions.type': /^graphql error$/i },
    class: 'UNREACHABLE',
    detail: 'Linear cannot read the query',
    hint: newerVersion,
    source: sdk,
  },
  'fault of Linear': {
    status: any,
    body: { 'errors.extensions.type': /^internal error$/i },
    class: 'UNREACHABLE',
    detail: 'Linear has an internal error',
    hint: later,
    source: sdk,
  },
  'lock not had in time': {
    status: any,
    body: { 'errors.extensions.type': /^lock timeout$/i },
    class: 'UNREACHABLE',
    detail: 'something else kept Linear from answering in time',
    hint: later,
    source: sdk,
  },
  'network of Linear': {
    status: any,
    body: { 'errors.extensions.type': /^network error$/i },
    class: 'UNREACHABLE',
    detail: 'Linear cannot reach a part of itself',
    hint: later,
    source: sdk,
  },
  'workspace not ready': {
    status: any,
    body: { 'errors.extensions.type': /^bootstrap error$/i },
    class: 'UNREACHABLE',
    detail: 'Linear has not got the workspace ready yet',
    hint: later,
    source: sdk,
  },
  'user has to act': {
    status: any,
    body: { 'errors.extensions.type': /^user error$/i },
    class: 'UNREACHABLE',
    detail: 'Linear needs the user of the key to do something first',
    hint: 'Sign in to Linear as that user, and look there.',
    source: sdk,
  },
} as const satisfies AnswerTable;
