import type { Cell, Color, Style } from './screen.ts';

export type Theme = keyof typeof themes;

interface Palette extends Readonly<Record<Color, string>> {
  background: string;
  border: string;
  text: string;
}

const themes = {
  light: {
    ...{ background: '#ffffff', border: '#d0d7de', text: '#1f2328' },
    ...{ black: '#1f2328', gray: '#59636e', white: '#6e7781' },
    ...{ red: '#cf222e', green: '#116329', yellow: '#7d4e00', blue: '#0969da', magenta: '#8250df', cyan: '#1b7c83' },
  },
  dark: {
    ...{ background: '#0d1117', border: '#3d444d', text: '#e6edf3' },
    ...{ black: '#484f58', gray: '#8b949e', white: '#b1bac4' },
    ...{ red: '#ff7b72', green: '#3fb950', yellow: '#d29922', blue: '#58a6ff', magenta: '#bc8cff', cyan: '#39c5cf' },
  },
} satisfies Record<string, Palette>;

const cell = { width: 8.4, height: 19 };
const margin = 16;
// A font that is a little wider or narrower is fitted to the cells by `textLength`.
const font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** What a terminal shows, as an SVG for a page of that theme. */
export function pictureOf(rows: readonly (readonly Cell[])[], options: { cols: number; theme: Theme; title: string }) {
  const { cols, theme, title } = options;
  const palette = themes[theme];
  const [width, height] = [cols * cell.width + 2 * margin, rows.length * cell.height + 2 * margin].map(round);
  const texts = rows.flatMap((row, index) => runsOf(row).map((run) => textOf(run, index, palette)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${Number(width) - 1}" height="${Number(height) - 1}" rx="8" fill="${palette.background}" stroke="${palette.border}"/>`,
    `<g font-family="${font}" font-size="14" fill="${palette.text}">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

interface Run {
  col: number;
  text: string;
  style: Style;
}

/** Stretches of one look, without the blanks around them. */
function runsOf(row: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  let last: string | undefined;
  for (const [col, { char, style }] of row.entries()) {
    const look = JSON.stringify(style);
    const run = runs.at(-1);
    if (run && look === last) run.text += char;
    else runs.push({ col, text: char, style });
    last = look;
  }
  return runs
    .map(({ col, text, style }) => ({ col: col + text.length - text.trimStart().length, text: text.trim(), style }))
    .filter(({ text }) => text !== '');
}

function textOf({ col, text, style }: Run, row: number, palette: Palette): string {
  const attributes = {
    x: round(margin + col * cell.width),
    y: round(margin + row * cell.height + 14),
    textLength: round(text.length * cell.width),
    fill: style.color && palette[style.color],
    'fill-opacity': style.dim ? '0.65' : undefined,
    'font-weight': style.bold ? 'bold' : undefined,
    'text-decoration': style.underlined ? 'underline' : undefined,
  };
  const written = Object.entries(attributes).flatMap(([name, value]) => (value ? [`${name}="${value}"`] : []));
  return `<text ${written.join(' ')} xml:space="preserve">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
