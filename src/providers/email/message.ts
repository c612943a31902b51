import type { Email } from '../../core/client.ts';
import type { Message } from '../../core/messages.ts';
import { escaping, fitted, shownFacts } from '../message-text.ts';

const escapeHtml = escaping({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' });
const most = { subject: 150, value: 10_000 };

/** An e-mail to one of several: none sees the others. Answering machines are told to be silent (RFC 3834; the other is Exchange's). */
export function emailOf(from: string, to: string, message: Message, id: string): Email {
  const domain = /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    from,
    to,
    subject: fitted(message.title, most.subject),
    text: textOf(message),
    html: htmlOf(message),
    messageId: `<${id}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

function textOf(message: Message): string {
  const { shown, rest } = shownFacts(message);
  const facts = shown.map(({ name, value }) => `${name}: ${fitted(value, most.value)}`);
  const parts = [message.title, [...facts, ...(rest ? [rest] : [])].join('\n'), message.link ?? ''];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** Nothing in it is fetched from elsewhere. */
function htmlOf(message: Message): string {
  const { shown, rest } = shownFacts(message);
  const html = (text: string) => fitted(text, 2 * most.value, escapeHtml).replaceAll('\n', '<br>');
  const rows = shown.map(({ name, value }) => `<tr><th align="left">${html(name)}</th><td>${html(value)}</td></tr>`);
  return [
    `<h2>${html(message.title)}</h2>`,
    ...(rows.length > 0 ? [`<table cellpadding="4">${rows.join('')}</table>`] : []),
    ...(rest ? [`<p>${rest}</p>`] : []),
    ...(message.link === undefined ? [] : [`<p><a href="${html(message.link)}">Open</a></p>`]),
  ].join('\n');
}
