import type { Json } from '../core/field.ts';
import type { TicketRequest } from '../library/types.ts';
import { base } from './integration-routes.ts';
import type { Route } from './route.ts';
import {
  closedTicketSchema,
  createdTicketSchema,
  ticketKey,
  ticketRequestSchema,
  ticketSchema,
} from './run-schemas.ts';

/** The tickets of releases. */
export function ticketRoutes(): Route[] {
  return [createTicket, findTicket, closeTicket];
}

const epics = `${base}/tickets/{id}/epics`;

const createTicket: Route = {
  method: 'POST',
  path: epics,
  operationId: 'createTicket',
  summary: 'Create the epic of a release from `epicTemplate`, once',
  description: [
    'One for a key, which is the release where none is given: asked for once more, it is found. The state `unknown` says that',
    'its provider did not tell whether it was created: it is looked up, and never created again; no',
    'Idempotency-Key keeps such an answer.',
  ].join('\n'),
  scope: 'use',
  body: { types: ['application/json'], schema: ticketRequestSchema },
  idempotent: 'by its answer',
  answer: { status: 200, schema: createdTicketSchema },
  async handle({ tenant, params: { id = '' }, body, signal }) {
    const created = await tenant.tickets.create(id, body as TicketRequest, { signal });
    return { body: created as unknown as Json, isUnsettled: created.result === null };
  },
};

const findTicket: Route = {
  method: 'GET',
  path: epics,
  operationId: 'findTicket',
  summary: 'Get the epic of a key, as its provider shows it now',
  scope: 'use',
  query: { key: ticketKey },
  queryNeeded: ['key'],
  answer: { status: 200, schema: ticketSchema },
  async handle({ tenant, params: { id = '' }, query, signal }) {
    return { body: (await tenant.tickets.find(id, query['key'] as string, { signal })) as unknown as Json };
  },
};

const closeTicket: Route = {
  method: 'POST',
  path: `${epics}/close`,
  operationId: 'closeTicket',
  summary: 'Move the epic of a key to what is done at its provider',
  description: 'One that is done is left alone: `unchanged`.',
  scope: 'use',
  body: {
    types: ['application/json'],
    schema: {
      title: 'ClosingTicket',
      type: 'object',
      required: ['key'],
      additionalProperties: false,
      properties: {
        key: ticketKey,
        to: { type: 'string', minLength: 1, description: 'The name of one of several ways or states' },
      },
    },
  },
  answer: { status: 200, schema: closedTicketSchema },
  async handle({ tenant, params: { id = '' }, body, signal }) {
    const asked = body as { key: string; to?: string };
    return { body: (await tenant.tickets.close(id, asked, { signal })) as unknown as Json };
  },
};
