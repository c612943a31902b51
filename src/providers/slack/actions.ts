import { judgeBy, machineCode } from '../../core/answers.ts';
import { rebased } from '../../core/authorization.ts';
import { type Client, NotDone } from '../../core/client.ts';
import type { JsonObject } from '../../core/field.ts';
import type { Delivery, Destination, MessageActions, SendingRow } from '../../core/messages.ts';
import { isThrottled, retryAfter } from '../../core/reading.ts';
import { quotable } from '../../core/text.ts';
import type { Answer, AnswerTable, Probe, Refusal, Undecided } from '../../core/verification.ts';
import { jsonObject, textOf } from '../json-answer.ts';
import { slackAnswers } from './answers.ts';
import { slackCall, slackError, slackRequest } from './api.ts';
import { slackMessage } from './message.ts';
import { postingAnswers } from './posting-answers.ts';
import { slackWebhooks } from './webhook.ts';

export const slackMessages: MessageActions = {
  destinations,
  payload: (_row, message, { name }) => ({ ...(name === hook ? {} : { channel: name }), ...slackMessage(message) }),
  send: (client, payload) => (payload['channel'] === undefined ? sendToHook(client, payload) : post(client, payload)),
  address,
};

const hook = 'webhook';

/** A bot posts in its channels; the webhook, which has a channel of its own, is for those who have no bot. */
function destinations(row: SendingRow): Destination[] {
  if (row.has('slackBotToken')) return row.list('slackChannels').map((name) => ({ name, masked: name }));
  return row.has('slackWebhookUrl') ? [{ name: hook, masked: hook }] : [];
}

async function post(client: Client, payload: JsonObject): Promise<Delivery> {
  const { url, headers = {} } = slackRequest(client, 'chat.postMessage');
  const answer = await client.change({
    method: 'POST',
    url,
    headers,
    json: payload,
    accept: (given) => slackError(given) !== undefined && !isThrottled(given),
  });
  const error = slackError(answer);
  if (error !== undefined) throw notPosted(client, answer, error);
  const body = jsonObject(answer);
  const [channel, ts] = [textOf(body['channel']), textOf(body['ts'])];
  if (channel !== undefined && ts !== undefined)
    return { state: 'delivered', detail: 'it stands in the channel', providerId: ts, place: { channel, ts } };
  throw new NotDone('uncertain', { detail: 'Slack takes it, and does not say where it stands', kind: 'UNREACHABLE' });
}

const faults = /^(internal_error|fatal_error|service_unavailable|request_timeout)$/;
const all: AnswerTable = { ...postingAnswers, ...slackAnswers };

/** An error that Slack names is a refusal, unless it is a fault of its own, behind which the message may stand there. */
function notPosted(client: Client, answer: Answer, error: string): NotDone {
  const problem = judgeBy(all, answer, { credentialProven: true, now: client.now() });
  const detail = problem?.message ?? `Slack does not post it (${machineCode(answer) ?? answer.status})`;
  const { hint, kind } = problem ?? {};
  if (faults.test(error)) return new NotDone('uncertain', { detail, kind });
  if (kind === 'RATE_LIMITED') {
    const retryAfterS = retryAfter(answer.header('retry-after'), client.now());
    return new NotDone('not sent', { detail, hint, kind, retryAfterS });
  }
  return new NotDone('refused', { detail, hint, kind: kindOf(problem) });
}

/** Of a refusal that Slack itself told. */
function kindOf(problem: Refusal | Undecided | undefined): NotDone['kind'] {
  return problem?.kind === 'UNREACHABLE' ? undefined : problem?.kind;
}

/** It answers with words: `ok`, or why not; anything else may come from what stands in front of it. */
async function sendToHook(client: Client, payload: JsonObject): Promise<Delivery> {
  const address = client.secret('slackWebhookUrl');
  if (!address) throw new NotDone('not sent', { detail: 'it has no webhook URL', kind: 'MALFORMED' });
  const answer = await client.change({
    method: 'POST',
    url: rebased(address, slackWebhooks.base, client.base(slackWebhooks)),
    json: payload,
    accept: (given) => wordOf(given) !== undefined && given.status < 500 && !isThrottled(given),
  });
  const word = wordOf(answer);
  if (word === 'ok' && answer.status === 200)
    return { state: 'accepted', detail: 'the webhook takes it', providerId: null, place: {} };
  if (word === undefined || answer.status < 400)
    throw new NotDone('uncertain', { detail: 'the webhook gave an unexpected answer', kind: 'UNREACHABLE' });
  const problem = judgeBy(all, answer, { credentialProven: true, now: client.now() });
  const detail = problem?.message ?? `the webhook refuses it (${answer.status}, ${quotable(word, 60)})`;
  throw new NotDone('refused', { detail, hint: problem?.hint, kind: kindOf(problem) });
}

function wordOf({ text }: Answer): string | undefined {
  return /^([a-z_]{2,60})\s*$/.exec(text)?.[1];
}

async function address(probe: Probe, { channel, ts }: JsonObject): Promise<string | undefined> {
  const query = new URLSearchParams({ channel: String(channel), message_ts: String(ts) });
  const { body } = await slackCall(probe, slackRequest(probe, `chat.getPermalink?${query}`));
  return textOf(body['permalink']);
}
