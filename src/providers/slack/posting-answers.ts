import type { AnswerTable } from '../../core/verification.ts';

const postMessage = 'https://docs.slack.dev/reference/methods/chat.postMessage';
const any = [200, 400, 403, 404];
const askThere = 'Ask whoever manages the channel, or name another channel.';

/** What Slack answers to a message alone, before what it answers to all. */
export const postingAnswers = {
  'rules of the channel': {
    status: any,
    body: { error: /^(restricted_action|channel_is_limited_access)/ },
    class: 'PROVIDER_BLOCKED',
    detail: 'the rules of the channel keep the bot from posting there',
    hint: askThere,
    source: postMessage,
  },
  'Messages tab off': {
    status: any,
    body: { error: 'messages_tab_disabled' },
    class: 'PROVIDER_BLOCKED',
    detail: 'the app takes part in no direct messages',
    hint: 'Name a channel, or switch the Messages tab on: api.slack.com/apps, your app, App Home.',
    source: postMessage,
  },
  'access restricted': {
    status: any,
    body: { error: /^(app_access_restricted|slack_connect_\w+_blocked|org_login_required)$/ },
    class: 'PROVIDER_BLOCKED',
    detail: 'the administration of the workspace does not allow it',
    hint: 'Ask an administrator of the workspace.',
    source: postMessage,
  },
  'name instead of an id': {
    status: any,
    body: { error: 'team_not_found' },
    class: 'MALFORMED',
    detail: 'the app belongs to a whole organization, where Slack finds channels only by their ids',
    hint: 'Name the channels by their ids, which are at the end of the channel details.',
    source: postMessage,
  },
  'too many messages of the workspace': {
    status: any,
    body: { error: 'message_limit_exceeded' },
    class: 'RATE_LIMITED',
    detail: 'the workspace has sent too many messages',
    hint: 'Try again later.',
    source: postMessage,
  },
  'form refused': {
    status: any,
    body: { error: /^(invalid_blocks|msg_blocks_too_long|no_text|too_many_attachments|attachment_payload|metadata_)/ },
    class: 'MALFORMED',
    detail: 'Slack does not accept the form of the message',
    hint: 'Check for a newer version of integrations.',
    source: postMessage,
  },
  'form refused by the webhook': {
    status: 400,
    page: true,
    text: /^(invalid_payload|invalid_blocks\w*|no_text|too_many_attachments)\s*$/,
    class: 'MALFORMED',
    detail: 'the webhook does not accept the form of the message',
    hint: 'Check for a newer version of integrations.',
    source: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  },
} as const satisfies AnswerTable;
