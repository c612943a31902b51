import { runCategories } from '../app/runs/present.ts';
import type { Schema } from './route.ts';

const text: Schema = { type: 'string' };
const invented = 'run_0193f6c21ad97c4e8b6f3a5d7e9c1b20';
const textOrNull: Schema = { type: ['string', 'null'] };
const time: Schema = { type: 'string', format: 'date-time' };

/** What every run has. */
const common: Schema = {
  runId: { ...text, examples: [invented] },
  kind: { type: 'string', enum: ['build', 'message', 'ticket'] },
  category: { type: 'string', enum: [...runCategories] },
  integrationId: text,
  displayName: { ...text, description: "The integration's, as it was called then" },
  key: { ...textOrNull, description: "The caller's own name for it" },
  state: {
    ...text,
    description:
      '`dispatching` while its request may be on its way, `unknown` where nobody found out what became of it, `refused` and `not_sent` where nothing was done. Other words are those of its kind, and say that it was done.',
  },
  providerState: { ...textOrNull, description: "The provider's own word" },
  providerRunId: textOrNull,
  url: { ...textOrNull, description: 'Where people look at it' },
  detail: { ...textOrNull, description: 'Why it is so' },
  startedAt: time,
  changedAt: time,
  endedAt: { type: ['string', 'null'], format: 'date-time', description: 'Since when nothing more is expected of it' },
};

const ofBuilds: Schema = {
  ref: { ...textOrNull, description: 'The branch or tag, where the job knows of one' },
  parameters: { type: 'array', items: text, description: 'The names of what it was given' },
};

const ofSomeBuilds: Schema = {
  joined: { type: 'boolean', description: 'It joined one that waited already' },
  cancelled: { type: 'boolean', description: 'Of one whose time was over: whether it was cancelled in time' },
};

const ofTickets: Schema = { release: { ...text, description: 'The version that a ticket is for' } };

function object(title: string, required: Schema, optional: Schema): Schema {
  const properties = { ...required, ...optional };
  return { title, type: 'object', required: Object.keys(required), additionalProperties: false, properties };
}

const ofMessages: Schema = {
  event: { ...text, description: 'What was told' },
  destination: { ...text, description: 'To whom, not in full' },
};

export const runSchema = object('Run', common, { ...ofBuilds, ...ofSomeBuilds, ...ofMessages, ...ofTickets });

const build: Schema = {
  ...common,
  kind: { const: 'build' },
  category: { const: 'pipeline' },
  state: {
    type: 'string',
    enum: [
      ...['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'timed_out'],
      ...['dispatching', 'unknown', 'refused', 'not_sent'],
    ],
    description:
      '`unknown`: nobody found out whether it was started; `dispatching`: its request may be on its way; `refused`, `not_sent`: nothing was started',
  },
  ...ofBuilds,
};

export const buildSchema = object('Build', build, ofSomeBuilds);

export const askedBuildSchema = object(
  'AskedBuild',
  {
    ...build,
    trouble: {
      ...textOrNull,
      description:
        'Why its provider could not be asked for it: it is then as it was seen last. Null where it is as its provider says.',
    },
  },
  ofSomeBuilds,
);

/** The `runId` that a page of a list ended with. */
export const afterRun: Schema = {
  type: 'string',
  pattern: '^run_[0-9A-Za-z_-]+$',
  description: 'The `runId` that the last page ended with',
  examples: [invented],
};

export const buildRequestSchema = object(
  'BuildRequest',
  {},
  {
    ref: { type: 'string', minLength: 1, maxLength: 255, description: "A branch or tag; the pipeline's own otherwise" },
    environmentVariables: {
      type: 'object',
      additionalProperties: text,
      description: 'Beside what the pipeline stores under these names, and in its place',
      examples: [{ LANE: 'beta' }],
    },
    key: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description:
        'A name of your own for it: with it, it is started once, whoever asks. The command line has --run-id',
      examples: ['2.4.0'],
    },
    buildTimeout: {
      type: 'integer',
      minimum: 1,
      maximum: 2_147_483_647,
      description: "Seconds after which whoever waits for it cancels it; the pipeline's own otherwise",
    },
    force: { type: 'boolean', description: 'Starts it although nobody knows what became of an earlier one' },
  },
);

const ticket: Schema = {
  ...common,
  kind: { const: 'ticket' },
  category: { const: 'ticket' },
  state: {
    type: 'string',
    enum: ['open', 'done', 'trashed', 'dispatching', 'unknown', 'refused', 'not_sent'],
    description: '`trashed`: it is there, but nobody sees it; `unknown`: nobody found out whether it was created',
  },
};

export const ticketSchema = object('Ticket', ticket, ofTickets);

export const createdTicketSchema = object(
  'CreatedTicket',
  {
    result: {
      type: ['string', 'null'],
      enum: ['created', 'existing', null],
      description: '`existing`: it was created before, under this key. Null where nobody knows: see `state`',
    },
    ...ticket,
    warnings: { type: 'array', items: text, description: 'What was left undone: the ticket is there all the same' },
  },
  ofTickets,
);

export const closedTicketSchema = object(
  'ClosedTicket',
  { result: { type: 'string', enum: ['closed', 'unchanged'] }, ...ticket },
  ofTickets,
);

export const ticketKey: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  description: 'The key that it was created with: a name of the caller, or the release',
  examples: ['2.4.0'],
};

export const ticketRequestSchema = object(
  'TicketRequest',
  {
    release: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'The version that it is for: {{version}} in the template',
      examples: ['2.4.0'],
    },
  },
  {
    key: { ...ticketKey, description: 'A name of your own for it; the release where it is absent' },
    title: { type: 'string', minLength: 1, maxLength: 255, description: "In place of the template's" },
    variables: {
      type: 'object',
      additionalProperties: text,
      description: 'What stands in the place of {{name}} in the template',
      examples: [{ branch: 'release/2.4' }],
    },
    link: { type: 'string', minLength: 1, description: 'A page that it is to lead to: {{releaseUrl}} in the template' },
  },
);
