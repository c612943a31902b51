import type { Client, Email } from '../../core/client.ts';
import type { JsonObject } from '../../core/field.ts';
import type { Delivery, MessageActions, SendingRow } from '../../core/messages.ts';
import { emailAnswers } from './answers.ts';
import { emailOf } from './message.ts';

export const emailMessages: MessageActions = {
  destinations: (row: SendingRow) => row.list('emailRecipients').map((name) => ({ name, masked: masked(name) })),
  payload: (row, message, { name }, id) => emailOf(row.text('emailFromAddress') ?? '', name, message, id),
  send,
};

/** `t…@acme.test` */
function masked(address: string): string {
  const [first = ''] = address;
  return `${first}…${address.slice(address.lastIndexOf('@'))}`;
}

/** The next server took it: one that does not know the recipient may send it back later. */
async function send(client: Client, payload: JsonObject): Promise<Delivery> {
  const email = payload as Email;
  const host = await client.submit(email, emailAnswers);
  return { state: 'accepted', detail: `${host} takes it`, providerId: email.messageId, place: {} };
}
