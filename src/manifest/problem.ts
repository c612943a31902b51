import { AppError, type ErrorCode } from '../core/error.ts';
import { plural, quotable } from '../core/text.ts';

/** A file as its problems name it. */
export interface Origin {
  /** As it was given; `<stdin>` for standard input. */
  file: string;
  /** In the order of the command line. */
  index: number;
  /** Undefined in a file that could not be read. */
  position(offset: number): { line: number; column: number } | undefined;
}

/** A place in a file. */
export interface Span {
  origin: Origin;
  /** In characters of the text. */
  offset: number;
}

/** What is wrong with a manifest. Nothing of the file stands in it but where it is. */
export interface Problem extends Span {
  /** The key that it is about; undefined where there is none, or none that is known. */
  key?: string | undefined;
  /** A clause such as `must be text`, or a sentence's rest where there is no key. */
  reason: string;
  /** The reason is a sentence of its own, with another subject than the key. */
  isSentence?: true;
  code?: ErrorCode;
  /** What to do about it, where that is not in the help of the manifest. */
  hint?: string;
}

const mostTold = 100;

/** `FILE:LINE:COLUMN:` as compilers write it; `FILE:` where nothing could be read. */
export function spanText({ origin, offset }: Span): string {
  const place = origin.position(offset);
  return place ? `${origin.file}:${place.line}:${place.column}:` : `${origin.file}:`;
}

/** All of them as one error, in the order of the files. @throws AppError where there are any */
export function refuseProblems(problems: readonly Problem[]): void {
  const sorted = [...problems].sort((a, b) => a.origin.index - b.origin.index || a.offset - b.offset);
  const [first] = sorted;
  if (!first) return;
  const told = sorted.slice(0, mostTold).map((problem) => ({ problem, text: textOf(problem) }));
  const hint = first.hint ?? 'What a manifest may hold: integrations help manifest';
  const details = {
    problems: told.map(({ problem: { origin, offset, key, reason } }) => ({
      file: origin.file,
      ...(origin.position(offset) ?? { line: null, column: null }),
      key: key ?? null,
      message: reason,
    })),
  };
  const code = first.code ?? 'VALIDATION';
  if (sorted.length === 1) throw new AppError(code, textOf(first), { hint, field: first.key, details });
  const lines = told.map(({ text }) => text);
  const rest = sorted.length - told.length;
  throw new AppError(code, `the manifest has ${plural(sorted.length, 'problem')}`, {
    hint,
    field: first.key,
    details,
    lines: rest > 0 ? [...lines, `and ${rest} more`] : lines,
  });
}

function textOf(problem: Problem): string {
  const { key, reason, isSentence } = problem;
  const lead = key === undefined ? '' : `${quotable(key)}${isSentence ? ': ' : ' '}`;
  return `${spanText(problem)} ${lead}${reason}`;
}
