import { packedText } from './bytes.ts';

/**
 * What happens to a text on its way from where it was made: each undoes one layer of it. None asks whether that was
 * meant; whoever looks for something in the text knows it when it is there.
 * @returns what may have been inside; nothing where it is not wrapped in this way
 */
export type Wrapping = (text: string) => readonly string[];

export const wrappings: readonly Wrapping[] = [
  marks,
  quotationMarks,
  fence,
  lineStarts,
  assignment,
  escapes,
  percentEncoding,
  entities,
  quotedPrintable,
  jsonTexts,
  base64,
  hexadecimal,
];

const escapeCharacter = String.fromCharCode(27);
const colours = new RegExp(`${escapeCharacter}\\[[0-9;]*[A-Za-z]`, 'g');
const fullWidth = /[\uff01-\uff5e]/g;

/** What editors, browsers, mail and terminals put in the place of plain characters, or between them. */
export function plainMarks(text: string): string {
  return text
    .replaceAll('\0', '')
    .replace(colours, '')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[“”„‟″«»]/g, '"')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replace(fullWidth, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

function marks(text: string): string[] {
  return [plainMarks(text).trim()];
}

/** One pair; also the shell's `$'…'`, and the comma after a member of JSON. */
function quotationMarks(text: string): string[] {
  const start = text.startsWith('$') ? 1 : 0;
  const end = /[,;]$/.test(text) ? text.length - 1 : text.length;
  const [open, close] = [text[start] ?? '', text[end - 1]];
  if (end - start < 2 || closing.get(open) !== close) return [];
  return [text.slice(start + 1, end - 1).trim()];
}

const closing = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['<', '>'],
]);

/** A block of Markdown. */
function fence(text: string): string[] {
  const [start, end] = [text.indexOf('```'), text.lastIndexOf('```')];
  if (start === -1 || end === start) return [];
  const inside = text.slice(start + 3, end);
  return [inside, inside.slice(inside.indexOf('\n') + 1)].map((each) => each.trim());
}

/** Marks of a quotation or a comment, and numbers, at the start of every line. */
function lineStarts(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const without = (start: RegExp) =>
    lines.every((line) => start.test(line)) ? [lines.map((line) => line.replace(start, '')).join('\n')] : [];
  return [...without(/^[ \t]*(?:\/\/|[>|#*+]) ?/), ...without(/^[ \t]*\d{1,4}(?:[ \t:|.)]{1,9}|$)/)];
}

const name = String.raw`(?:(?:export|set|setx|declare -x|const|let|var|-e|--env|-)\s+|\$env:)?["']?[A-Za-z_][\w.-]{0,99}["']?`;
const assigned = new RegExp(`^${name}[ \\t]*(?:=>|:=|[:=])[ \\t]*(?:[|>][+-]?\\d?[ \\t]*\\n)?`);

/** A line of an env file, of YAML, of JSON or of a program, and the address of data. */
function assignment(text: string): string[] {
  const [before = ''] = /^(?:data:[^,]{0,99},|base64:|!!binary\s{1,9}\|?)/.exec(text) ?? assigned.exec(text) ?? [];
  return before === '' ? [] : [text.slice(before.length).trim()];
}

const escaped = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\n', ''],
]);

/** One level of the escapes of JSON, of shells and of most languages. */
function escapes(text: string): string[] {
  if (!text.includes('\\')) return [];
  return [
    text.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g, (_, unicode, byte, one) =>
      one === undefined ? String.fromCharCode(Number.parseInt(unicode ?? byte, 16)) : (escaped.get(one) ?? one),
    ),
  ];
}

function percentEncoding(text: string): string[] {
  if (!/%[0-9a-f]{2}/i.test(text)) return [];
  // A form has "+" for a blank, and "%2B" for a plus; where nothing shows that it is one, it may be.
  const ofForm = text.replaceAll('+', ' ');
  const mayBeForm = ofForm !== text && !text.includes('%20');
  const isForm = mayBeForm && /%2b|BEGIN\+/i.test(text);
  try {
    return [...(isForm ? [] : [text]), ...(mayBeForm ? [ofForm] : [])].map((each) => decodeURIComponent(each));
  } catch {
    return [];
  }
}

const namedEntities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['newline', '\n'],
  ['plus', '+'],
  ['sol', '/'],
  ['equals', '='],
]);

/** HTML and XML. */
function entities(text: string): string[] {
  return [
    text
      .replace(/<br ?\/?>/gi, '\n')
      .replace(/&(?:#x([0-9a-f]{1,4})|#(\d{1,5})|([a-z]{2,7}));/gi, (all, hex, decimal, word) =>
        word === undefined
          ? String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
          : (namedEntities.get(word.toLowerCase()) ?? all),
      ),
  ];
}

/** As mail has it: `=` for the end of a line that goes on, `=3D` for itself. */
function quotedPrintable(text: string): string[] {
  if (!/=\r?\n|=3D/.test(text)) return [];
  return [
    text
      .replace(/=\r?\n\s*/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16))),
  ];
}

/** The texts in JSON that may be what is meant: one alone, lines, or a member that is long enough. */
function jsonTexts(text: string): string[] {
  if (!/^["[{]/.test(text)) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return [value];
    const parts = Object.values(value ?? {}).filter((each) => typeof each === 'string');
    return Array.isArray(value) ? [parts.join('\n')] : parts.filter(isLong);
  } catch {
    // With real line breaks in its texts it is JSON no more.
    return [...text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, inner = '']) => inner).filter(isLong);
  }
}

function isLong(text: string): boolean {
  return text.length > 100;
}

/** The usual alphabet and that of addresses, in one line or in many, whatever parts them. */
function base64(text: string): string[] {
  const compact = text.replace(/[\s,;"'\\]+/g, '');
  if (compact.length < 12 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) return [];
  return [packedText(Buffer.from(compact, 'base64'))].filter((inner) => inner !== undefined);
}

function hexadecimal(text: string): string[] {
  const compact = text.replace(/[\s:]+/g, '');
  if (compact.length < 40 || compact.length % 2 === 1 || !/^[0-9a-f]+$/i.test(compact)) return [];
  return [packedText(Buffer.from(compact, 'hex'))].filter((inner) => inner !== undefined);
}
