import type { Json } from '../../../src/core/field.ts';
import type { gitlabAnswers } from '../../../src/providers/gitlab/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';
import { page, type Reply } from '../provider-server.ts';

const says = (status: number, message: Json): Reply => ({ status, json: { message } });
const error = (status: number, name: string, more: Record<string, string> = {}): Reply => ({
  status,
  json: { error: name, ...more },
});
const invalidToken = (error_description: string): Reply => error(401, 'invalid_token', { error_description });

/** Nobody knows the token by then: another call tells more of it, or the other kinds of token are asked for. */
const atToken = { 'gitlab token': 'valid', 'ci token': 'valid' } as const;
const resource = 'gitlab project';

/** A 403 about the user of the token. */
const user = (message: string): Example => ({
  answer: says(403, `403 Forbidden - ${message}`),
  class: 'PROVIDER_BLOCKED',
});
/** A 404 of the API, which at the first call is one of an older server, and in the repository one of what is asked there. */
const missing = (message: string): Example => ({
  answer: says(404, message),
  class: 'NOT_FOUND',
  to: resource,
  elsewhere: { ...atToken, 'ci lint': 'NOT_FOUND' },
});

export const gitlabExamples: Examples<typeof gitlabAnswers> = {
  expired: {
    answer: invalidToken('Token is expired. You can either do re-authorization or token refresh.'),
    class: 'EXPIRED',
  },
  revoked: { answer: invalidToken('Token was revoked. You have to re-authorize from the user.'), class: 'REVOKED' },
  'impersonation switched off': {
    answer: invalidToken('Token is an impersonation token but impersonation was disabled.'),
    class: 'PROVIDER_BLOCKED',
  },
  'unknown OAuth token': { answer: invalidToken('Bad Access Token.'), class: 'INVALID' },
  DPoP: {
    answer: error(401, 'dpop_error', { error_description: 'DPoP validation error: DPoP header is missing' }),
    class: 'PROVIDER_BLOCKED',
  },
  'editor extensions only': {
    answer: error(401, 'restricted_language_server_client_error', { error_description: 'Requests from Editor' }),
    class: 'PROVIDER_BLOCKED',
  },
  unauthorized: { answer: says(401, '401 Unauthorized'), class: 'INVALID' },
  'missing scope': {
    answer: error(403, 'insufficient_scope', {
      error_description: 'The request requires higher privileges than provided by the access token.',
      scope: 'api read_api',
    }),
    class: 'INSUFFICIENT',
    to: resource,
    elsewhere: atToken,
    hint: 'Make a token with the scope api or read_api.',
  },
  'missing permission of a fine-grained token': {
    answer: error(403, 'insufficient_granular_scope', { error_description: 'Access denied: [Project: Read].' }),
    class: 'INSUFFICIENT',
    to: resource,
    elsewhere: atToken,
  },
  'terms not accepted': user(
    'You (@dub-registry) must accept the Terms of Service in order to perform this action. Please access GitLab from a web browser to accept these terms.',
  ),
  'pending approval': user('Your account is pending approval from your administrator and hence blocked.'),
  deactivated: user(
    'Your account has been deactivated by your administrator. Please log back in from a web browser to reactivate your account at https://git.acme.test',
  ),
  unconfirmed: user(
    'Your primary email address is not confirmed. Please check your inbox for the confirmation instructions.',
  ),
  'password expired': user('Your password expired. Please access GitLab from a web browser to update your password.'),
  blocked: user('Your account has been blocked.'),
  'internal user': user('This action cannot be performed by internal users'),
  'read-only server': {
    answer: says(403, 'You cannot perform write operations on a read-only instance'),
    class: 'UNREACHABLE',
  },
  forbidden: { answer: says(403, '403 Forbidden'), class: 'INSUFFICIENT', to: resource },
  'address banned': {
    answer: { status: 403, headers: { 'content-type': 'text/plain' }, body: 'Forbidden\n' },
    class: 'UNREACHABLE',
  },
  'firewall page': {
    answer: { ...page, status: 403, headers: { ...page.headers, server: 'cloudflare' } },
    class: 'UNREACHABLE',
  },
  'firewall page of the hosted server': {
    answer: {
      ...page,
      status: 503,
      headers: { ...page.headers, server: 'cloudflare' },
      body: '<!DOCTYPE html><title>Checking your Browser - GitLab</title><form id="challenge-form"></form>',
    },
    class: 'UNREACHABLE',
  },
  'no such project': {
    ...missing('404 Project Not Found'),
    detail: 'there is no project acme/mobile, or the token cannot see it',
  },
  'no repository in the project': missing('404 Repository Not Found'),
  'no such thing': missing('404 Not found'),
  'no such route': {
    answer: error(404, '404 Not Found'),
    class: 'UNREACHABLE',
    to: resource,
    elsewhere: atToken,
  },
  "a page of GitLab's": {
    answer: {
      ...page,
      status: 404,
      body: "<!DOCTYPE html><title>The page you were looking for doesn't exist (404)</title>",
    },
    class: 'UNREACHABLE',
  },
  'resource lock': { answer: says(409, '409 Conflict: Resource lock'), class: 'UNREACHABLE', to: resource },
  'limit of the server': {
    answer: { status: 429, headers: { 'content-type': 'text/plain' }, body: 'Retry later\n' },
    class: 'RATE_LIMITED',
  },
  'limit of one call': {
    answer: says(429, { error: 'This endpoint has been requested too many times. Try again later.' }),
    class: 'RATE_LIMITED',
    to: resource,
  },
  'storage at its limit': {
    answer: says(429, 'Upstream Gitaly has been exhausted. Try again later'),
    class: 'RATE_LIMITED',
    to: resource,
  },
  'not up yet': {
    answer: { ...page, status: 502, body: '<!DOCTYPE html><title>GitLab is not responding (502)</title>' },
    class: 'UNREACHABLE',
  },
  'fault of its own': { answer: says(500, '500 Internal Server Error'), class: 'UNREACHABLE' },
};

/** The pipeline is another project's. */
const atProject: Readonly<Record<string, Partial<Example>>> = {
  'no such project': { detail: 'there is no project acme/ci, or the token cannot see it' },
};

/** At a request that only a pipeline makes; what is missing there is read as what it asks for, or has a name at the project alone. */
export const gitlabCiExamples = Object.fromEntries(
  Object.entries(gitlabExamples).map(([name, example]) => [
    name,
    { ...example, to: /^no such (thing|project)$/.test(name) ? 'ci project' : 'ci lint', ...atProject[name] },
  ]),
) as Examples<typeof gitlabAnswers>;
