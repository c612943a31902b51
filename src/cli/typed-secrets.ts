import { mayBeCredential } from '../core/text.ts';

/** Takes out of a text what was typed and looks like a credential. */
export interface TypedSecrets {
  without(text: string): string;
  /** Whether anything was taken out so far. */
  readonly found: boolean;
}

const prefixes = /(gh[a-z]_|_pat_|gl[a-z]{2,6}-|xox[a-z]+-|lin_[a-z]+_|ATATT|ATCTT|AKIA|AIza|eyJ|npm_|sk-)\S{8}/;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const ownId = /^(scm|target|pipeline|comm|ticket|run|token|history)_[0-9a-z]+$/;
/** As much of a word as tells it from others; messages cut what is long. */
const told = 12;

/**
 * People paste a token where a name belongs. Whatever message would repeat a word of the command line passes through
 * here, so no message has to think of it.
 */
export function typedSecrets(argv: readonly string[]): TypedSecrets {
  const words = argv.flatMap((word) => [word, ...word.split(/[=:,]/)]).filter(looksLikeCredential);
  // The longest first: a part of a word is not to be taken out of it.
  const secrets = [...new Set(words)].sort((a, b) => b.length - a.length);
  let found = false;
  return {
    get found() {
      return found;
    },
    without(text) {
      let rest = text;
      for (const secret of secrets) {
        for (let at = rest.indexOf(secret.slice(0, told)); at !== -1; at = rest.indexOf(secret.slice(0, told), at)) {
          found = true;
          rest = `${rest.slice(0, at)}(not repeated)${rest.slice(at + lengthAt(rest, at, secret))}`;
        }
      }
      return rest;
    },
  };
}

function looksLikeCredential(word: string): boolean {
  if (word.length < told || ownId.test(word)) return false;
  // A folder may have any name; those of macOS for temporary files are as dense as a token.
  const isPath = word.includes('/') && !/^https?:/.test(word);
  return prefixes.test(word) || uuid.test(word) || (!isPath && mayBeCredential(word));
}

/** How much of the word stands there, with the sign that it was cut. */
function lengthAt(text: string, at: number, word: string): number {
  let length = 0;
  while (length < word.length && text[at + length] === word[length]) length += 1;
  return text[at + length] === '…' ? length + 1 : length;
}
