import { judgeBy, machineCode } from '../../core/answers.ts';
import { type Client, NotDone } from '../../core/client.ts';
import type { JsonObject } from '../../core/field.ts';
import type { Delivery, MessageActions } from '../../core/messages.ts';
import { isThrottled } from '../../core/reading.ts';
import type { Answer } from '../../core/verification.ts';
import { teamsMessage } from './card.ts';
import { postingAnswers } from './posting-answers.ts';

const hook = 'webhook';

export const teamsMessages: MessageActions = {
  destinations: (row) => (row.has('teamsWebhookUrl') ? [{ name: hook, masked: hook }] : []),
  payload: (_row, message) => teamsMessage(message),
  send,
};

/** A success says that the flow was started: what it does then, nobody is told. */
async function send(client: Client, payload: JsonObject): Promise<Delivery> {
  const url = client.secret('teamsWebhookUrl');
  if (!url) throw new NotDone('not sent', { detail: 'it has no webhook URL', kind: 'MALFORMED' });
  const answer = await client.change({ method: 'POST', url, json: payload, accept: isRefusal });
  if (isRefusal(answer)) throw refused(client, answer);
  return { state: 'accepted', detail: 'the flow was started', providerId: null, place: {} };
}

function isRefusal(answer: Answer): boolean {
  const { status, isPage, text } = answer;
  if (isPage || isThrottled(answer)) return false;
  return status === 413 || ([400, 401, 403, 404].includes(status) && /^\s*\{/.test(text));
}

function refused(client: Client, answer: Answer): NotDone {
  const problem = judgeBy(postingAnswers, answer, { credentialProven: true, now: client.now() });
  const codes = [answer.status, machineCode(answer)].filter(Boolean).join(', ');
  const { message: detail = `the flow does not take it (${codes})`, hint, kind } = problem ?? {};
  return new NotDone('refused', { detail, hint, kind });
}
