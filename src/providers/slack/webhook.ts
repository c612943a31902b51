import { rebased } from '../../core/authorization.ts';
import type { Secret } from '../../core/secret.ts';
import { type Answer, type HostedApi, type Probe, type Request, Undecided } from '../../core/verification.ts';

export const slackWebhooks: HostedApi = {
  base: 'https://hooks.slack.com',
  variable: 'INTEGRATIONS_SLACK_WEBHOOK_URL',
};

/**
 * Asks an incoming webhook without posting: it refuses a body that is not JSON only after it has found itself
 * (trufflehog's detector of Slack webhooks).
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
    accept: isItself,
  };
  const answer = await probe.send(request);
  if (isItself(answer)) return;
  throw new Undecided('UNREACHABLE', {
    detail: `the webhook gave an unexpected answer (${answer.status})`,
    hint: 'Check whether a proxy is in the way.',
  });
}

/** `no_text` is what an empty object is answered with: the address was found there too. */
function isItself({ text }: Answer): boolean {
  return /^(invalid_payload|no_text)\s*$/.test(text);
}
