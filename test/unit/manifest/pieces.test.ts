import { describe, expect, test } from 'vitest';
import { composePieces } from '../../../src/manifest/compose.ts';
import { tenantDocuments } from '../../../src/manifest/document.ts';
import type { Problem } from '../../../src/manifest/problem.ts';
import { type Located, nothingAhead, readDocuments } from '../../../src/manifest/read.ts';

const manifestOf = (text: string) => {
  const origin = { file: 'a.yaml', index: 0, position: () => ({ line: 1, column: 1 }) };
  return { ...origin, text, folder: '/', isStdin: false, values: { left: 1e6 } };
};

const told = (problems: readonly Problem[]) => problems.map(({ offset, key, reason }) => ({ offset, key, reason }));

function read(text: string): { documents: Located[]; problems: unknown[] } {
  const problems: Problem[] = [];
  const manifest = manifestOf(text);
  const documents = [...readDocuments(manifest, problems, () => nothingAhead)].map(({ contents }) => contents);
  return { documents, problems: told(problems) };
}

/** What the file wants, what is wrong with it, and how many values it may hold yet. */
function understood(text: string) {
  const problems: Problem[] = [];
  const manifest = manifestOf(text);
  const documents = [...tenantDocuments(manifest, problems)].map(({ tenantRef, lists }) => ({
    tenantRef,
    items: Object.values(lists).map((items) =>
      items.map(({ offset, name, entries }) => [offset, name, entries.map(({ field, ...rest }) => [field.name, rest])]),
    ),
  }));
  return { documents, problems: told(problems), left: manifest.values.left };
}

/** The marker of a document's end, which nothing depends on, lets a text be composed whole. */
const whole = (text: string) => read(`${text}...\n`);

const lines = (count: number, item: (number: number) => string) => Array.from({ length: count }, (_, at) => item(at));

const github = (number: number, more = '') =>
  `  - name: n${number}\n    type: github\n    defaultBranch: [a, b]\n    organization: ${number}\n    ${more}\n`;

const many = (item: (number: number) => string) => `tenant: Acme\nscm:\n${lines(200, item).join('')}`;

describe('a document that is read in pieces is as one that is read whole', () => {
  test.each<[what: string, text: string]>([
    ['items of one key', many((n) => `  - name: ${n}\n`)],
    ['lists at the column of their key', many((n) => `- name: ${n}\n  type: github\n`)],
    ['comments and empty lines', many((n) => `  # ${n}\n\n  - name: ${n} # here\n    # and here\n\n`)],
    [
      'texts over many lines',
      many((n) => `  - name: |\n      - name: ${n}\n\n      x:\n    type: >-\n      a\n      b\n`),
    ],
    ['flow collections over lines', many((n) => `  - { name: ${n},\n      list: [1,\n  2] }\n`)],
    ['lists in items', many((n) => `  - name: ${n}\n    list:\n    - a\n    -\n      - b\n`)],
    ['anchors before, and aliases of them', `x-a: &a { type: github }\n${many((n) => `  - { <<: *a, name: ${n} }\n`)}`],
    ['anchors in items', many((n) => (n % 2 === 0 ? `  - &i${n}\n    name: ${n}\n` : `  - *i${n - 1}\n`))],
    ['an anchor of the list itself', `${many((n) => `  - ${n}\n`).replace('scm:', 'scm: &all')}targets: *all\n`],
    ['an alias of nothing', many((n) => (n === 60 ? '  - *none\n' : `  - ${n}\n`))],
    ['a key twice in an item', many((n) => `  - name: ${n}\n${n === 60 ? '    name: b\n' : ''}`)],
    ['a key twice in the document', `${many((n) => `  - ${n}\n`)}${many((n) => `  - ${n}\n`)}`],
    ['a tag', many((n) => (n === 60 ? '  - !a b\n' : `  - ${n}\n`))],
    ['a mistake in the syntax', many((n) => (n === 60 ? '  - "a" b\n' : `  - ${n}\n`))],
    ['a line that is indented otherwise', many((n) => (n === 60 ? '   - a\n' : `  - ${n}\n`))],
    ['no line end at the end', many((n) => `  - ${n}\n`).concat('targets:\n  - a: 1\n  - b: 2\n')],
    ['several documents', lines(3, (n) => `---\n${many((m) => `  - ${n} ${m}\n`)}`).join('')],
    ['a mistake behind a document', `${many((n) => `  - ${n}\n`)}---\n${many((n) => `  - ${n}\n`)}]\n`],
    [
      'a mistake in the second of three',
      lines(3, (n) => `---\n${many((m) => (n * m === 60 ? '  - "a" b\n' : '  - b\n'))}`).join(''),
    ],
    ['integrations', many((n) => github(n))],
    ['integrations of one name', many((n) => github(n % 150))],
    [
      'integrations and a key that stands twice',
      `${many((n) => github(n))}scm:\n${lines(99, (n) => github(n)).join('')}`,
    ],
    ['integrations, some with mistakes', many((n) => github(n, n % 7 === 0 ? 'accessToken: 1\n    other: 1' : ''))],
    ['integrations and a mistake in the syntax', many((n) => github(n, n === 160 ? '"a" b' : ''))],
    ['integrations under a key that is not known', many((n) => github(n)).replace('scm:', 'scms:')],
    ['line ends of Windows', many((n) => `  - name: ${n}\r\n    type: a\r\n`)],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(whole(text));
    expect(understood(text)).toEqual(understood(`${text}...\n`));
  });

  test('and holds few of its items at a time', () => {
    const taken: number[] = [];
    const keys: unknown[] = [];
    const taker = {
      items: (_: number, _key: string, items: readonly unknown[]) => void taken.push(items.length),
      entry: ({ key }: { key: unknown }) => void keys.push(String(key)),
      end: () => void keys.push('end'),
    };
    const list = lines(500, (n) => `  - name: ${n}\n    type: github\n`).join('');
    const documents = [...composePieces(`tenant: Acme\nscm:\n${list}targets:\n  - a\npipelines:\n${list}`, taker)];
    expect(documents).toHaveLength(1);
    expect(keys).toEqual(['tenant', 'scm', 'targets', 'pipelines', 'end']);
    expect(Math.max(...taken)).toBeLessThan(50);
    expect(taken.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(900);
  });

  test('in the order of the file', () => {
    const { documents } = read(many((n) => `  - ${n}\n`));
    const [document] = documents;
    const list = document?.kind === 'map' ? document.entries[1]?.value : undefined;
    const values = list?.kind === 'list' ? list.items.map((item) => (item.kind === 'scalar' ? item.value : item)) : [];
    expect(values).toEqual(lines(200, String).map(Number));
  });
});
