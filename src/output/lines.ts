/** The text in lines that end before `width`, each but the first behind `indent` blanks. A long word stays whole. */
export function wrapped(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

const continuation = '    ';

/**
 * A command of a shell in lines that end before `width` and can still be copied: what goes on ends in a backslash. A flag
 * stays with its value, and words in quotation marks whole; a remark stands above a command that is too long for it.
 */
export function commandLines(command: string, width: number): string[] {
  if (command.length <= width) return [command];
  const [, bare = command, remark] = /^(.*?)\s+(#.*)$/.exec(command) ?? [];
  const lines: string[] = [];
  for (const word of bare.match(/(?:[|>] |--?[\w-]+ (?![-|>]))?(?:'[^']*'|"[^"]*"|\S)+/g) ?? []) {
    const line = lines.at(-1);
    // Two columns are kept for the backslash.
    if (line === undefined || line.length + 1 + word.length > width - 2) {
      lines.push(line === undefined ? word : `${continuation}${word}`);
    } else lines[lines.length - 1] = `${line} ${word}`;
  }
  const joined = lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
  return remark === undefined ? joined : [remark, ...joined];
}

/** Puts something before a line. */
export function lead(before: string): (line: string) => string {
  return (line) => `${before}${line}`;
}
