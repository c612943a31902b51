import type { AnswerTable } from '../../core/verification.ts';

const rateLimits = 'https://learn.microsoft.com/en-us/azure/devops/integrate/concepts/rate-limits';

const newToken = 'Make a new personal access token for this organization, and store it with "integrations ... rotate".';
/** Azure DevOps says of an organization that is not there what it says of one that the token is not for. */
const otherToken =
  'Check --organization, or make a new personal access token for it and store it with "integrations ... rotate".';
const scopes = 'Give the token the scopes Work Items: read and write, and Project and Team: read.';
const newerVersion = 'Check for a newer version of integrations, and whether a proxy changes requests.';
const later = 'Try again later; status.dev.azure.com shows longer outages.';

/**
 * What Azure DevOps Services answer. A sign-in page is how they say no, with 203 or a redirect; an expiry is told in JSON,
 * in pages and in a header alike.
 */
export const azureDevopsAnswers = {
  'token expired': {
    status: [203, 401, 403],
    text: /access token[^.<"]{0,40}\bexpired/i,
    page: true,
    class: 'EXPIRED',
    detail: 'the personal access token has expired',
    hint: newToken,
    source: 'SSWConsulting/SSW.People.Profiles#782',
  },
  'token expired by the header': {
    status: [203, 302, 401, 403],
    header: { 'x-tfs-serviceerror': /token.{0,60}expired/i },
    page: true,
    class: 'EXPIRED',
    detail: 'the personal access token has expired, as a header says',
    hint: newToken,
    source: 'microsoft/azure-pipelines-agent#1559',
  },
  'sign-in page': {
    status: 203,
    text: /<(!doctype html|html)\b/i,
    page: true,
    class: 'INVALID',
    detail: 'the personal access token is unknown, revoked, or for another organization: the sign-in page answered',
    hint: otherToken,
    source: 'MicrosoftDocs/vsts-rest-api-specs#97',
  },
  'redirect to the sign-in page': {
    status: [301, 302, 303, 307, 308],
    header: {
      location:
        /^https:\/\/([^/?#]*\.)?(visualstudio\.com|microsoftonline\.com|live\.com|vssps\.dev\.azure\.com)([/?#]|$)/i,
    },
    page: true,
    class: 'INVALID',
    detail: 'the personal access token is unknown, revoked, or for another organization: it redirects to sign in',
    hint: otherToken,
    source: 'MicrosoftDocs/azure-devops-docs#13661',
  },
  'conditional access': {
    status: [401, 403],
    text: /VS403463/,
    page: true,
    class: 'PROVIDER_BLOCKED',
    detail: 'a conditional access policy of the Microsoft Entra tenant blocks this machine',
    hint: "Ask an administrator of the tenant to allow this machine's address.",
    source: 'microsoft/Git-Credential-Manager-for-Windows#855',
  },
  'never signed in': {
    status: [401, 403],
    text: /TF401444/,
    class: 'PROVIDER_BLOCKED',
    detail: 'the user of the token has never signed in to this organization',
    hint: 'Sign in once as that user in a browser.',
    source: 'a11smiles/GitSync#16',
  },
  'user is nobody': {
    status: [401, 403],
    text: /TF400813: The user '(?:Anonymous|aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa)?' is not authorized/i,
    class: 'INVALID',
    detail: 'Azure DevOps treats the request as anonymous: the token is unknown, revoked or for another organization',
    hint: `${otherToken} If it works from elsewhere, a conditional access policy blocks this machine.`,
    source: 'microsoft/terraform-provider-azuredevops#901',
  },
  'closed to anonymous users': {
    status: [401, 403],
    text: /TF400813: Resource not available for anonymous access/i,
    class: 'INVALID',
    detail: 'Azure DevOps does not know the token, and shows nothing without one',
    hint: otherToken,
    source: 'microsoft/azure-pipelines-agent#1500',
  },
  'user not authorized': {
    status: [401, 403],
    text: /TF400813: The user '.{1,300}' is not authorized/i,
    class: 'INSUFFICIENT',
    detail: 'the user of the token is known, but is not authorized for this',
    hint: `${scopes} Have an administrator add the user to the organization and the project.`,
    source: 'Azure/azure-devops-cli-extension#807',
  },
  'access not authorized': {
    status: [401, 403],
    text: /\b(TF|VS)30063\b/,
    class: 'INSUFFICIENT',
    detail: 'the user of the token has no access to the organization',
    hint: 'Have an administrator of the organization add the user, with an access level.',
    source: 'microsoft/vsts-work-item-migrator#94',
  },
  'operation not allowed': {
    status: [400, 401, 403],
    body: { typeKey: 'InvalidAccessException' },
    class: 'INSUFFICIENT',
    detail: 'Azure DevOps does not allow this with a personal access token',
    hint: scopes,
    source: 'MicrosoftDocs/vsts-rest-api-specs#571',
  },
  'token not accepted': {
    status: 401,
    page: true,
    class: 'INVALID',
    detail: 'the personal access token is unknown, revoked, or for another organization',
    hint: otherToken,
    source: 'edgafner/dorkag#60',
  },
  'area closed': {
    status: [401, 403],
    text: /\bTF237111\b/,
    class: 'INSUFFICIENT',
    detail: 'the user of the token may not create work items in the area of the project',
    hint: 'Give the user "Edit work items in this node" there: Project settings, Project configuration, Areas, Security.',
    source: 'https://support.integratecloud.com/knowledge-base-articles/azure-dev-ops-personal-access-token-pat-scopes',
  },
  'forbidden without a reason': {
    status: 403,
    class: 'INSUFFICIENT',
    detail: 'the personal access token lacks a scope, or a policy of the organization blocks it',
    hint: `${scopes} Check the policies and the IP rules.`,
    source: 'nkdAgility/azure-devops-migration-tools#1002',
  },
  'no such project': {
    status: 404,
    body: { message: /\b(TF200016|VS800075)\b/ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such project, or the token cannot see it',
    hint: 'Correct --project, or give the user of the token access to it.',
    source: 'huserben/TfsExtensions#214',
  },
  'no such thing': {
    status: 404,
    body: { typeKey: /./ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'Azure DevOps has no such thing, or the token cannot see it',
    hint: 'Check --organization and --project.',
    source: 'nkdAgility/azure-devops-migration-tools#1002',
  },
  'version lost': {
    status: 400,
    body: { message: /no api-version was supplied/i },
    class: 'UNREACHABLE',
    detail: 'the request arrived without the version of the API',
    hint: newerVersion,
    source: 'microsoft/AzureDevOpsDemoGenerator#437',
  },
  'version out of range': {
    status: 400,
    body: { typeKey: 'VssVersionOutOfRangeException' },
    class: 'UNREACHABLE',
    detail: 'the server does not have this version of the API',
    hint: newerVersion,
    source: 'maikvandergaag/msft-extensions#378',
  },
  'conflict of states': {
    status: 409,
    class: 'UNREACHABLE',
    detail: 'something else is changing the project right now',
    hint: 'Try again.',
    source: 'nkdAgility/azure-devops-migration-tools#1002',
  },
  'usage exceeded': {
    status: [429, 503],
    text: /TF400733/,
    class: 'RATE_LIMITED',
    detail: 'Azure DevOps is blocking the requests of the user, who has made too many',
    hint: 'Try again in a few minutes.',
    source: rateLimits,
  },
  'requests delayed': {
    status: 429,
    header: { 'x-ratelimit-resource': /./ },
    class: 'RATE_LIMITED',
    detail: 'Azure DevOps is throttling the user of the token',
    hint: 'Try again in a few minutes.',
    source: rateLimits,
  },
  'services not available': {
    status: [500, 503],
    text: /TF400324/,
    class: 'UNREACHABLE',
    detail: 'Azure DevOps is not available now',
    hint: later,
    source: 'nkdAgility/azure-devops-migration-tools#1673',
  },
} as const satisfies AnswerTable;
