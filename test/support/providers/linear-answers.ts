import type { ErrorClass } from '../../../src/core/verification.ts';
import type { linearAnswers } from '../../../src/providers/linear/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';

function says(status: number, message: string, extensions: Record<string, unknown>, errorClass: ErrorClass): Example {
  return { answer: { status, json: { errors: [{ message, extensions }], data: null } }, class: errorClass };
}

/** Of a type alone, as older answers have it. */
const typed = (type: string, errorClass: ErrorClass) => says(200, 'Something went wrong', { type }, errorClass);

const input = { type: 'invalid input', code: 'INPUT_ERROR', statusCode: 400, userError: true };

export const linearExamples: Examples<typeof linearAnswers> = {
  'key refused': says(
    401,
    'Authentication required, not authenticated',
    { type: 'authentication error', code: 'AUTHENTICATION_ERROR', statusCode: 401, userError: true },
    'INVALID',
  ),
  'key refused by its type': typed('authentication error', 'INVALID'),
  'key refused without a word': { answer: { status: 401, json: {} }, class: 'INVALID' },
  'requests used up': says(
    400,
    'Rate limit exceeded. Only 5000 requests are allowed per 1 hour.',
    { type: 'ratelimited', code: 'RATELIMITED', statusCode: 429, userError: true },
    'RATE_LIMITED',
  ),
  'requests used up by its type': typed('ratelimited', 'RATE_LIMITED'),
  'query too complex': says(400, 'Query too complex', { ...input, code: 'INPUT_ERROR' }, 'UNREACHABLE'),
  'plan without the feature': typed('feature not accessible', 'PROVIDER_BLOCKED'),
  'plan used up': typed('usage limit exceeded', 'PROVIDER_BLOCKED'),
  'key may not do this': says(
    403,
    'Forbidden',
    { type: 'forbidden', code: 'FORBIDDEN', statusCode: 403, userError: true },
    'INSUFFICIENT',
  ),
  'forbidden without a word': { answer: { status: 403, json: { errors: ['Forbidden'] } }, class: 'INSUFFICIENT' },
  'no such project': says(400, 'Entity not found: Project - Could not find referenced Project.', input, 'NOT_FOUND'),
  'no such team': says(400, 'Entity not found: Team - Could not find referenced Team.', input, 'NOT_FOUND'),
  'input refused': says(400, 'Argument Validation Error', input, 'UNREACHABLE'),
  'query refused': says(
    400,
    'Cannot query field "retiredAt" on type "Team".',
    { code: 'GRAPHQL_VALIDATION_FAILED' },
    'UNREACHABLE',
  ),
  'query refused by its type': typed('graphql error', 'UNREACHABLE'),
  'fault of Linear': typed('internal error', 'UNREACHABLE'),
  'lock not had in time': typed('lock timeout', 'UNREACHABLE'),
  'network of Linear': typed('network error', 'UNREACHABLE'),
  'workspace not ready': typed('bootstrap error', 'UNREACHABLE'),
  'user has to act': typed('user error', 'UNREACHABLE'),
};
