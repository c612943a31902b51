import { rebased } from '../../core/authorization.ts';
import type { Secret } from '../../core/secret.ts';
import { type Answer, type HostedApi, type Probe, Refusal, type Request, Undecided } from '../../core/verification.ts';

export const slackWebhooks: HostedApi = {
  base: 'https://hooks.slack.com',
  variable: 'INTEGRATIONS_SLACK_WEBHOOK_URL',
};

/**
 * Asks an incoming webhook without posting: it refuses a body that is not JSON only after it has found itself
 * (trufflehog's detector of Slack webhooks). The word in the body decides, whatever the status.
 * @throws Refusal | Undecided
 */
export async function askWebhook(probe: Probe, address: Secret): Promise<void> {
  const request: Request = {
    method: 'POST',
    // It posts nothing, so it may be sent again.
    repeatable: true,
    url: rebased(address, slackWebhooks.base, probe.base(slackWebhooks)),
    headers: { 'content-type': 'application/json' },
    body: 'not JSON',
    accept: isSlacks,
  };
  const word = (await probe.send(request)).text.trim();
  // `no_text` is what an empty object is answered with: the address was found there too.
  if (word === 'invalid_payload' || word === 'no_text') return;
  const [, refusal] = refusals.find(([words]) => words.test(word)) ?? [];
  throw refusal?.() ?? new Undecided('UNREACHABLE', { detail: 'the webhook gave an answer that is not foreseen' });
}

/**
 * An answer of the webhook itself, not of what stands in front of it: one word, which is announced as a page
 * (cloudfoundry-community/slack-notification-resource#96) and has been seen with 500 (slack-notifier/slack-notifier#84).
 */
function isSlacks({ status, text }: Answer): boolean {
  return status !== 429 && /^\w{1,60}$/.test(text.trim());
}

const newWebhook = 'Make a new one: api.slack.com/apps, your app, Incoming Webhooks.';

const refusals: readonly (readonly [words: RegExp, refusal: () => Refusal])[] = [
  [
    /^invalid_token$/,
    () => new Refusal('INVALID', { detail: 'Slack does not know the webhook URL', hint: newWebhook }),
  ],
  [
    /^(no_service|no_team|team_disabled|no_active_hooks|no_service_id)$/,
    () => new Refusal('REVOKED', { detail: 'the webhook, its app or its workspace is gone', hint: newWebhook }),
  ],
  [
    /^(channel_not_found|channel_is_archived)$/,
    () => new Refusal('NOT_FOUND', { detail: 'the channel of the webhook is gone or archived', hint: newWebhook }),
  ],
  [
    /^(action_prohibited|posting_to_general_channel_denied)$/,
    () =>
      new Refusal('INSUFFICIENT', {
        detail: 'the workspace does not let the webhook post in its channel',
        hint: 'Ask an administrator of the workspace.',
      }),
  ],
];
