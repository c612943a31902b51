import { asAddress, type TemplateText } from '../../core/ticket-text.ts';

/** A text in the markup of Jira Data Center (Atlassian, 'Text formatting notation'): what people wrote as it is, of values nothing. */
export function wikiOf({ pieces }: TemplateText): string {
  return pieces.map(({ text, isValue }) => (isValue ? (asAddress(text) ?? escaped(text)) : text)).join('');
}

/** Line breaks by their own sign, so that no line of a value begins as a list or a heading does. */
function escaped(value: string): string {
  return value
    .replace(/[\\{}[\]*_\-+^~?!|#]/g, (char) => (char === '\\' ? '&#92;' : `\\${char}`))
    .replace(/\r\n|\r|\n/g, '\\\\ ');
}
