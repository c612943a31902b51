import type { JsonObject } from '../../core/field.ts';
import type { Message } from '../../core/messages.ts';
import { escaping, fitted, shownFacts } from '../message-text.ts';

/** What Markdown in a card reads (Microsoft Learn, 'Format cards in Teams'). */
const escapeMarkdown = escaping(Object.fromEntries([...'\\*_[]()~#'].map((char) => [char, `\\${char}`])));

/** Teams counts its own envelope up to 28 KB: 24,453 bytes were too many (MicrosoftDocs/msteams-docs#11274). */
const mostBytes = 20_000;

/** What a workflow posts: the envelope with one card. Values are cut shorter until it is small enough. */
export function teamsMessage(message: Message): JsonObject {
  const [first = {}, ...shorter] = [1000, 400, 100].map((most) => envelope(cardOf(message, most)));
  return [first, ...shorter].find((each) => Buffer.byteLength(JSON.stringify(each)) <= mostBytes) ?? first;
}

/** `content.type` is looked at by the flow, which fails without it (its caller is told 202 all the same). */
function envelope(content: JsonObject): JsonObject {
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

/** Version 1.4 is shown everywhere. */
function cardOf(message: Message, most: number): JsonObject {
  const { shown, rest } = shownFacts(message);
  const facts = shown.map(({ name, value }) => ({
    title: fitted(name, 100, escapeMarkdown),
    value: fitted(value, most, escapeMarkdown),
  }));
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      {
        type: 'TextBlock',
        text: fitted(message.title, 300, escapeMarkdown),
        size: 'Large',
        weight: 'Bolder',
        wrap: true,
      },
      ...(facts.length > 0 ? [{ type: 'FactSet', facts }] : []),
      ...(rest === undefined ? [] : [{ type: 'TextBlock', text: rest, isSubtle: true, wrap: true }]),
    ],
    ...(message.link === undefined ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: message.link }] }),
  };
}
