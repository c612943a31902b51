import { bearer } from '../../core/authorization.ts';
import type { Scopes } from '../../core/scopes.ts';
import { sentenceList } from '../../core/text.ts';
import { type Answer, type HostedApi, type Probe, Refusal, type Request, Undecided } from '../../core/verification.ts';
import { errorBody, type JsonObject, jsonObject, textOf, unforeseen } from '../json-answer.ts';

/** Slack's Web API: what went wrong stands in the body of a 200. Names: slack-ruby/slack-api-ref, 'methods'. */

export const slackApi: HostedApi = { base: 'https://slack.com/api', variable: 'INTEGRATIONS_SLACK_API_URL' };

/** Of a bot token; the useful ones look its channels up, public and private. */
export const slackScopes = {
  needed: ['chat:write'],
  useful: ['channels:read', 'groups:read'],
  harmless: ['chat:write.public', 'channels:join', 'incoming-webhook'],
} as const satisfies Scopes;

/** A call of a method; reading ones as GET. */
export function slackRequest(probe: Probe, method: string, rest: Partial<Request> = {}): Request {
  const token = probe.secret('slackBotToken');
  return {
    ...rest,
    url: `${probe.base(slackApi)}/${method}`,
    headers: token ? { authorization: bearer(token) } : {},
  };
}

/** @throws Undecided for an answer that is none of Slack's */
export async function slackCall(probe: Probe, request: Request): Promise<{ answer: Answer; body: JsonObject }> {
  const answer = await probe.send(request);
  const body = jsonObject(answer);
  if (body['ok'] !== true && slackError(answer) === undefined) throw unforeseen();
  return { answer, body };
}

/** The error that an answer names; undefined where it names none. */
export function slackError(answer: Answer): string | undefined {
  const { ok, error } = errorBody(answer);
  return ok === false ? textOf(error) : undefined;
}

export function slackJudge(answer: Answer): Refusal | Undecided | undefined {
  const error = slackError(answer);
  if (error === undefined || answer.status === 429 || answer.status >= 500) return undefined;
  const known = rules.find(([names]) => names.test(error));
  return known
    ? known[1](answer)
    : new Undecided('UNREACHABLE', { detail: 'Slack names an error that is not foreseen', hint: 'Try again later.' });
}

type Rule = readonly [names: RegExp, problem: (answer: Answer) => Refusal | Undecided];

const rules: readonly Rule[] = [
  [
    /^(invalid_auth|not_authed)$/,
    () =>
      new Refusal('INVALID', {
        detail: 'Slack does not accept the bot token',
        hint: 'Copy it again: api.slack.com/apps, your app, OAuth and Permissions.',
      }),
  ],
  [
    /^token_expired$/,
    () =>
      new Refusal('EXPIRED', {
        detail: 'the bot token has ended',
        hint: 'Renew it, or turn token rotation off for the app.',
      }),
  ],
  [
    /^(token_revoked|account_inactive)$/,
    () =>
      new Refusal('REVOKED', {
        detail: 'the bot token was revoked, or its account is gone',
        hint: 'Install the app in the workspace again.',
      }),
  ],
  [
    /^(missing_scope|no_permission|not_allowed_token_type|restricted_action\w*|access_denied|accesslimited|channel_is_limited_access)$/,
    () =>
      new Refusal('INSUFFICIENT', {
        detail: 'the bot may not do this',
        hint: `Add the scopes ${sentenceList([...slackScopes.needed, ...slackScopes.useful])}, and install the app again.`,
      }),
  ],
  [
    /^(ekm_access_denied|team_added_to_org|org_login_required|two_factor_setup_required|enterprise_is_restricted)$/,
    () =>
      new Refusal('PROVIDER_BLOCKED', {
        detail: 'the workspace or its organization blocks the app',
        hint: 'Ask an administrator of the workspace.',
      }),
  ],
  [
    /^(channel_not_found|is_archived|not_in_channel)$/,
    () =>
      new Refusal('NOT_FOUND', {
        detail: 'there is no such channel, or the bot is not in it',
        hint: 'Check the channel; invite the bot where it is private.',
      }),
  ],
  [
    /^rate_?limited$/,
    (answer) => {
      const seconds = /^\d{1,5}$/.exec(answer.header('retry-after') ?? '')?.[0];
      return new Undecided('RATE_LIMITED', {
        detail: 'Slack throttles',
        hint: `Try again ${seconds ? `in ${seconds} s` : 'later'}.`,
      });
    },
  ],
  [
    /^(internal_error|fatal_error|service_unavailable|request_timeout)$/,
    () => new Undecided('UNREACHABLE', { detail: 'Slack has a fault', hint: 'Try again later.' }),
  ],
];
