import type { githubAnswers } from '../../../src/providers/github/answers.ts';
import type { Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

function says(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, json: { message, documentation_url: 'https://docs.github.com/rest', status: `${status}` } };
}

const correct = 'Although you appear to have the correct authorization credentials, the `acme` organization has';
const resource = 'github repository';

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
    elsewhere: { 'github user': 'UNREACHABLE' },
  },
  'admin only': { answer: says(403, 'Must have admin rights to Repository.'), class: 'INSUFFICIENT', to: resource },
};

/** At a request that only a pipeline makes. */
export const githubActionsExamples: Examples<typeof githubAnswers> = Object.fromEntries(
  Object.entries(githubExamples).map(([name, example]) => [name, { ...example, to: 'actions ref' }]),
) as Examples<typeof githubAnswers>;
