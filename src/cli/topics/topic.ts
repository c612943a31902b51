import { commandLines, lead, wrapped } from '../../output/lines.ts';

/** What `help` explains beside commands, as data. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly parts: readonly Part[];
}

type Part =
  | { readonly text: string }
  /** Terms, each with its text beneath it. */
  | { readonly title: string; readonly terms: readonly (readonly [term: string, text: string])[] }
  /** Lines that can be copied as they are. */
  | { readonly title: string; readonly lines: readonly string[] }
  | { readonly title: string; readonly commands: readonly string[] };

const indent = '      ';

export function topicText({ summary, parts }: Topic, width: number): string {
  return `${[wrapped(summary, 0, width), ...parts.map((part) => partText(part, width))].join('\n\n')}\n`;
}

function partText(part: Part, width: number): string {
  if ('text' in part) return wrapped(part.text, 0, width);
  return [wrapped(`${part.title}:`, 0, width), ...linesOf(part, width)].join('\n');
}

function linesOf(part: Exclude<Part, { text: string }>, width: number): string[] {
  if ('lines' in part) return part.lines.map((line) => (line === '' ? '' : `  ${line}`));
  if ('commands' in part) return part.commands.flatMap((line) => commandLines(line, width - 2).map(lead('  ')));
  return part.terms.map(
    ([term, text]) => `  ${wrapped(term, 2, width)}\n${indent}${wrapped(text, indent.length, width)}`,
  );
}
