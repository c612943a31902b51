import type { Fact, Message } from '../core/messages.ts';

/** Texts of messages, for the forms that providers give them. */

/** What a list of facts has room for. */
const mostFacts = 10;

/** The facts that are shown, and a line that counts the others; undefined where there are none. */
export function shownFacts({ facts }: Message): { shown: readonly Fact[]; rest: string | undefined } {
  const shown = facts.slice(0, mostFacts);
  const count = facts.length - shown.length;
  return { shown, rest: count > 0 ? `and ${count} more` : undefined };
}

/**
 * A text, escaped, in at most so many UTF-16 units; one that is cut ends with an ellipsis. Neither a character nor an
 * escape is cut in two.
 */
export function fitted(text: string, most: number, escaped: (char: string) => string = (char) => char): string {
  let [length, whole, cut] = [0, '', ''];
  for (const char of text) {
    const form = escaped(char);
    length += form.length;
    if (length > most) return `${cut}…`;
    whole += form;
    // Room for the ellipsis.
    if (length < most) cut = whole;
  }
  return whole;
}

/** By character, such as `&` to `&amp;`. */
export function escaping(escapes: Readonly<Record<string, string>>): (char: string) => string {
  return (char) => escapes[char] ?? char;
}
