import type { githubAnswers } from '../../../src/providers/github/answers.ts';
import type { githubActionsAnswers } from '../../../src/providers/github-actions/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

function says(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, json: { message, documentation_url: 'https://docs.github.com/rest', status: `${status}` } };
}

const blocked = (status: number, reason: string): Reply => ({
  status,
  json: { message: 'Repository access blocked', block: { reason, created_at: '2021-06-08T01:02:15Z', html_url: null } },
});

const correct = 'Although you appear to have the correct authorization credentials, the `acme` organization has';
const resource = 'github repository';

function inState(state: string): Example {
  const workflow = { id: 7, name: 'Release', path: '.github/workflows/release.yml', state };
  return { answer: { json: workflow }, class: 'PROVIDER_BLOCKED', to: 'actions workflow' };
}

export const githubExamples: Examples<typeof githubAnswers> = {
  'bad credentials': { answer: says(401, 'Bad credentials'), class: 'INVALID' },
  'no header arrived': { answer: says(401, 'Requires authentication'), class: 'UNREACHABLE' },
  'no header arrived at Enterprise Server': {
    answer: says(401, 'Must authenticate to access this API.'),
    class: 'UNREACHABLE',
  },
  'locked for a while': {
    answer: says(403, 'Maximum number of login attempts exceeded. Please try again later.'),
    class: 'UNREACHABLE',
  },
  'single sign-on': {
    answer: says(403, 'Resource protected by organization SAML enforcement.', {
      'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=AZSCKtL4U8yX1H3s',
    }),
    class: 'PROVIDER_BLOCKED',
    to: resource,
    hint: "Authorize it in a browser, as the token's user: https://github.com/orgs/acme/sso?authorization_request=AZSCKtL4U8yX1H3s",
  },
  'IP allow list': {
    answer: says(403, `${correct} an IP allow list enabled, and 192.0.2.7 is not permitted to access this resource.`),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'OAuth app restrictions': {
    answer: says(
      403,
      `${correct} enabled OAuth App access restrictions, meaning that data access to third-parties is limited. For more information on these restrictions, including how to enable this app, visit https://docs.github.com/articles/restricting-access-to-your-organization-s-data/`,
    ),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'token lives too long': {
    answer: says(
      403,
      "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1",
    ),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'classic tokens forbidden': {
    answer: says(
      403,
      '`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.',
    ),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'account suspended': { answer: says(403, 'Sorry. Your account was suspended.'), class: 'PROVIDER_BLOCKED' },
  'primary limit': {
    answer: says(403, 'API rate limit exceeded for user ID 1.', {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1000000000',
    }),
    class: 'RATE_LIMITED',
    hint: 'Try again in 0 s.',
  },
  'secondary limit': {
    answer: says(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'),
    class: 'RATE_LIMITED',
  },
  'missing permission': {
    answer: says(403, 'Resource not accessible by personal access token', {
      'x-accepted-github-permissions': 'contents=read',
    }),
    class: 'INSUFFICIENT',
    to: resource,
    hint: 'Give it the permission contents read.',
  },
  'no such thing': {
    answer: says(404, 'Not Found'),
    class: 'NOT_FOUND',
    to: resource,
    detail: 'there is no repository acme/mobile, or the token cannot see it',
    elsewhere: { 'github user': 'UNREACHABLE' },
  },
  'token of another app': { answer: says(401, 'A JSON web token could not be decoded'), class: 'INVALID' },
  'single sign-on without an address': {
    answer: says(
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    ),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'two factors wanted': {
    answer: says(403, 'The acme organization requires all members to have two-factor authentication enabled.'),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'managed user': {
    answer: says(403, 'Unauthorized: As an Enterprise Managed User, you cannot access this content'),
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  'installation suspended': { answer: says(403, 'This installation has been suspended'), class: 'PROVIDER_BLOCKED' },
  'taken down for legal reasons': { answer: blocked(451, 'dmca'), class: 'PROVIDER_BLOCKED', to: resource },
  'against the terms': { answer: blocked(403, 'tos'), class: 'PROVIDER_BLOCKED', to: resource },
  'blocked otherwise': { answer: blocked(403, 'unavailable'), class: 'PROVIDER_BLOCKED', to: resource },
  'repository disabled': {
    answer: { json: { full_name: 'acme/mobile', private: true, disabled: true, owner: { login: 'acme' } } },
    class: 'PROVIDER_BLOCKED',
    to: resource,
  },
  archived: { answer: says(403, 'Repository was archived so is read-only.'), class: 'PROVIDER_BLOCKED', to: resource },
  'e-mail not verified': {
    answer: says(403, 'At least one email address must be verified to do that.'),
    class: 'PROVIDER_BLOCKED',
  },
  'limit of the nameless': {
    answer: says(
      403,
      "API rate limit exceeded for 192.0.2.7. (But here's the good news: Authenticated requests get a higher rate limit.)",
    ),
    class: 'RATE_LIMITED',
  },
  'abuse detected': {
    answer: says(
      403,
      'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
    ),
    class: 'RATE_LIMITED',
  },
  'no User-Agent': {
    answer: {
      status: 403,
      headers: { 'content-type': 'text/html' },
      body: '\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header.\r\n',
    },
    class: 'UNREACHABLE',
  },
  'missing permission of an app': {
    answer: says(403, 'Resource not accessible by integration', { 'x-accepted-github-permissions': 'metadata=read' }),
    class: 'INSUFFICIENT',
    to: resource,
    elsewhere: { 'github user': 'valid', 'github repositories': 'valid' },
    hint: 'Give it the permission metadata read.',
  },
  'empty repository': {
    answer: says(409, 'Git Repository is empty.'),
    class: 'NOT_FOUND',
    to: resource,
  },
  'a GitLab': {
    answer: { status: 410, json: { error: 'API V3 is no longer supported. Use API V4 instead.' } },
    class: 'UNREACHABLE',
  },
  'pages, not the API': { answer: { status: 406, body: '' }, class: 'UNREACHABLE' },
  'version unknown': {
    answer: says(
      400,
      'The version you specified in the "X-GitHub-API-Version" request header, "2022-11-28", is not a supported version.',
    ),
    class: 'UNREACHABLE',
  },
  'version retired': { answer: says(410, 'This endpoint has been removed.'), class: 'UNREACHABLE' },
  'server too old': {
    answer: says(
      415,
      "If you would like to help us test the API during its preview period, you must specify a custom media type in the 'Accept' header.",
    ),
    class: 'UNREACHABLE',
    to: resource,
  },
  'admin only': { answer: says(403, 'Must have admin rights to Repository.'), class: 'INSUFFICIENT', to: resource },
};

/** At requests that only a pipeline makes. */
export const githubActionsExamples: Examples<typeof githubActionsAnswers> = {
  ...(Object.fromEntries(
    Object.entries(githubExamples).map(([name, { detail: _, ...example }]) => [
      name,
      { ...example, to: 'actions ref' },
    ]),
  ) as Examples<typeof githubAnswers>),
  'workflow disabled': inState('disabled_manually'),
  'workflow without activity': inState('disabled_inactivity'),
  'workflow of a fork': inState('disabled_fork'),
  'workflow deleted': { ...inState('deleted'), class: 'NOT_FOUND' },
};
