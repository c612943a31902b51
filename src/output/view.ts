import type { AppError } from '../core/error.ts';
import type { JsonObject } from '../core/field.ts';
import type { Tone } from './tone.ts';

/** An object of the answer; its keys are the contract with scripts. */
export type Data = JsonObject;

/** A column of a table, for people: titles and texts may change. */
export interface Column {
  readonly title: string;
  readonly text: (data: Data) => string;
  readonly tone?: (data: Data) => Tone | undefined;
  /** Its texts are not cut to fit the screen, as long as any others can be. */
  readonly whole?: true;
  /** Its texts are copied: they are not cut on any screen. */
  readonly copied?: true;
  /** Its texts go on in further lines instead of being cut. */
  readonly wraps?: true;
  /** Its texts stand beneath their rows, whole, where the screen is too narrow for all. */
  readonly beneath?: true;
  /** May be left out where the screen is too narrow for all: those with the lowest number first. */
  readonly spare?: number;
}

/** A label with its text, for people. Where a word of the text is named, that alone has the tone. */
export type Line = readonly [label: string, text: string, tone?: Tone | undefined, word?: string | undefined];

/** What a command answers. */
export type View = OneView | ManyView | DrawingView | TextView;

/** The answer stands, and all the same something failed: told when the answer is written. */
interface Judged {
  readonly failure?: () => AppError | undefined;
  /** The exit status, where it says more than that all went well. */
  readonly exitStatus?: number;
}

export interface OneView extends Judged {
  readonly kind: 'one';
  readonly data: Data;
  /** What `-o name` prints. */
  readonly name: string;
  /** Pairs for people, in order. */
  readonly lines: readonly Line[];
  /** It may be longer than a screen, and holds no credential. */
  readonly isLong?: true;
}

export interface ManyView extends Judged {
  readonly kind: 'many';
  /** In pages, so that any number of rows passes through little memory. */
  readonly pages: AsyncIterable<readonly Data[]> | Iterable<readonly Data[]>;
  readonly columns: readonly Column[];
  /** Every key that a row may have, in order: the columns of CSV. */
  readonly keys: readonly string[];
  readonly name: (data: Data) => string;
  /** A sentence for people when there are no rows. */
  readonly empty: string;
  /** What one row is, for the line that counts them: `tenant`; undefined where nobody counts. */
  readonly noun?: string;
  /** In formats of its own, by their names. */
  readonly documents?: Readonly<Record<string, () => string>>;
  /** For people in place of the table, where columns would not say it. */
  readonly lines?: readonly TextLine[];
  /** What no row has room for: it is told beneath the table, and stands in none of its rows. */
  readonly block?: (data: Data) => readonly TextLine[] | undefined;
}

/** A line for people; it goes on in further ones, each as far to the right, where the screen is too narrow. */
export interface TextLine {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** A picture in characters, by format, in pieces of any length; the first is the usual one. JSON gives what was drawn. */
export interface DrawingView {
  readonly kind: 'drawing';
  readonly drawings: Readonly<Record<string, () => AsyncIterable<string> | Iterable<string>>>;
  readonly data: () => Data;
}

/** Text that is the same in every format, such as a completion script; any length of it in pieces. */
export interface TextView {
  readonly kind: 'text';
  readonly text: string | AsyncIterable<string>;
}

/** So many rows are written as one text. */
const pageLength = 500;

export function manyOf(rows: readonly Data[], rest: Omit<ManyView, 'kind' | 'pages'>): ManyView {
  return { kind: 'many', pages: { [Symbol.iterator]: () => pagesOf(rows) }, ...rest };
}

function* pagesOf(rows: readonly Data[]): Generator<readonly Data[]> {
  for (let at = 0; at < rows.length; at += pageLength) yield rows.slice(at, at + pageLength);
}
