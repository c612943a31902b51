import type { Json } from '../core/field.ts';
import type { MessageReport, NotificationRequest } from '../library/types.ts';
import { hintInApi } from './api-words.ts';
import { base } from './integration-routes.ts';
import { messageReportsSchema, notificationSchema } from './message-schemas.ts';
import type { Answer, Route } from './route.ts';
import { keyOfCaller, underHeader } from './run-key.ts';

/** What is sent to people. */
export function messageRoutes(): Route[] {
  return [notify, testCommunication];
}

const notify: Route = {
  method: 'POST',
  path: `${base}/notify`,
  operationId: 'notify',
  summary: 'Send a message to all that listen to an event',
  description: [
    'To every destination of the active communication integrations whose `notifyOnEvents` holds the event, or that have no',
    'such list; or of those that it names. Under its `key`, or else the Idempotency-Key, each destination gets it once: sent',
    'again, the answer reports it as `duplicate` where it arrived before. What a destination refused, or what is not known to',
    'have arrived, is in its report: 200.',
  ].join('\n'),
  scope: 'use',
  body: { types: ['application/json'], schema: notificationSchema },
  idempotent: 'by its run',
  answer: { status: 200, schema: messageReportsSchema },
  async handle({ tenant, body, idempotencyKey, caller, signal }) {
    const request = body as NotificationRequest;
    if (request.key !== undefined || idempotencyKey === undefined)
      return reportsAnswer(await tenant.messages.notify(request, { signal }));
    const key = keyOfCaller(idempotencyKey, caller.id);
    return reportsAnswer(await underHeader(tenant.messages.notify({ ...request, key }, { signal })));
  },
};

const testCommunication: Route = {
  method: 'POST',
  path: `${base}/communication/{id}/test`,
  operationId: 'testCommunication',
  summary: 'Send one harmless message to each destination of a communication integration',
  description: 'Only a message proves that a webhook or a mail server brings it where people see it: look there.',
  scope: 'use',
  idempotent: 'by its answer',
  answer: { status: 200, schema: messageReportsSchema },
  handle: async ({ tenant, params: { id = '' }, signal }) => reportsAnswer(await tenant.messages.test(id, { signal })),
};

function reportsAnswer(reports: readonly MessageReport[]): Answer {
  const told = reports.map((report) => ({ ...report, hint: report.hint && (hintInApi(report.hint) ?? null) }));
  return { body: told as unknown as Json };
}
