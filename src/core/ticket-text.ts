/** Texts of an epic template once its variables were replaced, and how they are read for people. */

/** What people wrote, and the values that stand in it: a value is text, whatever it looks like. */
export class TemplateText {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  get plain(): string {
    return this.pieces.map(({ text }) => text).join('');
  }
}

export interface Piece {
  text: string;
  isValue: boolean;
}

/** JSON whose texts are texts of a template. */
export type Filled = TemplateText | number | boolean | null | readonly Filled[] | { readonly [name: string]: Filled };

export function isFilledObject(value: Filled | undefined): value is { readonly [name: string]: Filled } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TemplateText);
}

/** A paragraph by its lines, or a list by its items; each may have further lines inside, which values brought. */
export interface Block {
  kind: 'paragraph' | 'list';
  lines: string[];
}

/** Paragraphs stand apart by empty lines, items of a list begin with `- `. What a value holds makes neither. */
export function blocksOf(text: TemplateText): Block[] {
  const blocks: Block[] = [];
  let isApart = true;
  for (const { text: line, isItem } of linesOf(text)) {
    const kind = isItem ? 'list' : 'paragraph';
    const last = blocks.at(-1);
    if (line.trim() === '') isApart = true;
    else {
      if (last && !isApart && last.kind === kind) last.lines.push(line);
      else blocks.push({ kind, lines: [line] });
      isApart = false;
    }
  }
  return blocks;
}

function linesOf({ pieces }: TemplateText): { text: string; isItem: boolean }[] {
  const lines = [{ text: '', isItem: false }];
  for (const { text, isValue } of pieces) {
    const [first = '', ...further] = isValue ? [text] : text.split(/\r\n|\r|\n/);
    const last = lines.at(-1) as { text: string; isItem: boolean };
    if (!isValue && last.text === '' && !last.isItem) lines.splice(-1, 1, written(first));
    else last.text += first;
    lines.push(...further.map(written));
  }
  return lines;
}

function written(line: string): { text: string; isItem: boolean } {
  const item = /^\s*[-*] +/.exec(line)?.[0];
  return item === undefined ? { text: line, isItem: false } : { text: line.slice(item.length), isItem: true };
}

/** A line in stretches of text, of which those that are addresses of the web lead there. */
export function stretchesOf(line: string): { text: string; isAddress: boolean }[] {
  return line
    .split(/(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?()[\]{}])/)
    .map((text, index) => ({ text, isAddress: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/** An address of the web that holds nothing with which a text could go on as markup; undefined for any other text. */
export function asAddress(text: string): string | undefined {
  const url = /^https?:\/\/\S+$/i.test(text) ? URL.parse(text) : null;
  return url?.href.replace(/[^\w\-.~:/?#@!$&+,;=%]/g, (char) => encodeURIComponent(char).replace(/[*'()[\]]/g, hex));
}

function hex(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
