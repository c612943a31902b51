import { Chalk } from 'chalk';
import Table from 'cli-table3';
import { visible } from '../core/text.ts';
import type { Column, Line, TextLine, Tone } from './view.ts';
import { cut, type Measure, measureOf, wrapped } from './width.ts';

/*
 * Other programs write the rows too. Whatever a column or a line makes of them, nothing of it reaches a terminal before
 * it has gone through `visible`.
 */

/** How text is drawn for people. */
export interface Style {
  /** Columns of the screen; undefined where the output is not a terminal, and nothing is cut. */
  width: number | undefined;
  color: boolean;
}

/** A text in a table, and what colour underlines it. */
export interface Cell {
  text: string;
  tone?: Tone | undefined;
  /** May have several lines, and goes on in more where it is too wide. */
  wraps?: true | undefined;
}

const gap = 2;
/** Columns are cut to this before any is left out, and to `narrowest` before the screen's width is overstepped. */
const readable = 12;
const narrowest = 6;

/** Rows under a header. Columns give way until the table fits the width: first they are cut, then the least are left out. */
export async function renderTable(
  columns: readonly Column[],
  cells: readonly (readonly Cell[])[],
  style: Style,
): Promise<string> {
  const rows = cells.map((row) => row.map((each) => ({ ...each, text: visible(each.text) })));
  const titles = columns.map(({ title }) => title.toUpperCase());
  const measureText = await measureOf([
    ...titles,
    ...rows.flatMap((row) => row.flatMap(({ text }) => text.split('\n'))),
  ]);
  const measure = (text: string) => Math.max(...text.split('\n').map(measureText));
  const natural = titles.map((title, index) =>
    rows.reduce((widest, row) => Math.max(widest, measure(row[index]?.text ?? '')), measure(title)),
  );
  const widths = fittedWidths(natural, columns, style.width);
  const header = titles.map((text): Cell => ({ text, tone: 'dim' }));
  return drawn([header, ...rows], { widths, measure, color: style.color });
}

/** Labels with texts beside them, the labels aligned, long texts wrapped. */
export async function renderLines(pairs: readonly Line[], style: Style): Promise<string> {
  const lines = pairs.map(([label, text, tone]) => [visible(label), visible(text), tone] as const);
  const measure = await measureOf(lines.flatMap(([label, text]) => [label, ...text.split('\n')]));
  const labelWidth = Math.max(0, ...lines.map(([label]) => measure(label)));
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, style.width - labelWidth - gap);
  const rows = lines.flatMap(([label, text, tone]) =>
    wrapped(text, room, measure).map((part, index): Cell[] => [
      { text: index === 0 ? label : '', tone: 'dim' },
      { text: part, tone },
    ]),
  );
  return drawn(rows, { widths: [labelWidth, room], measure, color: style.color });
}

/** Lines as they are. */
export function renderText(lines: readonly TextLine[], { color }: Style): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return lines.map(({ text, tone }) => `${tone ? chalk[tone](visible(text)) : visible(text)}\n`).join('');
}

const borderless = {
  chars: {
    ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
    ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
    ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(gap) },
  },
  style: { 'padding-left': 0, 'padding-right': 0, border: [], head: [] },
};

interface Drawing {
  /** Of each column; -1 leaves it out. */
  widths: readonly number[];
  measure: Measure;
  color: boolean;
}

/** The cells in columns, each cut to its column's width, without blanks at the ends of lines. */
function drawn(rows: readonly (readonly Cell[])[], { widths, measure, color }: Drawing): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const table = new Table(borderless);
  for (const cells of rows) {
    table.push(
      cells.flatMap(({ text, tone, wraps }, index) => {
        const width = widths[index] ?? 0;
        if (width === -1) return [];
        const fitted = wraps ? wrapped(text, width, measure).join('\n') : cut(text, width, measure);
        return [tone ? chalk[tone](fitted) : fitted];
      }),
    );
  }
  return `${table.toString().replace(/(?<! ) +$/gm, '')}\n`;
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
  cutTo(narrowest, () => true);
  return widths;
}
