import Table from 'cli-table3';
import { visible } from '../core/text.ts';
import { hyperlink } from './hyperlink.ts';
import { painter, type Tone } from './tone.ts';
import type { Column, Line, TextLine } from './view.ts';
import { cut, measureOf, wrapped } from './width.ts';

/*
 * Other programs write the rows too. Whatever a column or a line makes of them, nothing of it reaches a terminal before
 * it has gone through `visible`.
 */

/** How text is drawn for people. */
export interface Style {
  /** Columns of the screen; undefined where the output is not a terminal, and nothing is cut. */
  width: number | undefined;
  color: boolean;
  /** Lines of the screen where a pager shows it: the header stands on each. */
  screen?: number | undefined;
  /** Whether the terminal takes links. */
  links?: boolean;
}

/** A text in a table, and what colour underlines it. */
export interface Cell {
  text: string;
  tone?: Tone | undefined;
  /** The word that alone has the tone, where it last stands. */
  word?: string | undefined;
  /** May have several lines, and goes on in more where it is too wide. */
  wraps?: true | undefined;
}

const gap = 2;
/** Columns are cut to this before any is left out, and to `narrowest` before the screen's width is overstepped. */
const readable = 12;
const narrowest = 6;

/**
 * Rows under a header. Columns give way until the table fits the width: first they are cut, then the least are left out.
 * @param pages is gone through twice: the widths of all rows are known before the first is drawn
 */
export async function* renderTable(
  columns: readonly Column[],
  pages: Iterable<readonly (readonly Cell[])[]>,
  style: Style,
): AsyncGenerator<string> {
  const header = columns.map(({ title }): Cell => ({ text: title.toUpperCase(), tone: 'dim' }));
  const natural = columns.map(() => 0);
  await widen(natural, [header]);
  for (const page of pages) await widen(natural, page);
  const below = columnsBelow(natural, columns, style.width);
  for (const column of below) natural[column] = -1;
  const layout = layoutOf(fittedWidths(natural, columns, style.width));
  const heading = await drawn([header], layout, style);
  const most = style.screen === undefined ? Number.POSITIVE_INFINITY : Math.max(4, style.screen - 2);
  let left = 0;
  for (const page of pages) {
    for (let from = 0; from < page.length; ) {
      if (left === 0) yield heading;
      const rows = page.slice(from, from + (left || most));
      from += rows.length;
      left = (left || most) - rows.length;
      yield await drawn(rows, layout, style, below);
    }
  }
}

/** Lets each width be at least that of the widest text in its column. */
async function widen(widths: number[], rows: readonly (readonly Cell[])[]): Promise<void> {
  const lines = rows.map((row) => row.map(({ text }) => visible(text).split('\n')));
  const measure = await measureOf(lines.flat(2));
  for (const row of lines)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, ...cell.map(measure));
}

/** Labels with texts beside them, the labels aligned, long texts wrapped. */
export async function renderLines(pairs: readonly Line[], style: Style): Promise<string> {
  const lines = pairs.map(([label, text, tone, word]) => [visible(label), visible(text), tone, word] as const);
  const measure = await measureOf(lines.flatMap(([label, text]) => [label, ...text.split('\n')]));
  const labelWidth = Math.max(0, ...lines.map(([label]) => measure(label)));
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, style.width - labelWidth - gap);
  let drawing = '';
  for (const [label, text, tone, word] of lines) {
    // What is copied or clicked is the whole of an address: the terminal alone may part it.
    const isAddress = /^https?:\/\/\S+$/.test(text);
    const rows = (isAddress ? [text] : wrapped(text, room, measure)).map((part, index): Cell[] => [
      { text: index === 0 ? label : '', tone: 'dim' },
      { text: part, tone, word },
    ]);
    const row = await drawn(rows, layoutOf([labelWidth, isAddress ? Number.POSITIVE_INFINITY : room]), style);
    drawing += isAddress && style.links ? row.replace(text, () => hyperlink(text)) : row;
  }
  return drawing;
}

/** Lines, each wrapped to the screen beneath its own beginning. */
export async function renderText(lines: readonly TextLine[], { color, width }: Style): Promise<string> {
  const paint = painter(color);
  const texts = lines.map(({ text }) => visible(text));
  const measure = await measureOf(texts);
  return lines
    .flatMap(({ tone }, at) => {
      const text = (texts[at] ?? '').trimStart();
      const indent = ' '.repeat((texts[at] ?? '').length - text.length);
      const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - indent.length);
      return wrapped(text, room, measure).map((part) => `${indent}${paint(part, tone)}\n`);
    })
    .join('');
}

const borderless = {
  chars: {
    ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
    ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
    ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(gap) },
  },
  style: { 'padding-left': 0, 'padding-right': 0, border: [], head: [] },
};

