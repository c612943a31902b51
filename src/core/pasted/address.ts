import { Unfit } from '../field.ts';
import { unwrapped } from './unwrapped.ts';

/** The web address in a text that was copied with what stood around it; undefined where there is none. */
export function addressIn(text: string): URL | undefined {
  if (text.length > 2048) return undefined;
  return unwrapped(text, (each) => {
    // Markdown has it in parentheses, behind its name; mail and chat have it in angle brackets, with a full stop behind.
    const bare = (/^\[[^\]]*\]\(([^()\s]+)\)$/.exec(each)?.[1] ?? each).replace(/[.,;:]+$/, '');
    const address = /^(https?):\/\/[^\s"'<>`\\]+$/i.test(bare) ? URL.parse(bare) : undefined;
    return address ?? undefined;
  });
}

/** The parts of a path as people read them. */
export function pathOf({ pathname }: URL): string[] {
  return pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodedPart);
}

export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A page that belongs to no single thing of the wanted kind: says what to copy in its place. */
export function notOneOf(what: string, copy: string): Unfit {
  return new Unfit(`is the address of another page, which does not name the ${what}; copy ${copy}`);
}
