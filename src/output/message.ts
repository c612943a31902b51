import { usesColor } from './color.ts';
import { lead as behind, commandLines, wrapped } from './lines.ts';
import type { Streams } from './streams.ts';
import { painter, toneOf } from './tone.ts';

/** How lines for people are drawn on standard error. */
export interface MessageStyle {
  color: boolean;
  /** Columns of the terminal; undefined where there is none, and nothing is wrapped. */
  width: number | undefined;
}

export function messageStyle(
  env: Readonly<Record<string, string | undefined>>,
  { stderr }: Streams,
  noColor: boolean,
): MessageStyle {
  // A terminal of none is one of `script`, `expect` or cron.
  const width = (stderr.isTTY && stderr.columns) || undefined;
  return { color: usesColor(env, stderr, noColor), width };
}

type Kind = 'error' | 'hint' | 'warning';

/** `error: …`, its further lines beneath its first one; a command stays one that can be copied. */
export function messageText(kind: Kind, text: string, { color, width }: MessageStyle): string {
  const word = `${kind}:`;
  const indent = kind === 'hint' ? 7 : word.length + 1;
  const lines = width === undefined ? [text] : linesOf(text, indent, width);
  const rest = lines.slice(1).map(behind(' '.repeat(indent)));
  const first = `${painter(color)(word, toneOf(kind))}${' '.repeat(indent - word.length)}${lines[0]}`;
  return `${[first, ...rest].join('\n')}\n`;
}

function linesOf(text: string, indent: number, width: number): string[] {
  const room = Math.max(20, width - indent);
  return /^integrations [^.;,]*$/.test(text) ? commandLines(text, room) : wrapped(text, 0, room).split('\n');
}

/** Lines as they are written, each going on beneath its own beginning where the terminal ends. */
export function noteText(text: string, { width }: MessageStyle): string {
  if (width === undefined) return `${text}\n`;
  const folded = text.split('\n').map((line) => {
    const indent = line.length - line.trimStart().length;
    return `${' '.repeat(indent)}${wrapped(line.trimStart(), indent, Math.max(20, width))}`;
  });
  return `${folded.join('\n')}\n`;
}
