import { expect, test } from 'vitest';
import { Unfit } from '../../../src/core/field.ts';
import { withoutTrailingSlash } from '../../../src/core/field-builders.ts';
import { canonicalPrivateKey } from '../../../src/core/private-key.ts';
import { renderTable } from '../../../src/output/table.ts';
import { jobName } from '../../../src/providers/gitlab-ci/api.ts';
import { providers } from '../../../src/providers/index.ts';
import { textOf } from '../../../src/providers/json-answer.ts';
import { createRedactor } from '../../../src/verify/redact.ts';
import { processorClock } from '../../support/bounds.ts';

/*
 * Nothing that reads foreign text takes longer than in proportion to it: a text of these lengths would keep a quadratic
 * expression busy for minutes, and Node deaf to Ctrl-C meanwhile.
 */

const pieces = [
  ': [',
  ' 1',
  ' 1/',
  ' 1/2',
  '/',
  ' ',
  '\t',
  '\n',
  '\r\n',
  'a@',
  '@',
  '.',
  '-',
  '_',
  '=',
  '"',
  '<',
  '(a',
];
const keys = ['-----BEGIN ', '-----BEGIN A', '-----BEGIN PRIVATE KEY-----\n', '\\n', 'A ', 'Proc-Type: 4,'];
const long = (length: number) =>
  [...pieces, ...keys].flatMap((piece) => {
    const run = piece.repeat(length / piece.length);
    return [run, `${run}!`, `x${run}`, `x${run}!`, `https://h/${run}!`, `https://h/triggers/a/paths/invoke?${run} !`];
  });

/** No more than so many milliseconds of processor for each. */
function within(ms: number, texts: readonly string[], read: (text: string) => unknown): void {
  for (const text of texts) {
    const spent = processorClock();
    try {
      read(text);
    } catch (error) {
      expect(error).toBeInstanceOf(Unfit);
    }
    expect(spent(), JSON.stringify(text.slice(0, 40))).toBeLessThan(ms);
  }
}

test("a job's name of 400 KB", () => {
  within(500, long(400_000), jobName);
});

test('a text of an answer is cut where it is read', () => {
  expect(textOf('x'.repeat(400_000))?.length).toBe(8192);
});

test('a private key of 400 KB', () => {
  within(500, long(400_000), (text) => canonicalPrivateKey(text, { kind: 'rsa', name: 'keys' }));
});

test('credentials and details of 32 KB', () => {
  within(500, long(32_000), (text) => createRedactor([text, `-----BEGIN ${text}`])(`${text} ${text}`));
});

test('every field of every provider, 32 KB', () => {
  const texts = long(32_000);
  for (const { fields } of providers) for (const field of fields) within(500, texts, (text) => field.read(text));
});

test('the pattern of every field, whatever is before it', () => {
  const texts = long(32_000);
  for (const { fields } of providers) {
    for (const { pattern } of fields) if (pattern) within(500, texts, (text) => pattern.test(text));
  }
});

test('an address and the cells of a table', async () => {
  within(500, long(100_000), (text) => withoutTrailingSlash({ href: text } as URL));
  for (const text of [' '.repeat(100_000), `${' '.repeat(100_000)}!`]) {
    const spent = processorClock();
    const table = renderTable([{ title: 'x', text: () => text }], [[[{ text }]]], { width: undefined, color: false });
    for await (const _ of table);
    expect(spent()).toBeLessThan(1_000);
  }
});
