/**
 * What a terminal of that width shows after this output: text, line ends, cursor movement and erasing, which is all
 * that prompts and spinners use. Every character counts as one column wide.
 */
export function renderScreen(output: string, cols: number): string {
  const lines: string[][] = [[]];
  let row = 0;
  let col = 0;

  const line = () => {
    while (lines.length <= row) lines.push([]);
    return lines[row] as string[];
  };
  const put = (char: string) => {
    if (col === cols) {
      row += 1;
      col = 0;
    }
    const cells = line();
    while (cells.length < col) cells.push(' ');
    cells[col] = char;
    col += 1;
  };
  const eraseLine = (mode: number) => {
    if (mode === 0) line().length = Math.min(line().length, col);
    if (mode === 1) line().fill(' ', 0, col + 1);
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
  for (const [, parameters, final, char] of output.matchAll(token)) {
    if (final && !parameters?.startsWith('?')) moves[final]?.(parameters ? Number.parseInt(parameters, 10) : undefined);
    else if (char === '\n') row += 1;
    else if (char === '\r') col = 0;
    else if (char === '\b') col = Math.max(0, col - 1);
    else if (char && char >= ' ') put(char);
  }
  return lines
    .map((cells) => cells.join('').trimEnd())
    .join('\n')
    .trimEnd();
}
