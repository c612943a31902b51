import type { Schema } from './route.ts';

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };

export const notificationSchema: Schema = {
  title: 'Notification',
  type: 'object',
  required: ['event'],
  additionalProperties: false,
  properties: {
    event: { type: 'string', minLength: 1, description: 'What happened', examples: ['release_started'] },
    variables: {
      type: 'object',
      additionalProperties: text,
      description: 'What is told of it, by name: app, version, platform, branch …',
      examples: [{ app: 'Acme', version: '2.4.0' }],
    },
    message: { type: 'string', minLength: 1, description: "The title, in place of the event's own" },
    link: { type: 'string', minLength: 1, description: 'Where people read on', examples: ['https://ci.acme.test/45'] },
    key: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'A name of your own for it: under it, each destination gets it once, whoever asks',
      examples: ['2.4.0-started'],
    },
    to: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: text,
      description: 'The ids of those that send it, whatever they listen to',
      examples: [['comm_0193f6c017ad7b2f9c3e5d8a1b4f6e20']],
    },
    force: {
      type: 'boolean',
      description: 'Sends it once more, under its key, to where nobody knows whether it arrived',
    },
  },
};

const report: Schema = {
  id: { ...text, description: 'Of the integration' },
  displayName: text,
  type: { ...text, description: "The provider's name" },
  destination: text,
  outcome: {
    type: 'string',
    enum: ['delivered', 'accepted', 'refused', 'uncertain', 'not_sent', 'duplicate', 'skipped'],
    description:
      '`accepted`: somebody took it who does not say whether it arrives; `duplicate`: it was sent before, under this key',
  },
  runId: textOrNull,
  providerId: { ...textOrNull, description: "The provider's own name for the message" },
  url: textOrNull,
  errorCode: textOrNull,
  detail: { ...textOrNull, description: 'Why it is so' },
  hint: { ...textOrNull, description: 'What to do next' },
};

/** What became of a message at each destination. */
export const messageReportsSchema: Schema = {
  type: 'array',
  items: {
    title: 'MessageReport',
    type: 'object',
    required: Object.keys(report),
    additionalProperties: false,
    properties: report,
  },
};
