import type { AnswerTable } from '../../core/verification.ts';

const statusCodes = 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes';
const rateLimiting = 'https://developer.atlassian.com/cloud/jira/platform/rate-limiting/';

/** A login that failed has been seen with each of them, a 200 without content among them. */
const any = [200, 401, 403, 404];

const checkToken =
  'Check the e-mail and the token, or make a new one; API tokens of Jira Cloud live a year at most. On Data Center leave the e-mail empty.';
const withoutEmail = "Leave the e-mail empty (--email ''): a personal access token of Data Center goes without one.";
const logIn = 'Log in to Jira once in a browser as that user; do not ask again before.';

/** What Jira answers: Cloud, its gateway, and Data Center. Headers tell before the status does. */
export const jiraAnswers = {
  'captcha wanted': {
    status: any,
    header: { 'x-seraph-loginreason': /AUTHENTICATION_DENIED/ },
    page: true,
    class: 'PROVIDER_BLOCKED',
    detail: 'Jira wants a captcha after too many failed logins, and takes no token until then',
    hint: logIn,
    source: 'https://developer.atlassian.com/server/jira/platform/basic-authentication/',
  },
  'captcha wanted by another header': {
    status: 403,
    header: { 'x-authentication-denied-reason': /CAPTCHA_CHALLENGE/ },
    page: true,
    class: 'PROVIDER_BLOCKED',
    detail: 'Jira wants a captcha from the user of the token',
    hint: logIn,
    source: 'https://github.com/pycontribs/jira/blob/main/jira/resilientsession.py',
  },
  'login denied in a page': {
    status: 403,
    text: /Basic Authentication Failure - Reason : AUTHENTICATION_DENIED/,
    page: true,
    class: 'PROVIDER_BLOCKED',
    detail: 'Jira denies the user every login for now: it wants a captcha, or sign-in goes elsewhere',
    hint: logIn,
    source: 'gioboa/jira-plugin#173',
  },
  'login failed': {
    status: any,
    header: { 'x-seraph-loginreason': /AUTHENTICATED_FAILED/ },
    page: true,
    class: 'INVALID',
    detail: 'Jira does not accept the credential; it may have expired, which Jira does not tell',
    hint: checkToken,
    source: 'pycontribs/jira#908',
  },
  'password in place of a token': {
    status: 401,
    text: /basic authentication with passwords is deprecated/i,
    page: true,
    class: 'INVALID',
    detail: 'Jira Cloud takes the credential for a password, which it does not take any more',
    hint: checkToken,
    source: 'tenable/integration-jira-cloud#134',
  },
  'scope lacking': {
    status: [401, 403],
    text: /\bscopes?\b/i,
    class: 'INSUFFICIENT',
    detail: 'the token lacks a scope',
    hint: 'Make a token with the scopes read:jira-user, read:jira-work and write:jira-work.',
    source: 'raycast/extensions#11212',
  },
  'basic switched off': {
    status: 403,
    text: /basic auth(entication)? (has been|is) disabled/i,
    page: true,
    class: 'INVALID',
    detail: 'this Jira takes no user with a password or token, but personal access tokens alone',
    hint: withoutEmail,
    source: 'pycontribs/jira#1189',
  },
  'client not authenticated': {
    status: 401,
    body: { message: /^client must be authenticated/i },
    class: 'INVALID',
    detail: 'Jira does not know the user by this e-mail and token',
    hint: checkToken,
    source: 'jira-node/node-jira-client#255',
  },
  'refused by the gateway': {
    status: 401,
    body: { message: /^unauthorized$/i },
    class: 'INVALID',
    detail: "Atlassian's gateway does not accept the token",
    hint: checkToken,
    source: 'stablyai/orca#20092',
  },
  'not authenticated': {
    status: 401,
    body: { errorMessages: /not authenticated|authentication required/i },
    class: 'INVALID',
    detail: 'Jira takes the request for one of nobody: the token is unknown or has ended',
    hint: checkToken,
    source: statusCodes,
  },
  'OAuth wanted': {
    status: 401,
    header: { 'www-authenticate': /^OAuth/ },
    class: 'INVALID',
    detail: 'Jira does not accept the credential in this form',
    hint: `On Data Center: ${withoutEmail.charAt(0).toLowerCase()}${withoutEmail.slice(1)}`,
    source: 'stablyai/orca#8538',
  },
  'refused without a word': {
    status: 401,
    class: 'INVALID',
    detail: 'Jira does not accept the credential, and does not say why',
    hint: checkToken,
    source: statusCodes,
  },
  'user may not do this': {
    status: 403,
    body: { errorMessages: /./ },
    class: 'INSUFFICIENT',
    detail: 'the user of the token may not do this',
    hint: 'Have a project administrator give the permissions Browse projects and Create issues.',
    source: statusCodes,
  },
  'no such project': {
    status: 404,
    body: { errorMessages: /./ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such project, or the user cannot see it',
    hint: 'Correct --project-key, or give the user the permission Browse projects.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/',
  },
  'API removed': {
    status: 410,
    body: { errorMessages: /API has been removed/i },
    class: 'UNREACHABLE',
    detail: 'Atlassian has removed the part of the API that was asked',
    hint: 'Check for a newer version of integrations.',
    source: 'tenable/integration-jira-cloud#314',
  },
  'method refused': {
    status: 405,
    page: true,
    class: 'UNREACHABLE',
    detail: 'what answers there takes no such request, so it is not the API of a Jira',
    hint: 'Check --url: it is the address of the site, or of the server with its path.',
    source: 'ankitpokhrel/jira-cli#842',
  },
  'quota used up': {
    status: 429,
    header: { 'ratelimit-reason': /^jira-quota/ },
    class: 'RATE_LIMITED',
    detail: "the site's quota of this hour is used up",
    hint: 'Try again when the next hour begins.',
    source: rateLimiting,
  },
  'burst of requests': {
    status: 429,
    header: { 'ratelimit-reason': /^jira-burst/ },
    class: 'RATE_LIMITED',
    detail: 'too many requests came at once',
    hint: 'Try again in a minute.',
    source: rateLimiting,
  },
  'site not available': {
    status: [200, 404, 503],
    text: /Atlassian Cloud Notifications - Page Unavailable/,
    page: true,
    class: 'UNREACHABLE',
    detail: 'the site is not available at Atlassian now',
    hint: 'Try again later; check --url, and status.atlassian.com.',
    source: 'OctopusDeploy/Issues#7463',
  },
  'gateway timeout': {
    status: 504,
    text: /504 gateway time-?out/i,
    page: true,
    class: 'UNREACHABLE',
    detail: 'the server in front of Jira got no answer from it in time',
    hint: 'Try again later.',
    source: 'jenkins-infra/helpdesk#5114',
  },
} as const satisfies AnswerTable;
