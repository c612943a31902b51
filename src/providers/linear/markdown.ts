import { asAddress, type TemplateText } from '../../core/ticket-text.ts';

/** A text in Linear's Markdown: what people wrote as it is, of values nothing. */
export function markdownOf({ pieces }: TemplateText): string {
  return pieces.map(({ text, isValue }) => (isValue ? (asAddress(text) ?? escaped(text)) : text)).join('');
}

/** What begins a line must not make it an item of a list. */
function escaped(value: string): string {
  return value
    .replace(/[\\*_[\]<>#~`]/g, '\\$&')
    .replace(/^([ \t]*)([-+]|\d{1,9}(?=[.)]))/gm, (_, space, sign) =>
      /\d/.test(sign) ? `${space}${sign}\\` : `${space}\\${sign}`,
    );
}
