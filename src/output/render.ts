import { usage } from '../core/error.ts';
import type { Json } from '../core/field.ts';
import { plural, quotable, visible } from '../core/text.ts';
import { createSpool } from '../files/spool.ts';
import { type Streams, write } from './streams.ts';
import type { Cell, Style } from './table.ts';
import type { Column, Data, ManyView, OneView, TextLine, View } from './view.ts';

export interface RenderOptions {
  format: string;
  /** Keys to keep; all of them where it is undefined. */
  fields: readonly string[] | undefined;
  /** Every key that the answer may have, where the command says so; otherwise the answer's own. */
  keys?: readonly string[] | undefined;
  style: Style;
}

/** Writes an answer to standard output. Only `jsonl` writes before everything was read. */
export async function render(view: View, streams: Streams, options: RenderOptions): Promise<void> {
  const stdout = streams.stdout;
  if (view.kind === 'text') {
    const { text } = view;
    if (typeof text !== 'string') return writeWhole(stdout, chunked(text));
    return write(stdout, text.endsWith('\n') ? text : `${text}\n`);
  }
  if (view.kind === 'drawing') {
    const drawing = view.drawings[options.format]?.();
    if (drawing) return writeWhole(stdout, chunked(drawing));
    const data = view.data();
    const keep = selection(options.fields, Object.keys(data));
    return write(stdout, `${indented(keep(data))}\n`);
  }
  // One integration may have its credentials in it, which stay in memory.
  if (view.kind === 'one') return write(stdout, await renderOne(view, options));
  const chunks = renderMany(view, options);
  if (options.format !== 'jsonl') return writeWhole(stdout, chunks);
  for await (const chunk of chunks) await write(stdout, chunk);
}

/** Writes nothing before all of it is there: on failure standard output stays empty. */
async function writeWhole(stdout: Streams['stdout'], chunks: AsyncIterable<string>): Promise<void> {
  const spool = createSpool();
  try {
    for await (const chunk of chunks) spool.add(chunk);
    for (const chunk of spool) await write(stdout, chunk);
  } finally {
    spool.close();
  }
}

const chunkSize = 64 * 1024;

/** Pieces as they may stand on a screen, some thousand lines at a time. */
async function* chunked(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkSize) continue;
    yield visible(chunk);
    chunk = '';
  }
  yield visible(chunk);
}

async function renderOne(view: OneView, { format, fields, keys, style }: RenderOptions): Promise<string> {
  const keep = selection(fields, keys ?? Object.keys(view.data));
  const data = keep(view.data);
  if (format === 'table') {
    const { renderLines } = await import('./table.ts');
    return renderLines(
      fields ? Object.entries(data).map(([key, value]) => [key, shown(value)] as const) : view.lines,
      style,
    );
  }
  if (format === 'json') return `${indented(data)}\n`;
  if (format === 'jsonl') return `${visible(JSON.stringify(data))}\n`;
  if (format === 'yaml') return yamlText(data, (await import('yaml')).stringify);
  if (format === 'csv') return csvRows([data], Object.keys(data), true);
  return `${visible(view.name)}\n`;
}

async function* renderMany(view: ManyView, { format, fields, style }: RenderOptions): AsyncGenerator<string> {
  const keep = selection(fields, view.keys);
  const document = view.documents?.[format];
  if (document) yield document();
  else if (format === 'table') yield* tableOf(view, fields, style);
  else if (format === 'json') yield* jsonArray(view, keep);
  else if (format === 'jsonl') for await (const page of view.pages) yield jsonLines(page, keep, fields);
  else if (format === 'yaml') yield* yamlSequence(view, keep);
  else if (format === 'csv') yield* csvTable(view, keep, fields);
  else for await (const page of view.pages) yield page.map((data) => `${visible(view.name(data))}\n`).join('');
}

type Keep = (data: Data) => Data;

function selection(fields: readonly string[] | undefined, keys: readonly string[]): Keep {
  if (!fields) return (data) => data;
  refuseUnknownFields(fields, keys);
  return (data) =>
    Object.fromEntries(fields.filter((field) => field in data).map((field) => [field, data[field] ?? null]));
}

/** @throws AppError USAGE with the keys that there are */
export function refuseUnknownFields(fields: readonly string[] | undefined, keys: readonly string[]): void {
  if (!fields) return;
  const unknown = fields.filter((field) => !keys.includes(field));
  if (unknown.length > 0 || fields.length === 0) {
    const problem = `what the answer does not have: ${unknown.map((field) => quotable(field)).join(', ')}`;
    throw usage(`--fields names ${unknown.length > 0 ? problem : 'nothing'}`, {
      hint: `It has: ${keys.join(', ')}`,
      field: 'fields',
    });
  }
}

