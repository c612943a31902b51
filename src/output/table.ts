import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Column } from './view.ts';

/** How text is drawn for people. */
export interface Style {
  /** Columns of the screen; undefined where the output is not a terminal, and nothing is cut. */
  width: number | undefined;
  color: boolean;
}

const gap = 2;
const narrowest = 6;

const plain = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: ' '.repeat(gap),
  },
  style: { 'padding-left': 0, 'padding-right': 0, border: [], head: [] },
};

/** Rows under a header; columns give way until the table fits the width. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], style: Style): string {
  const titles = columns.map(({ title }) => title.toUpperCase());
  const widths = columns.map((_, index) => Math.max(...[titles, ...rows].map((row) => stringWidth(row[index] ?? ''))));
  const fitted = fittedWidths(widths, columns, style.width);
  const { dim } = new Chalk({ level: style.color ? 1 : 0 });
  const table = new Table({ ...plain, head: titles.map((title) => dim(title)), colWidths: fitted, truncate: '…' });
  table.push(...rows.map((row) => [...row]));
  return trimmed(table.toString());
}

/** Pairs of label and text, the labels aligned, long texts wrapped beside them. */
export function renderLines(lines: readonly (readonly [string, string])[], style: Style): string {
  const labelWidth = Math.max(0, ...lines.map(([label]) => stringWidth(label)));
  const natural = Math.max(0, ...lines.flatMap(([, text]) => text.split('\n').map((line) => stringWidth(line))));
  const room = style.width === undefined ? natural : Math.max(20, style.width - labelWidth - gap);
  const table = new Table({
    ...plain,
    colWidths: [labelWidth, Math.max(1, Math.min(natural, room))],
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  const { dim } = new Chalk({ level: style.color ? 1 : 0 });
  table.push(...lines.map(([label, text]) => [dim(label), text]));
  return trimmed(table.toString());
}

function fittedWidths(widths: readonly number[], columns: readonly Column[], width: number | undefined): number[] {
  const fitted = [...widths];
  if (width === undefined) return fitted;
  const total = () => fitted.reduce((sum, each) => sum + each, 0) + gap * (fitted.length - 1);
  for (const give of [columns.map(({ whole }) => !whole), columns.map(() => true)]) {
    while (total() > width) {
      const widest = fitted.reduce(
        (best, each, index) =>
          give[index] && each > narrowest && each > (fitted[best] ?? 0) * Number(give[best]) ? index : best,
        0,
      );
      if (!give[widest] || (fitted[widest] ?? 0) <= narrowest) break;
      fitted[widest] = (fitted[widest] ?? 0) - 1;
    }
  }
  return fitted;
}

function trimmed(text: string): string {
  return `${text
    .split('\n')
    .map((line) => (stripVTControlCharacters(line) === line ? line.trimEnd() : line))
    .join('\n')}\n`;
}
