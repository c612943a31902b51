import type { Answer, AnswerTable } from '../../core/verification.ts';
import { at, errorBody, listOf } from '../json-answer.ts';

const javadoc = 'https://docs.atlassian.com/bitbucket-server/javadoc/9.5.0/api/com/atlassian/bitbucket/';
const newToken = 'Make a new token, and store it with "integrations scm rotate".';

/**
 * What Bitbucket answers: Cloud in `error.message`, Data Center in the names of its exceptions. Cloud comes first, and of
 * each what is more exact.
 */
export const bitbucketAnswers = {
  'OAuth token expired': {
    status: 401,
    body: { 'error.message': /^access token expired/i },
    class: 'EXPIRED',
    detail: 'the OAuth token has expired',
    hint: 'Store a new one with "integrations scm rotate"; an access token of the repository lasts longer.',
    source: 'lemurheavy/coveralls-public#1541',
  },
  'token not accepted': {
    status: 401,
    body: { 'error.message': /^token is invalid/i },
    class: 'INVALID',
    detail: 'Bitbucket does not accept the token: it is wrong, expired or has no scopes',
    hint: `${newToken} An API token needs scopes, and is given with its account as email:token.`,
    source: 'avivsinai/bitbucket-cli#174',
  },
  'login failed': {
    status: 401,
    text: /^\s*login failed due to incorrect login credentials or method/i,
    class: 'INVALID',
    detail: 'Bitbucket does not accept the token, or not in this form',
    hint: 'Give an Atlassian API token as email:token, and any other token alone.',
    source: 'renovatebot/renovate#20533',
  },
  'too many attempts': {
    status: [401, 403],
    text: /too many invalid password attempts/i,
    class: 'PROVIDER_BLOCKED',
    detail: 'Atlassian has locked the account after too many failed logins',
    hint: 'Log in once at id.atlassian.com in a browser as that user; until then every attempt is refused.',
    source: 'conduktor/kafka-security-manager#68',
  },
  'missing scope': {
    status: 403,
    body: { 'error.detail.required': /^[a-z][a-z:_-]{0,60}$/ },
    class: 'INSUFFICIENT',
    detail: 'the token lacks a scope',
    hint: (answer) => `Make a token with the scope ${neededScopes(answer)}.`,
    source: 'gildas/bitbucket-cli#56',
  },
  'two-step verification': {
    status: 403,
    text: /to access this (repository|workspace), enable two-step verification/i,
    class: 'PROVIDER_BLOCKED',
    detail: "the workspace requires two-step verification, which the token's user has not switched on",
    hint: 'Have the user switch it on at id.atlassian.com, Security, or use an access token of the repository.',
    source: 'https://community.atlassian.com/t5/Bitbucket-questions/Bitbucket-LFS-Access-Keys-amp-2FA/qaq-p/787619',
  },
  forbidden: {
    status: 403,
    body: { 'error.message': /^(forbidden|access denied)/i },
    class: 'INSUFFICIENT',
    detail: 'Bitbucket does not let the token do this',
    hint: "Check its scopes, and the workspace's list of allowed addresses and its policies.",
    source: 'avivsinai/bitbucket-cli#30',
  },
  'no such repository': {
    status: 404,
    body: { 'error.message': /^(you may not have access to this repository|repository .* not found)/i },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such repository, or the token cannot see it',
    unnamed: 'such repository',
    hint: 'Check the repository URL, and what the token has access to.',
    source: 'https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/',
  },
  'no such workspace': {
    status: 404,
    body: { 'error.message': /^no workspace with identifier/i },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such workspace, or the token cannot see it',
    hint: 'Correct --organization: the workspace as it stands in the address of its pages.',
    source:
      'https://github.com/SonarSource/sonarqube/blob/master/server/sonar-alm-client/src/test/java/org/sonar/alm/client/bitbucket/bitbucketcloud/BitbucketCloudRestClientTest.java',
  },
  'no such account': {
    status: 404,
    body: { 'error.detail': /^account .* does not exist/i },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'the account that owns the repository is gone',
    hint: 'Correct --organization and --repository-url.',
    source: 'pantheon-systems/terminus-build-tools-plugin#259',
  },
  'no such API': {
    status: 404,
    body: { 'error.detail': /there is no API hosted at this URL/i },
    class: 'UNREACHABLE',
    detail: 'Bitbucket has no API at this address',
    hint: 'Correct --repository-url; if it is right, check for a newer version of integrations.',
    source: 'atlassian-api/atlassian-python-api#1146',
  },
  removed: {
    status: 410,
    class: 'UNREACHABLE',
    detail: 'Bitbucket has removed this part of its API',
    hint: 'Check for a newer version of integrations.',
    source: 'samkuehn/bitbucket-backup#55',
  },
  'hourly limit': {
    status: [403, 429],
    text: /rate limit for this resource has been exceeded/i,
    class: 'RATE_LIMITED',
    detail: "Bitbucket is throttling: this hour's requests are used up",
    hint: 'Try again in an hour.',
    source: 'renovatebot/renovate#3024',
  },
  'captcha at Data Center': {
    status: [401, 403],
    body: { 'errors.exceptionName': /\.CaptchaRequiredAuthenticationException$/ },
    class: 'PROVIDER_BLOCKED',
    detail:
      'the server asks for a captcha after too many failed logins, and accepts no token of that user until it is solved',
    hint: 'Log out of Bitbucket and in again in a browser as that user; until then every attempt is refused.',
    source: 'jenkinsci/stashnotifier-plugin#263',
  },
  'user inactive at Data Center': {
    status: [401, 403],
    body: { 'errors.exceptionName': /\.InactiveUserAuthenticationException$/ },
    class: 'PROVIDER_BLOCKED',
    detail: "the account of the token's user is no longer active",
    hint: 'Ask an administrator of Bitbucket, or use an access token of the repository.',
    source: `${javadoc}auth/InactiveUserAuthenticationException.html`,
  },
  'password expired at Data Center': {
    status: [401, 403],
    body: { 'errors.exceptionName': /\.ExpiredPasswordAuthenticationException$/ },
    class: 'PROVIDER_BLOCKED',
    detail: "the password of the token's user has expired and must be changed",
    hint: 'Log in to Bitbucket in a browser as that user, and change it.',
    source: `${javadoc}auth/ExpiredPasswordAuthenticationException.html`,
  },
  'token expired at Data Center': {
    status: 401,
    body: { 'errors.exceptionName': /\.ExpiredAuthenticationException$/ },
    class: 'EXPIRED',
    detail: 'the access token has expired',
    hint: newToken,
    source: `${javadoc}auth/ExpiredAuthenticationException.html`,
  },
  'directory out of reach at Data Center': {
    status: [401, 500, 503],
    body: { 'errors.exceptionName': /\.AuthenticationSystemException$/ },
    class: 'UNREACHABLE',
    detail: 'the server cannot reach its user directory, such as LDAP or Crowd',
    hint: 'Try again later, or ask an administrator of Bitbucket.',
    source: `${javadoc}auth/package-summary.html`,
  },
  'token not accepted at Data Center': {
    status: 401,
    body: { 'errors.exceptionName': /\.(IncorrectPassword)?AuthenticationException$/ },
    class: 'INVALID',
    detail: 'the server does not accept the access token',
    hint: newToken,
    source: `${javadoc}auth/IncorrectPasswordAuthenticationException.html`,
  },
  'no permission at Data Center': {
    status: [401, 403],
    body: { 'errors.exceptionName': 'com.atlassian.bitbucket.AuthorisationException' },
    class: 'INSUFFICIENT',
    detail: 'the access token may not do this, or the credential did not arrive',
    hint: 'Give it the permission Repository read, and check whether a proxy takes the Authorization header away.',
    source: 'monitorjbl/stash-token-auth#11',
  },
  'no such project at Data Center': {
    status: 404,
    body: { 'errors.exceptionName': /\.NoSuchProjectException$/ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'the server has no such project, or the token cannot see it',
    hint: 'Correct --organization and --repository-url: the key of a project, not its name.',
    source: `${javadoc}project/NoSuchProjectException.html`,
  },
  'no such repository at Data Center': {
    status: 404,
    body: { 'errors.exceptionName': /\.NoSuchRepositoryException$/ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such repository on the server, or the token cannot see it',
    unnamed: 'such repository',
    hint: 'Correct --repository-url: the last part is the slug, in lower case.',
    source: `${javadoc}repository/NoSuchRepositoryException.html`,
  },
  'empty repository at Data Center': {
    status: 404,
    body: { 'errors.exceptionName': /\.(NoDefaultBranchException|EmptyRepositoryException)$/ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'the repository has no commit yet',
    hint: 'Push a first commit.',
    source: 'renovatebot/config-help#963',
  },
} as const satisfies AnswerTable;

function neededScopes(answer: Answer): string {
  const required = listOf(at(errorBody(answer), 'error', 'detail', 'required'));
  return required.filter((name) => typeof name === 'string' && /^[a-z][a-z:_-]{0,60}$/.test(name)).join(' and ');
}