function jsonLines(page: readonly Data[], keep: Keep, fields: readonly string[] | undefined): string {
  let lines = '';
  for (const data of page) lines += `${JSON.stringify(fields ? keep(data) : data)}\n`;
  return visible(lines);
}

async function* jsonArray(view: ManyView, keep: Keep): AsyncGenerator<string> {
  let any = false;
  for await (const page of view.pages) {
    let text = '';
    for (const data of page) {
      text += `${any ? ',' : '['}\n${indented(keep(data)).replace(/^/gm, '  ')}`;
      any = true;
    }
    yield text;
  }
  yield any ? '\n]\n' : '[]\n';
}

async function* yamlSequence(view: ManyView, keep: Keep): AsyncGenerator<string> {
  const { stringify } = await import('yaml');
  let any = false;
  for await (const page of view.pages) {
    if (page.length > 0) yield page.map((data) => yamlText([keep(data)], stringify)).join('');
    any ||= page.length > 0;
  }
  if (!any) yield '[]\n';
}

function indented(data: Data): string {
  return visible(JSON.stringify(data, null, 2));
}

/** YAML; where it would hold what a terminal obeys, JSON, which is YAML too and has escapes for all of it. */
function yamlText(data: Data | readonly Data[], stringify: (value: unknown) => string): string {
  const text = stringify(data);
  if (visible(text) === text) return text;
  const [only] = Array.isArray(data) ? data : [];
  return only === undefined ? `${indented(data as Data)}\n` : `- ${visible(JSON.stringify(only))}\n`;
}

async function* csvTable(view: ManyView, keep: Keep, fields: readonly string[] | undefined): AsyncGenerator<string> {
  const keys = fields ?? view.keys;
  yield csvRows([], keys, true);
  for await (const page of view.pages)
    yield csvRows(
      page.map((data) => keep(data)),
      keys,
      false,
    );
}

async function* tableOf(view: ManyView, fields: readonly string[] | undefined, style: Style): AsyncGenerator<string> {
  if (view.lines && !fields) {
    const { renderText } = await import('./table.ts');
    yield await renderText(view.lines, style);
    return;
  }
  const columns = fields
    ? fields.map((field): Column => ({ title: field, text: (data) => shown(data[field]) }))
    : view.columns;
  selection(fields, view.keys);
  const spool = createSpool();
  try {
    let count = 0;
    const beneath: TextLine[][] = [];
    for await (const page of view.pages) {
      const rows = page.filter((data) => {
        const block = fields ? undefined : view.block?.(data);
        if (block) beneath.push([...block]);
        return !block;
      });
      count += rows.length;
      const cells = rows.map((data) =>
        columns.map(({ text, tone, wraps }): Cell => ({ text: text(data), tone: tone?.(data), wraps })),
      );
      spool.add(JSON.stringify(cells));
    }
    const { renderTable, renderText } = await import('./table.ts');
    const any = count > 0;
    if (!any && beneath.length === 0) yield `${view.empty}\n`;
    if (any) yield* renderTable(columns, { [Symbol.iterator]: () => cellsIn(spool) }, style);
    // Of a list that is piped, each line is a row.
    if (view.noun !== undefined && any && style.width !== undefined) yield `${plural(count, view.noun)}\n`;
    const lines = beneath.flatMap((block, at) => (any || at > 0 ? [{ text: '' }, ...block] : block));
    if (lines.length > 0) yield await renderText(lines, style);
  } finally {
    spool.close();
  }
}

function* cellsIn(pages: Iterable<string>): Generator<Cell[][]> {
  for (const page of pages) yield JSON.parse(page) as Cell[][];
}

// What makes a spreadsheet take a cell for a formula (OWASP, 'CSV Injection').
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * RFC 4180, with line feeds; a list or an object stands as JSON in its cell. A text that a spreadsheet would take for a
 * formula has a `'` before it.
 */
function csvRows(rows: readonly Data[], keys: readonly string[], header: boolean): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const csvCell = (value: Json | undefined) => {
    const text = cell(value);
    return quote(visible(typeof value === 'string' && formula.test(text) ? `'${text}` : text));
  };
  const lines = rows.map((row) => keys.map((key) => csvCell(row[key])).join(','));
  return [...(header ? [keys.map(quote).join(',')] : []), ...lines].map((line) => `${line}\n`).join('');
}

/** A value as it may stand on a screen. */
function shown(value: Json | undefined): string {
  return quotable(cell(value), 4096);
}

/** A value as text in a cell. */
export function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