/** A column of a table with what stands before it in each line. */
interface Place {
  before: string;
  column: number;
  width: number;
}

/**
 * How each row is laid out: as cli-table3 draws one whose cells are full of a character that stands for their column.
 * Given all rows it would lay out each against all others, which takes hours where there are many.
 * @param widths -1 leaves a column out
 */
function layoutOf(widths: readonly number[]): Place[] {
  const standIn = 0xe000;
  const shown = [...widths.keys()].filter((column) => widths[column] !== -1);
  const table = new Table(borderless);
  // The last one is as wide as its text.
  table.push(
    shown.map((column) =>
      String.fromCharCode(standIn + column).repeat(column === shown.at(-1) ? 1 : (widths[column] ?? 0)),
    ),
  );
  return [...table.toString().matchAll(/([^\ue000-\uf8ff]*)([\ue000-\uf8ff])\2*/g)].map(
    ([, before = '', char = '']) => {
      const column = char.charCodeAt(0) - standIn;
      return { before, column, width: widths[column] ?? 0 };
    },
  );
}

/** The rows so laid out, each cell cut to its column's width, without blanks at the ends of lines. */
async function drawn(
  rows: readonly (readonly Cell[])[],
  layout: readonly Place[],
  { color, width = Number.POSITIVE_INFINITY }: Style,
  below: readonly number[] = [],
): Promise<string> {
  const paint = painter(color);
  const texts = rows.map((row) => row.map(({ text }) => visible(text)));
  const measure = await measureOf(texts.flat().flatMap((text) => text.split('\n')));
  let drawing = '';
  for (const [at, row] of rows.entries()) {
    const cells = layout.map(({ column, width }) => {
      const text = texts[at]?.[column] ?? '';
      return row[column]?.wraps
        ? wrapped(text, width, measure)
        : text.split('\n').map((line) => cut(line, width, measure));
    });
    const height = Math.max(...cells.map(({ length }) => length));
    for (let index = 0; index < height; index += 1) drawing += lineOf(row, index, cells);
    for (const column of below) drawing += beneath(texts[at]?.[column] ?? '');
  }
  return drawing;

  function painted(text: string, tone: Tone | undefined, word: string | undefined): string {
    if (word === undefined) return paint(text, tone);
    const at = text.lastIndexOf(word);
    return at < 0 ? text : text.slice(0, at) + paint(word, tone) + text.slice(at + word.length);
  }

  function beneath(text: string): string {
    if (text === '') return '';
    const lines = wrapped(text, Math.max(20, width - indent.length), measure);
    return lines.map((line) => `${indent}${paint(line, 'dim')}\n`).join('');
  }

  function lineOf(row: readonly Cell[], index: number, cells: readonly (readonly string[])[]): string {
    let line = '';
    let blanks = 0;
    for (const [place, { before, column, width }] of layout.entries()) {
      const text = cells[place]?.[index] ?? '';
      const { tone, word } = row[column] ?? {};
      line += `${' '.repeat(blanks)}${before}${painted(text, tone, word)}`;
      blanks = place === layout.length - 1 ? 0 : Math.max(0, width - measure(text));
    }
    return `${line.trimEnd()}\n`;
  }
}

const indent = ' '.repeat(4);

/** The columns that stand beneath their rows. */
function columnsBelow(natural: readonly number[], columns: readonly Column[], width: number | undefined): number[] {
  const needed = natural.reduce((sum, each) => sum + each, 0) + gap * (natural.length - 1);
  if (width === undefined || needed <= width) return [];
  return columns.flatMap(({ beneath }, index) => (beneath ? [index] : []));
}

function fittedWidths(natural: readonly number[], columns: readonly Column[], width: number | undefined): number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  const excess = () => {
    const shown = widths.filter((each) => each >= 0);
    return shown.reduce((sum, each) => sum + each, 0) + gap * (shown.length - 1) - width;
  };
  const cutTo = (least: number, may: (column: Column) => boolean) => {
    while (excess() > 0) {
      const open = widths.map((each, index) => (columns[index] && may(columns[index]) ? each : 0));
      const widest = Math.max(...open);
      if (widest <= least) return;
      widths[open.indexOf(widest)] = widest - 1;
    }
  };
  cutTo(readable, ({ whole }) => !whole);
  const dispensable = columns.flatMap(({ spare }, index) => (spare ? [{ index, spare }] : []));
  for (const { index } of dispensable.sort((a, b) => a.spare - b.spare)) {
    if (excess() <= 0) break;
    widths[index] = -1;
    // What was cut for the sake of this column may be whole again.
    for (const [at, each] of widths.entries()) if (each >= 0) widths[at] = natural[at] ?? each;
    cutTo(readable, ({ whole }) => !whole);
  }
  cutTo(narrowest, ({ whole }) => !whole);
  cutTo(narrowest, ({ copied }) => !copied);
  return widths;
}
