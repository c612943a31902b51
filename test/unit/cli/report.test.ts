import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { report } from '../../../src/cli/report.ts';
import { AppError } from '../../../src/core/error.ts';
import type { Streams } from '../../../src/output/streams.ts';

function told(error: unknown, { json = false, debug = false } = {}): { status: number; text: string } {
  let text = '';
  const stderr = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return {
    status: report(error, { stderr } as unknown as Streams, {
      json,
      debug,
      annotates: false,
      typed: [],
      style: { color: false, width: undefined },
    }),
    text,
  };
}

describe('an error that was foreseen', () => {
  const conflict = new AppError('CONFLICT', 'it is taken', {
    hint: 'Take another.',
    field: 'name',
    details: { id: 1 },
  });

  test('is told with what to do next', () => {
    expect(told(conflict)).toEqual({ status: 6, text: 'error: it is taken\nhint:  Take another.\n' });
  });

  test('is one line of JSON for scripts', () => {
    const { status, text } = told(conflict, { json: true });
    expect([status, text.endsWith('}}\n'), text.trimEnd().includes('\n')]).toEqual([6, true, false]);
    expect(JSON.parse(text)).toEqual({
      error: { code: 'CONFLICT', message: 'it is taken', hint: 'Take another.', field: 'name', details: { id: 1 } },
    });
  });

  test('is a line alone where somebody cancelled', () => {
    expect(told(new AppError('CANCELLED', 'Cancelled.'))).toEqual({ status: 130, text: 'Cancelled.\n' });
  });

  test('moves no cursor and starts no line of its own', () => {
    const odd = new AppError('USAGE', 'a\nerror: b\u001b[2J', { lines: ['c\r\nd'] });
    expect(told(odd).text).toBe('error: a\\u000aerror: b\\u001b[2J\nc\\u000d\\u000ad\n');
  });
});

describe('what was not foreseen', () => {
  const cause = Object.assign(new Error('INSERT of ghp_cause'), { code: 'ER_PARSE' });
  const bug = Object.assign(new TypeError('cannot read ghp_message\n    of ghp_line', { cause }), { sql: 'ghp_sql' });

  test('is told by its kind alone: its own text may hold anything', () => {
    const { status, text } = told(bug);
    expect(status).toBe(1);
    expect(text).toMatch(/^error: something unexpected happened \(TypeError\)\nhint: /);
    expect(told('ghp_thrown')).toMatchObject({ status: 1, text: expect.stringContaining('(string)') });
  });

  test.each([false, true])('shows with --debug places, and nobody’s text (JSON: %s)', (json) => {
    const { text } = told(bug, { json, debug: true });
    expect(text).toMatch(/^debug: AppError/);
    expect(text).toContain('caused by TypeError');
    expect(text).toContain('caused by Error (ER_PARSE)');
    expect(text).toMatch(/\n +at .*report\.test\.ts/);
    expect(text).not.toContain('ghp_');
  });
});
