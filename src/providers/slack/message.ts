import type { Json, JsonObject } from '../../core/field.ts';
import type { Message } from '../../core/messages.ts';
import { escaping, fitted, shownFacts } from '../message-text.ts';

/** Limits: docs.slack.dev, 'Blocks' and 'Rate limits'; a message of all blocks near 13,200 characters is refused (slackapi/bolt-js#2509). */
const most = { title: 150, field: 1000, text: 4000 };

/** What mrkdwn reads as links and mentions starts with one of them (docs.slack.dev, 'Formatting message text'). */
const escapeMrkdwn = escaping({ '&': '&amp;', '<': '&lt;', '>': '&gt;' });

/** A message as Slack takes it, for a channel or a webhook. No link of it is fetched for a preview. */
export function slackMessage(message: Message): JsonObject {
  const { shown, rest } = shownFacts(message);
  const fields = shown.map(({ name, value }) => mrkdwn(`*${fitted(name, 100, escapeMrkdwn)}*\n`, value));
  return {
    text: fallbackOf(message),
    blocks: [
      { type: 'header', text: plainText(fitted(message.title, most.title)) },
      ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
      ...(rest === undefined ? [] : [{ type: 'context', elements: [plainText(rest)] }]),
      ...(message.link === undefined ? [] : [linkBlock(message.link)]),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Read aloud, and shown where blocks are not. */
function fallbackOf(message: Message): string {
  const { shown, rest } = shownFacts(message);
  const lines = [message.title, ...shown.map(({ name, value }) => `${name}: ${value}`), ...(rest ? [rest] : [])];
  const text = fitted(lines.join('\n'), most.text, escapeMrkdwn);
  return message.link === undefined ? text : `${text}\n${fitted(message.link, 3000, escapeMrkdwn)}`;
}

function linkBlock(url: string): JsonObject {
  return { type: 'actions', elements: [{ type: 'button', text: plainText('Open'), url }] };
}

function plainText(text: string): JsonObject {
  return { type: 'plain_text', text, emoji: false };
}

/** Verbatim: no name in it becomes a mention or a link. */
function mrkdwn(lead: string, value: string): Json {
  return { type: 'mrkdwn', text: lead + fitted(value, most.field, escapeMrkdwn), verbatim: true };
}
