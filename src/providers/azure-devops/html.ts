import { blocksOf, stretchesOf, type TemplateText } from '../../core/ticket-text.ts';

/** A text as HTML, the form in which Azure DevOps keeps one: paragraphs, lists and addresses alone. */
export function htmlOf(text: TemplateText): string {
  return blocksOf(text)
    .map(({ kind, lines }) =>
      kind === 'paragraph'
        ? `<p>${inlineOf(lines.join('\n'))}</p>`
        : `<ul>${lines.map((line) => `<li>${inlineOf(line)}</li>`).join('')}</ul>`,
    )
    .join('');
}

function inlineOf(text: string): string {
  return stretchesOf(text)
    .map(({ text: stretch, isAddress }) =>
      isAddress
        ? `<a href="${escaped(stretch)}">${escaped(stretch)}</a>`
        : escaped(stretch).replace(/\r\n|\r|\n/g, '<br>'),
    )
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
