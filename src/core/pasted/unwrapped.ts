import { wrappings } from './wrappings.ts';

/** How many characters are looked at in all, so that no text keeps the program busy. */
const mostCharacters = 400_000;
const mostTexts = 400;

/**
 * Looks for something in a text that went through quotation marks, escapes, indentation and encodings on its way: every
 * layer that may be one is taken off, the outermost first, until it is there.
 * @param recognise finds it in a text; what it throws ends the search
 */
export function unwrapped<Value>(text: string, recognise: (text: string) => Value | undefined): Value | undefined {
  const texts = new Set([text.trim()]);
  let left = mostCharacters;
  // A set goes on with what is added meanwhile.
  for (const each of texts) {
    const value = recognise(each);
    if (value !== undefined) return value;
    left -= each.length;
    if (left < 0 || texts.size > mostTexts) return undefined;
    for (const wrapping of wrappings) for (const inner of wrapping(each)) if (inner !== '') texts.add(inner);
  }
  return undefined;
}
