import type { playStoreAnswers } from '../../../src/providers/play-store/answers.ts';
import { ahead } from '../clock.ts';
import type { Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

function grant(status: number, error: string, error_description?: string): Reply {
  return { status, json: { error, ...(error_description === undefined ? {} : { error_description }) } };
}

/** The older form, with a reason in `errors`. */
function api(code: number, message: string, reason: string, domain = 'androidpublisher'): Reply {
  return { status: code, json: { error: { code, message, errors: [{ message, domain, reason }] } } };
}

/** The newer form, with a status and perhaps a reason in `details`. */
function rpc(code: number, status: string, message: string, reason?: string): Reply {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' };
  return { status: code, json: { error: { code, message, status, ...(reason ? { details: [info] } : {}) } } };
}

const to = 'google releases';
const denied = 'PERMISSION_DENIED';
const perDay =
  "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'androidpublisher.googleapis.com' for consumer 'project_number:123456789012'.";
const perMinute =
  "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'androidpublisher.googleapis.com' for consumer 'project_number:123456789012'.";

export const playStoreExamples: Examples<typeof playStoreAnswers> = {
  'signature of another key': { answer: grant(400, 'invalid_grant', 'Invalid JWT Signature.'), class: 'INVALID' },
  'account not found': { answer: grant(400, 'invalid_grant', 'Invalid grant: account not found'), class: 'INVALID' },
  'not an e-mail': { answer: grant(400, 'invalid_grant', 'Not a valid email.'), class: 'INVALID' },
  'account deleted': { answer: grant(400, 'invalid_grant', 'The account has been deleted'), class: 'REVOKED' },
  'account disabled': { answer: grant(400, 'invalid_grant', 'Robot is disabled.'), class: 'REVOKED' },
  'token endpoint by another name': {
    answer: grant(
      400,
      'invalid_grant',
      'Invalid JWT: Failed audience check. The right audience is https://oauth2.googleapis.com/token',
    ),
    class: 'MALFORMED',
  },
  'grant refused while a clock is off': {
    answer: ahead(-600, grant(400, 'invalid_grant', 'Invalid JWT: iat is in the future.')),
    class: 'UNREACHABLE',
    hint: "This machine's clock is 10 min ahead of the provider's: set it first, then try again.",
  },
  'times out of range': {
    answer: grant(
      400,
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    ),
    class: 'UNREACHABLE',
  },
  'grant refused': { answer: grant(400, 'invalid_grant'), class: 'INVALID' },
  'client refused': { answer: grant(401, 'invalid_client', 'The OAuth client was not found.'), class: 'INVALID' },
  'client deleted': { answer: grant(401, 'deleted_client', 'The OAuth client was deleted.'), class: 'REVOKED' },
  'client disabled': { answer: grant(401, 'disabled_client', 'The OAuth client was disabled.'), class: 'REVOKED' },
  'scope not authorized': {
    answer: grant(401, 'unauthorized_client', 'Unauthorized client or scope in request.'),
    class: 'INSUFFICIENT',
  },
  'scope unknown': {
    answer: grant(
      400,
      'invalid_scope',
      'https://www.googleapis.com/auth/androidpublisher is not a valid audience string.',
    ),
    class: 'UNREACHABLE',
  },
  'policy of the organization': { answer: grant(400, 'admin_policy_enforced'), class: 'PROVIDER_BLOCKED' },
  'internal to an organization': {
    answer: grant(403, 'org_internal', 'This client is restricted to users within its organization.'),
    class: 'PROVIDER_BLOCKED',
  },
  'fault of the token service': { answer: grant(400, 'internal_failure'), class: 'UNREACHABLE' },
  'permission denied with 401': {
    answer: api(
      401,
      'The current user has insufficient permissions to perform the requested operation.',
      'permissionDenied',
    ),
    class: 'INSUFFICIENT',
    to,
  },
  'app of another developer': {
    answer: api(401, 'This developer account does not own the application.', 'developerDoesNotOwnApplication'),
    class: 'INSUFFICIENT',
    to,
  },
  'access token refused': {
    answer: rpc(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
    class: 'UNREACHABLE',
    to,
  },
  'API not enabled': {
    answer: api(
      403,
      'Access Not Configured. Google Play Developer API has not been used in project 123456789012 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/androidpublisher.googleapis.com/overview?project=123456789012 then retry.',
      'accessNotConfigured',
      'usageLimits',
    ),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'service disabled': {
    answer: rpc(403, denied, 'The service is switched off for the consumer.', 'SERVICE_DISABLED'),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'project not linked': {
    answer: api(
      403,
      'The project id used to call the Google Play Developer API has not been linked in the Google Play Developer Console.',
      'projectNotLinked',
    ),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'billing switched off': {
    answer: api(
      403,
      'Project charming-module-137923 (#808448574146) has billing disabled. Please enable it.',
      'forbidden',
      'global',
    ),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'billing account disabled': {
    answer: rpc(403, denied, 'This API method requires billing to be enabled.', 'BILLING_DISABLED'),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'project suspended': {
    answer: rpc(
      403,
      denied,
      "Permission denied: Consumer 'projects/993395320710' has been suspended.",
      'CONSUMER_SUSPENDED',
    ),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'project invalid': {
    answer: rpc(403, denied, "Permission denied on resource project 'projects/123'.", 'CONSUMER_INVALID'),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'project denied': {
    answer: rpc(403, denied, 'Caller does not have required permission to use project 123.', 'USER_PROJECT_DENIED'),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'perimeter of the organization': {
    answer: rpc(
      403,
      denied,
      "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: 123456789abcde.",
      'SECURITY_POLICY_VIOLATED',
    ),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'developer account with issues': {
    answer: rpc(
      403,
      denied,
      "There are issues with your account which mean you can't publish changes to your app or send changes for review.",
    ),
    class: 'PROVIDER_BLOCKED',
    to,
  },
  'day used up': {
    answer: api(403, perDay, 'rateLimitExceeded', 'usageLimits'),
    class: 'RATE_LIMITED',
    to,
  },
  'rate limit': { answer: api(403, perMinute, 'rateLimitExceeded', 'usageLimits'), class: 'RATE_LIMITED', to },
  'rate limit by a newer word': {
    answer: rpc(429, 'RESOURCE_EXHAUSTED', perMinute, 'RATE_LIMIT_EXCEEDED'),
    class: 'RATE_LIMITED',
    to,
  },
  'resource exhausted': {
    answer: rpc(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
    class: 'RATE_LIMITED',
    to,
  },
  'caller without permission': {
    answer: rpc(403, denied, 'The caller does not have permission'),
    class: 'INSUFFICIENT',
    to,
  },
  'user without permission': {
    answer: api(
      403,
      'The current user has insufficient permissions to perform the requested operation.',
      'permissionDenied',
    ),
    class: 'INSUFFICIENT',
    to,
  },
  'forbidden without a reason': { answer: api(403, 'Forbidden', 'forbidden', 'global'), class: 'INSUFFICIENT', to },
  'no application': {
    answer: api(404, 'No application was found for the given package name.', 'applicationNotFound', 'global'),
    class: 'NOT_FOUND',
    to,
  },
  'no package': { answer: rpc(404, 'NOT_FOUND', 'Package not found: com.acme.app.'), class: 'NOT_FOUND', to },
  'service unavailable': {
    answer: rpc(503, 'UNAVAILABLE', 'The service is currently unavailable.'),
    class: 'UNREACHABLE',
    to,
  },
};
