import type { ErrorClass } from '../../../src/core/verification.ts';
import type { slackAnswers } from '../../../src/providers/slack/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';

function says(error: string, errorClass: ErrorClass, rest: Partial<Example> = {}): Example {
  return { answer: { json: { ok: false, error } }, class: errorClass, ...rest };
}

/** A webhook announces its words as a page. */
function webhook(status: number, body: string, errorClass: ErrorClass): Example {
  return { answer: { status, headers: { 'content-type': 'text/html' }, body }, class: errorClass, to: 'slack webhook' };
}

const ofChannel = { to: 'slack channel' };
const ofList = { to: 'slack channels' };

export const slackExamples: Examples<typeof slackAnswers> = {
  invalid_auth: says('invalid_auth', 'INVALID'),
  not_authed: says('not_authed', 'INVALID'),
  token_expired: says('token_expired', 'EXPIRED'),
  token_revoked: says('token_revoked', 'REVOKED'),
  account_inactive: says('account_inactive', 'REVOKED'),
  missing_scope: says('missing_scope', 'INSUFFICIENT', {
    elsewhere: { 'slack channel': 'valid', 'slack channels': 'valid' },
  }),
  not_allowed_token_type: says('not_allowed_token_type', 'INSUFFICIENT'),
  no_permission: says('no_permission', 'INSUFFICIENT', ofChannel),
  access_denied: says('access_denied', 'INSUFFICIENT', ofChannel),
  accesslimited: says('accesslimited', 'INSUFFICIENT'),
  'restricted_action and its kinds': says('restricted_action_read_only_channel', 'INSUFFICIENT', ofChannel),
  channel_is_limited_access: says('channel_is_limited_access', 'INSUFFICIENT', ofChannel),
  team_access_not_granted: says('team_access_not_granted', 'INSUFFICIENT', ofList),
  missing_argument: says('missing_argument', 'MALFORMED', ofList),
  enterprise_is_restricted: says('enterprise_is_restricted', 'PROVIDER_BLOCKED', ofList),
  ekm_access_denied: says('ekm_access_denied', 'PROVIDER_BLOCKED'),
  two_factor_setup_required: says('two_factor_setup_required', 'PROVIDER_BLOCKED'),
  org_login_required: says('org_login_required', 'UNREACHABLE'),
  team_added_to_org: says('team_added_to_org', 'UNREACHABLE'),
  // At a channel's own look-up the code names the channel that was meant.
  channel_not_found: says('channel_not_found', 'NOT_FOUND', ofList),
  is_archived: says('is_archived', 'NOT_FOUND', ofChannel),
  not_in_channel: says('not_in_channel', 'NOT_FOUND', ofChannel),
  'method that is gone': says('method_deprecated', 'UNREACHABLE', ofList),
  'arguments refused': says('invalid_arguments', 'UNREACHABLE', ofList),
  'too many calls': says('ratelimited', 'RATE_LIMITED'),
  'fault of Slack': says('fatal_error', 'UNREACHABLE'),
  service_unavailable: says('service_unavailable', 'UNREACHABLE'),
  request_timeout: says('request_timeout', 'UNREACHABLE'),
  'webhook unknown': webhook(403, 'invalid_token', 'INVALID'),
  'webhook gone': webhook(404, 'no_service', 'REVOKED'),
  'workspace of the webhook gone': webhook(404, 'team_disabled', 'REVOKED'),
  'channel of the webhook gone': webhook(404, 'channel_not_found', 'NOT_FOUND'),
  'channel of the webhook archived': webhook(410, 'channel_is_archived', 'NOT_FOUND'),
  'webhook may not post': webhook(403, 'action_prohibited', 'INSUFFICIENT'),
  'webhook may not post in general': webhook(400, 'posting_to_general_channel_denied', 'INSUFFICIENT'),
};
