/** `a`, `a and b`, `a, b and c`. */
export function sentenceList(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

// C0 and C1 controls, halves of characters, and the marks that reorder or hide text on a screen (not the joiners that emoji need).
const unprintable = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/u;

const everyUnprintable = new RegExp(unprintable.source, 'gu');
const unprintableButLineFeed = new RegExp(`(?!\\n)${unprintable.source}`, 'gu');

/** Whether a text holds control characters or marks that change how the text around them is shown. */
export function hasUnprintable(text: string, allowLineBreaks = false): boolean {
  return unprintable.test(allowLineBreaks ? text.replace(/[\n\t]/g, '') : text);
}

/** Whether half of a character stands by itself: no encoding holds it, and MySQL refuses it in JSON. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Cs}/u.test(text);
}

/** The text with nothing in it that a terminal obeys: unprintable characters but line breaks are escaped, as JSON does it. */
export function visible(text: string): string {
  return text.replace(unprintableButLineFeed, escaped);
}

/** The text without unprintable characters, its line breaks as one kind. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').replace(unprintableButLineFeed, '');
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The text as it may stand in a message or a table: unprintable characters escaped, cut at `max` characters. */
export function quotable(text: string, max = 80): string {
  const short = [...text.slice(0, max * 2)].slice(0, max).join('');
  const shown = short.length < text.length ? `${short}…` : short;
  return shown.replace(everyUnprintable, escaped);
}

/** Whether a word has a stretch as long and dense as tokens have, so that a message had better not repeat it. */
export function mayBeCredential(word: string): boolean {
  return /[A-Za-z0-9+=]{20,}/.test(word) || word.includes('-----BEGIN');
}

/** A word of bash or zsh that means exactly this text. */
export function posixQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word of a command that is told: quoted where a shell would read it otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : posixQuote(text);
}

/** `defaultBranch` to `default-branch`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A category's noun as text has it: `SCM integration`. */
export function written(noun: string): string {
  return noun.replace(/^scm\b/, 'SCM');
}

/** `a target integration`, `an SCM integration`. */
export function withArticle(noun: string): string {
  return `${/^([aeiou]|scm\b)/i.test(noun) ? 'an' : 'a'} ${written(noun)}`;
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** By code units, the same everywhere, whatever the language is set to. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
