import type { azureDevopsAnswers } from '../../../src/providers/azure-devops/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

function says(status: number, message: string, typeKey: string, headers: Record<string, string> = {}): Reply {
  const body = { $id: '1', innerException: null, message, typeName: `Microsoft.${typeKey}, Microsoft`, typeKey };
  return { status, headers, json: { ...body, errorCode: 0, eventId: 3000 } };
}

/** Once the user is known, the same 401 is about a scope. */
function refused(answer: Reply): Example {
  const later = {
    'azure project': 'INSUFFICIENT',
    'azure types': 'INSUFFICIENT',
    'azure create': 'INSUFFICIENT',
  } as const;
  return { answer, class: 'INVALID', ...(answer.status === 401 ? { elsewhere: later } : {}) };
}

/** Which scope the first call wants is not documented, so a 403 of it alone says nothing. */
function forbidden(answer: Reply): Example {
  return { answer, class: 'INSUFFICIENT', to: 'azure project', elsewhere: { 'azure user': 'valid' } };
}

const unauthorized = 'UnauthorizedRequestException';
const somebody =
  "TF400813: The user '1b2c3d4e-0000-4000-8000-1a2b3c4d5e6f\\\\ops@acme.test' is not authorized to access this resource.";
const signIn =
  '<!DOCTYPE html>\n<html lang="en-US">\n<head><title>\n\tAzure DevOps Services | Sign In\n</title></head><body></body></html>';
const html = { 'content-type': 'text/html; charset=utf-8' };

export const azureDevopsExamples: Examples<typeof azureDevopsAnswers> = {
  'token expired': {
    answer: says(401, 'Access Denied: The Personal Access Token used has expired.', 'AccessCheckException'),
    class: 'EXPIRED',
  },
  'token expired by the header': {
    answer: {
      status: 401,
      headers: { 'x-tfs-serviceerror': 'Access%20Denied%3A%20The%20Personal%20Access%20Token%20used%20has%20expired.' },
      body: '',
    },
    class: 'EXPIRED',
  },
  'sign-in page': refused({ status: 203, headers: html, body: signIn }),
  'redirect to the sign-in page': refused({
    status: 302,
    headers: {
      ...html,
      location:
        'https://spsprodsin2.vssps.visualstudio.com/_signin?realm=dev.azure.com&reply_to=https%3A%2F%2Fdev.azure.com',
    },
    body: '<html><head><title>Object moved</title></head><body></body></html>',
  }),
  'conditional access': {
    answer: says(
      403,
      'VS403463: The conditional access policy defined by your Azure Active Directory administrator has failed.',
      'ConditionalAccessException',
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'never signed in': {
    answer: says(
      401,
      'TF401444: Please sign-in at least once as fdfed7bd-0000-4000-8000-6e39c468c150\\\\ops@acme.test in a web browser to enable access to the service.',
      unauthorized,
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'user is nobody': refused(
    says(
      401,
      "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.",
      unauthorized,
    ),
  ),
  'closed to anonymous users': refused(
    says(401, 'TF400813: Resource not available for anonymous access. Client authentication required.', unauthorized),
  ),
  'user not authorized': { answer: says(401, somebody, unauthorized), class: 'INSUFFICIENT' },
  'access not authorized': {
    answer: says(401, 'VS30063: You are not authorized to access https://dev.azure.com.', 'VssUnauthorizedException'),
    class: 'INSUFFICIENT',
  },
  'operation not allowed': forbidden(says(403, 'The requested operation is not allowed.', 'InvalidAccessException')),
  'token not accepted': refused({ status: 401, headers: html, body: signIn.replace('Sign In', '401') }),
  'area closed': {
    ...forbidden(
      says(
        403,
        'TF237111: The current user does not have permissions to save work items under the specified area path.',
        'WorkItemUnauthorizedSaveException',
      ),
    ),
    to: 'azure create',
  },
  'forbidden without a reason': forbidden({ status: 403, json: {} }),
  'no such project': {
    answer: says(
      404,
      'TF200016: The following project does not exist: Mobile App. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.',
      'ProjectDoesNotExistWithNameException',
    ),
    class: 'NOT_FOUND',
    to: 'azure project',
  },
  'no such thing': {
    answer: says(404, 'The resource cannot be found.', 'VssResourceNotFoundException'),
    class: 'NOT_FOUND',
    to: 'azure types',
  },
  'version lost': {
    answer: says(
      400,
      'No api-version was supplied for the "GET" request. The version must be supplied either as part of the Accept header or as a query parameter.',
      'VssVersionNotSpecifiedException',
    ),
    class: 'UNREACHABLE',
  },
  'version out of range': {
    answer: says(
      400,
      'The requested REST API version of 7.1 is out of range for this server. The latest REST API version this server supports is 5.1.',
      'VssVersionOutOfRangeException',
    ),
    class: 'UNREACHABLE',
  },
  'conflict of states': { answer: { status: 409, json: {} }, class: 'UNREACHABLE' },
  'usage exceeded': {
    answer: says(
      429,
      'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource Concurrency in namespace 1b2c3d4e.',
      'RequestBlockedException',
    ),
    class: 'RATE_LIMITED',
  },
  'requests delayed': {
    answer: { status: 429, headers: { 'x-ratelimit-resource': 'ATDelayTarget/ATRequests' }, json: {} },
    class: 'RATE_LIMITED',
  },
  'services not available': {
    answer: says(
      503,
      'TF400324: Azure DevOps services are not available from server https://dev.azure.com/acme.',
      'TeamFoundationServiceUnavailableException',
    ),
    class: 'UNREACHABLE',
  },
};
