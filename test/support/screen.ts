/** How a character looks, as the terminal was told: colours by their names, undefined where it is the terminal's own. */
export interface Style {
  readonly color?: Color | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly underlined?: boolean;
}

export type Color = (typeof colors)[number] | 'gray';

export interface Cell {
  readonly char: string;
  readonly style: Style;
}

const colors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const plain: Style = {};

/** What a terminal of that width shows after this output, as text. */
export function renderScreen(output: string, cols: number): string {
  return renderCells(output, cols)
    .map((cells) =>
      cells
        .map(({ char }) => char)
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .trimEnd();
}

/**
 * What a terminal of that width shows after this output, row by row: text and its look, line ends, cursor movement and
 * erasing, which is all that prompts and spinners use. Every character counts as one column wide.
 */
export function renderCells(output: string, cols: number): Cell[][] {
  const lines: Cell[][] = [[]];
  let row = 0;
  let col = 0;
  let style = plain;

  const blank: Cell = { char: ' ', style: plain };
  const line = () => {
    while (lines.length <= row) lines.push([]);
    return lines[row] as Cell[];
  };
  const put = (char: string) => {
    if (col === cols) {
      row += 1;
      col = 0;
    }
    const cells = line();
    while (cells.length < col) cells.push(blank);
    cells[col] = { char, style };
    col += 1;
  };
  const eraseLine = (mode: number) => {
    if (mode === 0) line().length = Math.min(line().length, col);
    if (mode === 1) line().fill(blank, 0, col + 1);
    if (mode === 2) line().length = 0;
  };
  const moves: Record<string, (count: number | undefined) => void> = {
    A: (count = 1) => (row = Math.max(0, row - count)),
    B: (count = 1) => (row += count),
    C: (count = 1) => (col = Math.min(cols - 1, col + count)),
    D: (count = 1) => (col = Math.max(0, col - count)),
    E: (count = 1) => ([row, col] = [row + count, 0]),
    F: (count = 1) => ([row, col] = [Math.max(0, row - count), 0]),
    G: (count = 1) => (col = count - 1),
    H: (count = 1) => ([row, col] = [count - 1, 0]),
    K: (count = 0) => eraseLine(count),
    J: (count = 0) => {
      if (count === 0) {
        eraseLine(0);
        lines.length = row + 1;
      } else lines.length = 0;
    },
  };

  // A control sequence, an operating system command (titles, links), another escape, or one character.
  const token = /\u{1b}\[([\d;?]*)([@-~])|\u{1b}\][^\u{7}\u{1b}]*(?:\u{7}|\u{1b}\\)|\u{1b}[@-_]|(.)/gsu;
  for (const [, parameters = '', final, char] of output.matchAll(token)) {
    if (final === 'm') style = parameters.split(';').reduce(restyled, style);
    else if (final && !parameters.startsWith('?')) {
      moves[final]?.(parameters ? Number.parseInt(parameters, 10) : undefined);
    } else if (char === '\n') row += 1;
    else if (char === '\r') col = 0;
    else if (char === '\b') col = Math.max(0, col - 1);
    else if (char && char >= ' ') put(char);
  }
  return lines;
}

/** After one parameter of `CSI … m`. */
function restyled(style: Style, parameter: string): Style {
  const code = Number(parameter);
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 4 || code === 24) return { ...style, underlined: code === 4 };
  if (code === 39) return { ...style, color: undefined };
  if (code === 90) return { ...style, color: 'gray' };
  // The other bright colours stand sixty above the plain ones.
  const color = colors[(code >= 90 ? code - 60 : code) - 30];
  return color === undefined ? style : { ...style, color };
}
