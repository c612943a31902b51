import type { Answer, AnswerTable } from '../../core/verification.ts';

const troubleshooting = 'https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api';
const newToken = 'Make a new token, and store it with "integrations scm rotate".';

/** What GitHub's REST API answers, on GitHub.com and on Enterprise Server. It has no codes of its own: `message` tells. */
export const githubAnswers = {
  'bad credentials': {
    status: 401,
    body: { message: /^bad credentials/i },
    class: 'INVALID',
    detail: 'GitHub does not accept the token: it is wrong, revoked or expired',
    hint: newToken,
    source: 'https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api',
  },
  'no header arrived': {
    status: 401,
    body: { message: /^requires authentication/i },
    class: 'UNREACHABLE',
    detail: 'the credential did not arrive',
    hint: 'Check whether a proxy takes the Authorization header away.',
    source: 'PyGithub/PyGithub#1119',
  },
  'no header arrived at Enterprise Server': {
    status: 401,
    body: { message: /^must authenticate to access this api/i },
    class: 'UNREACHABLE',
    detail: 'the server lets nobody ask without signing in, and the credential did not arrive',
    hint: 'Check whether a proxy takes the Authorization header away, and that the token is one of this server.',
    source: 'octokit/octokit.js#2709',
  },
  'locked for a while': {
    status: 403,
    body: { message: /^maximum number of login attempts exceeded/i },
    class: 'UNREACHABLE',
    detail: 'GitHub takes no credential for a while, after too many that failed',
    hint: 'Try again in an hour, and look for what else uses a token that has ended.',
    source: 'PyGithub/PyGithub#1248',
  },
  'single sign-on': {
    status: [403, 404],
    header: { 'x-github-sso': /^required/ },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization wants the token to be authorized for its single sign-on',
    hint: authorizeAt,
    source: 'https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api',
  },
  'IP allow list': {
    status: 403,
    body: { message: /has an IP allow list enabled/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the IP allow list of the organization does not let this machine in',
    hint: "An owner adds this machine's public address: the organization, Settings, Authentication security, IP allow list.",
    source: 'github/github-mcp-server#748',
  },
  'OAuth app restrictions': {
    status: 403,
    body: { message: /has enabled OAuth App access restrictions/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization has not approved the OAuth app that the token is of',
    hint: 'An owner approves the app: the organization, Settings, Third-party access; or use a personal access token.',
    source: 'gitbutlerapp/gitbutler#8594',
  },
  'token lives too long': {
    status: 403,
    body: { message: /forbids access via .*lifetime is greater than/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization or its enterprise forbids tokens that live as long as this one',
    hint: "Shorten the token's lifetime in GitHub, Settings, Developer settings, or make one that ends sooner.",
    source: 'NixOS/org#247',
  },
  'classic tokens forbidden': {
    status: 403,
    body: { message: /forbids access via a personal access tokens? \(classic\)/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization forbids classic personal access tokens',
    hint: 'Make a fine-grained token for the organization, and store it with "integrations scm rotate".',
    source: 'fullsend-ai/fullsend#3368',
  },
  'account suspended': {
    status: 403,
    body: { message: /account (was|is|has been) suspended/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the account of the token's user is suspended",
    hint: 'Ask GitHub support, on Enterprise Server its administrator; or use a token of another user.',
    source: 'sourcegraph/sourcegraph-public-snapshot#16638',
  },
  'primary limit': {
    status: [403, 429],
    body: { message: /^API rate limit exceeded/i },
    class: 'RATE_LIMITED',
    detail: 'GitHub throttles: the requests of this hour are used up',
    hint: 'Try again in an hour.',
    source: troubleshooting,
  },
  'secondary limit': {
    status: [403, 429],
    body: { message: /secondary rate limit/i },
    class: 'RATE_LIMITED',
    detail: 'GitHub throttles (secondary limit)',
    hint: 'Try again in a minute.',
    source: troubleshooting,
  },
  'missing permission': {
    status: 403,
    body: { message: /^resource not accessible by personal access token/i },
    class: 'INSUFFICIENT',
    detail: 'the token lacks a permission',
    hint: givePermission,
    source: troubleshooting,
  },
  'admin only': {
    status: 403,
    body: { message: /^must have (admin rights|push access)/i },
    class: 'INSUFFICIENT',
    detail: "the token's user has too small a role in the repository",
    hint: 'Give the user write access to the repository.',
    source: 'octokit/octokit.rb#1656',
  },
  'no such thing': {
    status: 404,
    body: { message: /^not found\b/i },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such thing, or the token cannot see it',
    hint: 'Check the repository URL, and that the token may see the repository; an organization may still have to approve it.',
    source: troubleshooting,
  },
} as const satisfies AnswerTable;

/** The header names the page: `required; url=https://github.com/orgs/acme/sso?authorization_request=…`. */
function authorizeAt(answer: Answer): string {
  const header = answer.header('x-github-sso') ?? '';
  const address =
    /url=(https:\/\/(?:github\.com|[\w-]+\.ghe\.com)\/(?:orgs|enterprises)\/[\w-]+\/sso(?:\?authorization_request=[\w=-]+)?)$/.exec(
      header,
    )?.[1];
  return address
    ? `Authorize it in a browser, as the token's user: ${address}`
    : 'GitHub, Settings, Developer settings, the token: Configure SSO, Authorize.';
}

/** The header lists what would do: `actions=write,contents=read`, where `,` is and, and `;` is or. */
function givePermission(answer: Answer): string {
  const header = (answer.header('x-accepted-github-permissions') ?? '').replaceAll(' ', '');
  const one = '[a-z_]{1,40}=(read|write|admin)';
  const named = new RegExp(`^${one}([,;]${one}){0,9}$`).test(header)
    ? ` ${header.replaceAll('=', ' ').replaceAll(',', ' and ').replaceAll(';', ' or ')}`
    : 's that "integrations provider show" names';
  return `Give it the permission${named}.`;
}
