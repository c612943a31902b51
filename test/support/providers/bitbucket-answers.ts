import type { Json } from '../../../src/core/field.ts';
import type { bitbucketAnswers } from '../../../src/providers/bitbucket/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

const says = (status: number, message: string, detail?: Json): Reply => ({
  status,
  json: { type: 'error', error: { message, ...(detail === undefined ? {} : { detail }) } },
});

const plain = (status: number, body: string): Reply => ({ status, headers: { 'content-type': 'text/plain' }, body });

/** What a Data Center answers, to its own request. */
function thrown(status: number, name: string, errorClass: Example['class'], message = 'no'): Example {
  const exceptionName = `com.atlassian.bitbucket.${name}`;
  return {
    // Whom it takes the token for is in a header, once it knows.
    answer: {
      status,
      headers: status === 404 ? { 'x-ausername': 'ada' } : {},
      json: { errors: [{ context: null, message, exceptionName }] },
    },
    class: errorClass,
    to: 'data center repository',
    columns: (url) => ({ organization: 'ACME', repositoryUrl: `${url}/server/scm/ACME/mobile.git` }),
  };
}

/** Whether the user may be asked for, and what may be listed, does not matter. */
const optional = { 'bitbucket user': 'valid', 'bitbucket repositories': 'valid' } as const;
/** Where nothing shows that the token is accepted, a thing that is missing says nothing. */
const missing = (answer: Reply): Example => ({
  answer,
  class: 'NOT_FOUND',
  elsewhere: { 'bitbucket user': 'UNREACHABLE', 'bitbucket repositories': 'valid' },
});
const refusal = (answer: Reply, errorClass: Example['class']): Example => ({
  answer,
  class: errorClass,
  elsewhere: optional,
});

export const bitbucketExamples: Examples<typeof bitbucketAnswers> = {
  'OAuth token expired': refusal(
    says(401, 'Access token expired. Use your refresh token to obtain a new access token.'),
    'EXPIRED',
  ),
  'token not accepted': refusal(says(401, 'Token is invalid, expired, or not supported for this endpoint.'), 'INVALID'),
  'login failed': refusal(
    plain(401, 'Login failed due to incorrect login credentials or method.\nFor information on authentication methods'),
    'INVALID',
  ),
  'too many attempts': refusal(
    says(403, 'Too many invalid password attempts. Log in at https://id.atlassian.com/ to restore access.'),
    'PROVIDER_BLOCKED',
  ),
  'missing scope': {
    ...refusal(
      says(403, 'Your credentials lack one or more required privilege scopes.', {
        required: ['read:repository:bitbucket'],
        granted: ['read:user:bitbucket'],
      }),
      'INSUFFICIENT',
    ),
    hint: 'Make a token with the scope read:repository:bitbucket.',
  },
  'two-step verification': refusal(
    says(403, 'To access this repository, enable two-step verification.'),
    'PROVIDER_BLOCKED',
  ),
  forbidden: refusal(says(403, 'Forbidden'), 'INSUFFICIENT'),
  'no such repository': {
    ...missing(
      says(
        404,
        'You may not have access to this repository or it no longer exists in this workspace. If you think this repository exists and you have access, make sure you are authenticated.',
      ),
    ),
    detail: 'there is no repository acme/mobile, or the token cannot see it',
  },
  'no such workspace': missing(says(404, "No workspace with identifier 'acme'.")),
  'no such account': missing(says(404, 'Not found', 'Account {180373ba-048e-42d0-95d2-367598bf5e8c} does not exist.')),
  'no such API': {
    answer: says(404, 'Resource not found', 'There is no API hosted at this URL.'),
    class: 'UNREACHABLE',
    elsewhere: { 'bitbucket repositories': 'valid' },
  },
  removed: {
    answer: says(410, 'CHANGE-2770 - Functionality has been deprecated'),
    class: 'UNREACHABLE',
    elsewhere: { 'bitbucket repositories': 'valid' },
  },
  'hourly limit': {
    answer: plain(429, 'Rate limit for this resource has been exceeded'),
    class: 'RATE_LIMITED',
  },
  'captcha at Data Center': thrown(
    401,
    'auth.CaptchaRequiredAuthenticationException',
    'PROVIDER_BLOCKED',
    'CAPTCHA required. Your Bitbucket account has been locked.',
  ),
  'user inactive at Data Center': thrown(401, 'auth.InactiveUserAuthenticationException', 'PROVIDER_BLOCKED'),
  'password expired at Data Center': thrown(401, 'auth.ExpiredPasswordAuthenticationException', 'PROVIDER_BLOCKED'),
  'token expired at Data Center': thrown(401, 'auth.ExpiredAuthenticationException', 'EXPIRED'),
  'directory out of reach at Data Center': thrown(503, 'auth.AuthenticationSystemException', 'UNREACHABLE'),
  'token not accepted at Data Center': thrown(
    401,
    'auth.IncorrectPasswordAuthenticationException',
    'INVALID',
    'Authentication failed. Please check your credentials and try again.',
  ),
  'no permission at Data Center': thrown(
    401,
    'AuthorisationException',
    'INSUFFICIENT',
    'You are not permitted to access this resource',
  ),
  'no such project at Data Center': thrown(404, 'project.NoSuchProjectException', 'NOT_FOUND'),
  'no such repository at Data Center': {
    ...thrown(404, 'repository.NoSuchRepositoryException', 'NOT_FOUND'),
    detail: 'there is no repository ACME/mobile on the server, or the token cannot see it',
  },
  'empty repository at Data Center': thrown(404, 'repository.NoDefaultBranchException', 'NOT_FOUND'),
};
