import { PassThrough } from 'node:stream';
import { render } from '../../src/output/render.ts';
import { renderText } from '../../src/output/table.ts';
import type { TextLine, View } from '../../src/output/view.ts';

/** What a terminal of so many columns shows of an answer, without colours. */
export async function viewOnScreen(view: View, width: number): Promise<string> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  await render(view, streams, { format: 'table', fields: undefined, style: { width, color: false } });
  return Buffer.concat(chunks).toString();
}

export function linesOnScreen(lines: readonly TextLine[], width: number): Promise<string> {
  return renderText(lines, { width, color: false });
}
