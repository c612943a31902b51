import type { jiraAnswers } from '../../../src/providers/jira/answers.ts';
import type { Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

function says(status: number, json: Record<string, unknown> = {}, headers: Record<string, string> = {}): Reply {
  return { status, headers, json };
}

function page(status: number, body: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html;charset=UTF-8' },
    body: `<!DOCTYPE html>\n<html>${body}</html>`,
  };
}

const errors = (message: string) => ({ errorMessages: [message], errors: {} });
/** Types of issue that cannot be read are no reason to refuse. */
const missing = { 'jira user': 'UNREACHABLE', 'jira types': 'valid' } as const;

export const jiraExamples: Examples<typeof jiraAnswers> = {
  'captcha wanted': {
    answer: says(401, {}, { 'x-seraph-loginreason': 'AUTHENTICATION_DENIED' }),
    class: 'PROVIDER_BLOCKED',
  },
  'captcha wanted by another header': {
    answer: says(
      403,
      {},
      { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=https://jira.acme.test/login.jsp' },
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'login denied in a page': {
    answer: page(
      403,
      '<h1>Forbidden (403)</h1><p>Encountered a <code>&quot;403 - Forbidden&quot;</code> error while loading this page.</p><p>Basic Authentication Failure - Reason : AUTHENTICATION_DENIED</p>',
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'login failed': { answer: says(401, {}, { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }), class: 'INVALID' },
  'password in place of a token': {
    answer: {
      status: 401,
      headers: { 'content-type': 'text/html' },
      body: 'Basic authentication with passwords is deprecated.  For more information, see: https://developer.atlassian.com/cloud/confluence/deprecation-notice-basic-auth/\n',
    },
    class: 'INVALID',
  },
  'scope lacking': {
    answer: says(401, { code: 401, message: 'Unauthorized; scope does not match' }),
    class: 'INSUFFICIENT',
  },
  'basic switched off': {
    answer: says(403, { message: 'Basic Authentication has been disabled on this instance.' }),
    class: 'INVALID',
  },
  'token without its e-mail': {
    answer: says(403, { error: 'Failed to parse Connect Session Auth Token' }),
    class: 'INVALID',
  },
  'client not authenticated': {
    answer: says(401, { message: 'Client must be authenticated to access this resource.', 'status-code': 401 }),
    class: 'INVALID',
  },
  'refused by the gateway': { answer: says(401, { code: 401, message: 'Unauthorized' }), class: 'INVALID' },
  'not authenticated': {
    answer: says(401, errors('You are not authenticated. Authentication required to perform this operation.')),
    class: 'INVALID',
  },
  'OAuth wanted': {
    answer: says(401, {}, { 'www-authenticate': 'OAuth realm="https%3A%2F%2Fjira.acme.test"' }),
    class: 'INVALID',
  },
  'refused without a word': { answer: { status: 401, body: '' }, class: 'INVALID' },
  'user may not do this': {
    answer: says(403, errors('You do not have permission to view this project.')),
    class: 'INSUFFICIENT',
  },
  'no such project': {
    answer: says(404, errors("No project could be found with key 'MOB'.")),
    class: 'NOT_FOUND',
    to: 'jira project',
    elsewhere: missing,
  },
  'API removed': {
    answer: says(
      410,
      errors(
        'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046',
      ),
    ),
    class: 'UNREACHABLE',
  },
  'method refused': { answer: page(405, '<h1>405 Not Allowed</h1>'), class: 'UNREACHABLE' },
  'quota used up': {
    answer: says(429, {}, { 'ratelimit-reason': 'jira-quota-tenant-based', 'retry-after': '1847' }),
    class: 'RATE_LIMITED',
    hint: 'Try again in 31 min.',
  },
  'burst of requests': {
    answer: says(429, {}, { 'ratelimit-reason': 'jira-burst-based' }),
    class: 'RATE_LIMITED',
  },
  'site not available': {
    answer: page(503, '<title>Atlassian Cloud Notifications - Page Unavailable</title>'),
    class: 'UNREACHABLE',
  },
  'gateway timeout': { answer: page(504, '<title>504 Gateway Time-out</title>'), class: 'UNREACHABLE' },
};
