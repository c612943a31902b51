import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';
import { checkout } from '../support/programs.ts';

/** What one reads in one go; what is as long does several things, and is split by what it does. */
const limit = 80;

interface Measured {
  place: string;
  lines: number;
}

/** Every function of a source, from its first line to its last; one that holds others counts theirs too. */
function functionsOf(file: string, source: string): Measured[] {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number) => starts.findLastIndex((start) => start <= offset) + 1;
  const found: Measured[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, start, end, body } = node as { type?: string; start: number; end: number; body?: unknown };
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type ?? '') && body) {
      const line = lineOf(start);
      found.push({ place: `${file}:${line}`, lines: lineOf(end - 1) - line + 1 });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return found;
}

test('a function is measured with all that it holds, whatever its form', () => {
  const source = `export function one() {\n  return () =>\n    2;\n}\nconst o = {\n  async *three() {\n  },\n};\ndeclare function none(\n): void;\n`;
  expect(functionsOf('a.ts', source)).toEqual([
    { place: 'a.ts:1', lines: 4 },
    { place: 'a.ts:2', lines: 2 },
    { place: 'a.ts:6', lines: 2 },
  ]);
});

test(`every function of the product is shorter than ${limit} lines`, () => {
  const files = ['src', 'migrations'].flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
  );
  const functions = files.flatMap((file) => functionsOf(file, readFileSync(join(checkout, file), 'utf8')));
  expect(functions.length).toBeGreaterThan(1_000);
  expect(functions.filter(({ lines }) => lines >= limit)).toEqual([]);
});
