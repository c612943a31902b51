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
    detail: 'the server answers nobody without a sign-in, and the credential did not arrive',
    hint: 'Check whether a proxy takes the Authorization header away, and that the token was made on this server.',
    source: 'octokit/octokit.js#2709',
  },
  'token of another app': {
    status: 401,
    body: { message: /^a json web token could not be decoded/i },
    class: 'INVALID',
    detail: 'GitHub reads the token as one that a GitHub App signs for itself, which is not an access token',
    hint: 'Store an installation token (ghs_) or a personal access token with "integrations scm rotate".',
    source: 'octokit/auth-app.js#298',
  },
  'locked for a while': {
    status: 403,
    body: { message: /^maximum number of login attempts exceeded/i },
    class: 'UNREACHABLE',
    detail: 'GitHub accepts no credentials for a while, after too many failed attempts',
    hint: 'Try again in an hour, and find out what else is using an expired token.',
    source: 'PyGithub/PyGithub#1248',
  },
  'single sign-on': {
    status: [403, 404],
    header: { 'x-github-sso': /^required/ },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization requires the token to be authorized for its single sign-on',
    hint: authorizeAt,
    source: 'https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api',
  },
  'single sign-on without an address': {
    status: 403,
    body: { message: /protected by organization SAML enforcement/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization only accepts tokens that were authorized for its SAML single sign-on',
    hint: 'GitHub, Settings, Developer settings, the token: Configure SSO, Authorize. For an OAuth token, sign in there and make a new one.',
    source: 'ossf/scorecard#1504',
  },
  'IP allow list': {
    status: 403,
    body: { message: /has an IP allow list enabled/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the organization's IP allow list does not include this machine's address",
    hint: "Have an owner add this machine's public address: the organization, Settings, Authentication security, IP allow list.",
    source: 'github/github-mcp-server#748',
  },
  'OAuth app restrictions': {
    status: 403,
    body: { message: /has enabled OAuth App access restrictions/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the organization has not approved the token's OAuth app",
    hint: 'Have an owner approve the app: the organization, Settings, Third-party access; or use a personal access token.',
    source: 'gitbutlerapp/gitbutler#8594',
  },
  'token lives too long': {
    status: 403,
    body: { message: /forbids access via .*lifetime is greater than/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the organization or its enterprise forbids tokens that last as long as this one',
    hint: "Shorten the token's lifetime in GitHub, Settings, Developer settings, or make one that expires sooner.",
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
  'two factors wanted': {
    status: 403,
    body: { message: /requires all members to have two-factor authentication/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the organization requires two-factor authentication, which the token's user has not switched on",
    hint: 'Have the user switch it on: GitHub, Settings, Password and authentication.',
    source: 'yegor256/rultor#1214',
  },
  'managed user': {
    status: 403,
    body: { message: /as an enterprise managed user, you cannot access this content/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the token's user is managed by an enterprise, and has no access outside it",
    hint: 'Use the token of a user who has access to the repository.',
    source: 'Azure/AzOps#784',
  },
  'installation suspended': {
    status: 403,
    body: { message: /^this installation has been suspended/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the installation of the GitHub App is suspended',
    hint: 'Have an owner unsuspend it: the organization, Settings, GitHub Apps, Configure.',
    source: 'hcengineering/platform#7639',
  },
  'taken down for legal reasons': {
    status: 451,
    body: { message: /^repository access blocked/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the repository is blocked for legal reasons, such as a DMCA notice',
    hint: 'Its owner can find the notice at github.com/github/dmca and answer it. Or use another repository.',
    source: 'github/rest-api-description#3314',
  },
  'against the terms': {
    status: 403,
    body: { message: /^repository access blocked/i, 'block.reason': 'tos' },
    class: 'PROVIDER_BLOCKED',
    detail: 'GitHub has blocked the repository for breaking its terms of service',
    hint: 'Have its owner ask GitHub support, or use another repository.',
    source: 'caarlos0/fork-cleaner#99',
  },
  'blocked otherwise': {
    status: 403,
    body: { message: /^repository access blocked/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'GitHub has blocked access to the repository',
    hint: 'Have its owner ask GitHub support, or use another repository.',
    source: 'PyGithub/PyGithub#1015',
  },
  'repository disabled': {
    status: 200,
    body: { full_name: /./, disabled: true },
    class: 'PROVIDER_BLOCKED',
    detail: 'GitHub has disabled the repository',
    hint: 'Ask GitHub support, or use another repository.',
    source: 'https://docs.github.com/en/rest/repos/repos',
  },
  archived: {
    status: 403,
    body: { message: /^repository was archived so is read-only/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the repository is archived, so nothing can be changed there',
    hint: 'Unarchive it in its settings, or use another repository.',
    source: 'mozilla/fxa#293',
  },
  'account suspended': {
    status: 403,
    body: { message: /account (was|is|has been) suspended/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the account of the token's user is suspended",
    hint: "Ask GitHub support (on Enterprise Server, its administrator), or use another user's token.",
    source: 'sourcegraph/sourcegraph-public-snapshot#16638',
  },
  'e-mail not verified': {
    status: 403,
    body: { message: /email address must be verified/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the token's user has no verified e-mail address, and GitHub allows no changes without one",
    hint: 'Have the user verify one: GitHub, Settings, Emails.',
    source: 'utterance/utterances#534',
  },
  'limit of the nameless': {
    status: [403, 429],
    body: { message: /^API rate limit exceeded for (\d+\.|[\da-f]*:)/i },
    class: 'RATE_LIMITED',
    detail: 'GitHub treats the requests as anonymous: the credential did not arrive',
    hint: 'Check whether a proxy takes the Authorization header away.',
    source: 'https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api',
  },
  'primary limit': {
    status: [403, 429],
    body: { message: /^API rate limit exceeded/i },
    class: 'RATE_LIMITED',
    detail: "GitHub is throttling: this hour's requests are used up",
    hint: 'Try again in an hour.',
    source: troubleshooting,
  },
  'secondary limit': {
    status: [403, 429],
    body: { message: /secondary rate limit/i },
    class: 'RATE_LIMITED',
    detail: 'GitHub is throttling (secondary limit)',
    hint: 'Try again in a minute.',
    source: troubleshooting,
  },
  'abuse detected': {
    status: 403,
    body: { message: /triggered an abuse detection mechanism/i },
    class: 'RATE_LIMITED',
    detail: 'GitHub is throttling (abuse detection of older servers)',
    hint: 'Try again in a few minutes.',
    source: 'ossf/scorecard#206',
  },
  'no User-Agent': {
    status: 403,
    page: true,
    text: /request forbidden by administrative rules/i,
    class: 'UNREACHABLE',
    detail: 'the request arrived without its User-Agent header',
    hint: 'Check whether a proxy takes headers away.',
    source: 'microsoft/PowerShellForGitHub#296',
  },
  'missing permission of an app': {
    status: 403,
    body: { message: /^resource not accessible by integration/i },
    class: 'INSUFFICIENT',
    detail: "the token's GitHub App lacks a permission, or is not installed on the repository",
    hint: givePermission,
    source: 'integrations/terraform-provider-github#2886',
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
    detail: "the token's user has too low a role in the repository",
    hint: 'Give the user write access to the repository.',
    source: 'octokit/octokit.rb#1656',
  },
  'empty repository': {
    status: 409,
    body: { message: /^git repository is empty/i },
    class: 'NOT_FOUND',
    detail: 'the repository has no commit yet',
    hint: 'Push a first commit.',
    source: 'octokit/handbook#4',
  },
  'a GitLab': {
    status: [404, 410],
    body: { error: /^API V3 is no longer supported/i },
    class: 'UNREACHABLE',
    detail: 'this is a GitLab server, not a GitHub one',
    hint: 'Add it as gitlab, or correct --repository-url.',
    source: 'microsoft/vscode-pull-request-github#7015',
  },
  'pages, not the API': {
    status: 406,
    class: 'UNREACHABLE',
    detail: 'web pages answered, not the API',
    hint: 'Correct --repository-url; on Enterprise Server the API is at /api/v3 on the same host.',
    source: 'renovatebot/renovate#3026',
  },
  'version unknown': {
    status: 400,
    body: { message: /version you specified in the "x-github-api-version"/i },
    class: 'UNREACHABLE',
    detail: 'the server does not know the requested version of the API',
    hint: 'Use another version of integrations, or a newer Enterprise Server.',
    source: 'expipiplus1/update-nix-fetchgit#79',
  },
  'version retired': {
    status: 410,
    body: { message: /./ },
    class: 'UNREACHABLE',
    detail: 'GitHub has retired this part of the API',
    hint: 'Check for a newer version of integrations.',
    source: 'https://docs.github.com/en/rest/about-the-rest-api/api-versions',
  },
  'server too old': {
    status: 415,
    body: { message: /must specify a custom media type in the 'accept' header/i },
    class: 'UNREACHABLE',
    detail: 'the Enterprise Server is too old for this part of the API',
    hint: 'Update the server; versions from 3.0 on have it.',
    source: 'palantir/bulldozer#274',
  },
  'no such thing': {
    status: 404,
    body: { message: /^not found\b/i },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such thing, or the token cannot see it',
    unnamed: 'such thing',
    hint: 'Check the repository URL for a typo. If it is right, the token was not given access to the repository, or an organization has yet to approve the token.',
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
    : 's that "integrations provider show github" names';
  return `Give it the permission${named}.`;
}
