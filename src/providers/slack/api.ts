import { machineCode } from '../../core/answers.ts';
import { bearer } from '../../core/authorization.ts';
import type { Scopes } from '../../core/scopes.ts';
import {
  type Answer,
  type HostedApi,
  type Probe,
  type Request,
  type RequestRest,
  Undecided,
} from '../../core/verification.ts';
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
export function slackRequest(probe: Probe, method: string, rest: RequestRest = {}): Request {
  const token = probe.secret('slackBotToken');
  return {
    ...rest,
    url: `${probe.base(slackApi)}/${method}`,
    headers: token ? { authorization: bearer(token) } : {},
  };
}

/** @throws Undecided for an answer that is none of Slack's, and for an error that the table does not have */
export async function slackCall(probe: Probe, request: Request): Promise<{ answer: Answer; body: JsonObject }> {
  const answer = await probe.send(request);
  const body = jsonObject(answer);
  if (body['ok'] !== true && !request.accept?.(answer)) throw unknownError(answer);
  return { answer, body };
}

function unknownError(answer: Answer): Undecided {
  const code = slackError(answer) === undefined ? undefined : machineCode(answer);
  if (code === undefined) return unforeseen();
  return new Undecided('UNREACHABLE', {
    detail: `Slack reports an unexpected error (${code})`,
    hint: "Look it up in Slack's documentation of the method, and check for a newer version of integrations.",
  });
}

/** The error that an answer names; undefined where it names none. */
export function slackError(answer: Answer): string | undefined {
  const { ok, error } = errorBody(answer);
  return ok === false ? textOf(error) : undefined;
}
