import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { type Cell, renderLines, renderTable as renderPages, type Style } from '../../../src/output/table.ts';
import type { Column } from '../../../src/output/view.ts';
import { processorTime } from '../../support/bounds.ts';

/** A table of one page, as text. */
async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): Promise<string> {
  let text = '';
  for await (const chunk of renderPages(columns, [rows], style)) text += chunk;
  return text;
}

const plain: Style = { width: undefined, color: false };

function column(title: string, rest: Partial<Column> = {}): Column {
  return { title, text: () => '', ...rest };
}

function cells(...texts: string[]): Cell[] {
  return texts.map((text) => ({ text }));
}

function narrow(width: number): Style {
  return { width, color: false };
}

const id = `pipeline_${'0'.repeat(32)}`;

/** As `list` has them. */
const listColumns = [
  column('Name'),
  column('Type', { whole: true, spare: 2 }),
  column('Job', { spare: 1 }),
  column('Status', { whole: true }),
  column('Id', { whole: true }),
];

describe('a table', () => {
  test('has a header and aligned columns, and no blanks at the end of a line', async () => {
    const table = await renderTable([column('Name'), column('Id')], [cells('a', '1'), cells('longer', '')], plain);
    expect(table).toBe('NAME    ID\na       1\nlonger\n');
  });

  // cli-table3 counts with the widths of 2019: emoji that came later shift the rest of their line by a column.
  test('aligns wide characters, emoji and signs that combine', async () => {
    const names = ['日本語', '🚀 go', 'Zoë', 'e\u0301', 'plain'];
    const table = await renderTable(
      [column('Name'), column('Id')],
      names.map((name) => cells(name, 'x')),
      plain,
    );
    for (const line of table.trimEnd().split('\n').slice(1)) expect(stringWidth(line)).toBe('日本語'.length * 2 + 3);
  });

  test('has the same columns on all of its pages', async () => {
    const pages = [[cells('a', '1')], [cells('the widest', '2')], [cells('日本', '3')]];
    const chunks: string[] = [];
    for await (const chunk of renderPages([column('Name'), column('Id')], pages, plain)) chunks.push(chunk);
    expect(chunks.join('')).toBe('NAME        ID\na           1\nthe widest  2\n日本        3\n');
  });

  // 20,000 rows took cli-table3 alone more than a hundred times as long as 2,000.
  test('takes ten times as long for ten times the rows', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, at) => cells(`mobile ${at}`, 'github', 'acme', 'VALID', id));
    const work = (count: number) => processorTime(() => renderTable(listColumns, rows(count), narrow(120)));
    await work(2_000);
    const [few, many] = [await work(2_000), await work(20_000)];
    expect(many.result.split('\n')).toHaveLength(20_002);
    expect(many.milliseconds).toBeLessThan(30 * few.milliseconds);
  });

  test('is cut with … where the screen is narrow, never in the middle of a character', async () => {
    const columns = [column('Name'), column('Id', { whole: true })];
    const table = await renderTable(
      columns,
      [cells('日本語'.repeat(9), 'abc'), cells('👨‍👩‍👧'.repeat(30), 'abc')],
      narrow(20),
    );
    expect(table).toBe(`NAME             ID\n${'日本語日本語日'}…  abc\n${'👨‍👩‍👧'.repeat(7)}…  abc\n`);
  });

  test('of integrations fits 80 columns with whole ids, whatever the names are', async () => {
    for (const name of ['ios', 'x'.repeat(255), '日本'.repeat(100)]) {
      const rows = [cells(name, 'github-actions', '.github/workflows/release.yml', 'NOT_VERIFIED, off', id)];
      for (const width of [80, 100, 120]) {
        const table = await renderTable(listColumns, rows, narrow(width));
        for (const line of table.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(table).toContain(`NOT_VERIFIED, off  ${id}\n`);
      }
    }
  });

  test('leaves out what can be spared, the least first, before it cuts the rest to nothing', async () => {
    const rows = [cells('ios-release', 'github-actions', '.github/workflows/release.yml', 'VALID', id)];
    const titles = async (width: number) =>
      (await renderTable(listColumns, rows, narrow(width))).split('\n')[0]?.split(/ +/);
    expect(await titles(120)).toEqual(['NAME', 'TYPE', 'JOB', 'STATUS', 'ID']);
    expect(await titles(80)).toEqual(['NAME', 'TYPE', 'STATUS', 'ID']);
    expect(await titles(70)).toEqual(['NAME', 'STATUS', 'ID']);
    expect((await renderTable(listColumns, rows, narrow(60))).split('\n')[1]).toMatch(
      /^ios-rele… {2}VALID {3}pipeline_0+$/,
    );
  });

  test('colours say nothing that the text does not', async () => {
    const rows: Cell[][] = [[{ text: 'VALID', tone: 'green' }], [{ text: 'INVALID', tone: 'red' }]];
    const colored = await renderTable([column('Status')], rows, { width: 80, color: true });
    expect(colored).toBe('\u001b[2mSTATUS\u001b[22m\n\u001b[32mVALID\u001b[39m\n\u001b[31mINVALID\u001b[39m\n');
    expect(stripVTControlCharacters(colored)).toBe(await renderTable([column('Status')], rows, plain));
  });
});

describe('lines', () => {
  test('are aligned behind their labels; a text of several lines stays beside its label', async () => {
    expect(
      await renderLines(
        [
          ['Name', 'ios'],
          ['Applied', 'one\ntwo'],
          ['Reason', ''],
        ],
        plain,
      ),
    ).toBe('Name     ios\nApplied  one\n         two\nReason\n');
  });

  test('are wrapped at blanks, and a long word where the line ends', async () => {
    const lines = [['Reason', `the token ends ${'x'.repeat(40)} soon`]] as const;
    expect(await renderLines(lines, narrow(30))).toBe(
      `Reason  the token ends\n        ${'x'.repeat(22)}\n        ${'x'.repeat(18)}\n        soon\n`,
    );
  });

  test('keep their labels apart from their texts in colours', async () => {
    expect(await renderLines([['Status', 'EXPIRED', 'red']], { width: 80, color: true })).toBe(
      '\u001b[2mStatus\u001b[22m  \u001b[31mEXPIRED\u001b[39m\n',
    );
  });
});

describe('what people copy and what they read on', () => {
  const copied = [column('Name'), column('Id', { whole: true, copied: true })];

  test('an id is whole on any screen', async () => {
    const table = await renderTable(copied, [cells('a name of some length', id)], narrow(30));
    expect(table.split('\n')[1]).toBe(`a nam…  ${id}`);
  });

  const events = [column('When'), column('Fields', { beneath: true })];

  test('a column may stand beneath its row where there is no room beside it', async () => {
    const rows = [cells('just now', 'organization: acme, default branch: main'), cells('just now', '')];
    expect(await renderTable(events, rows, narrow(40))).toBe(
      'WHEN\njust now\n    organization: acme, default branch:\n    main\njust now\n',
    );
    expect(await renderTable(events, rows.slice(0, 1), narrow(60))).toBe(
      'WHEN      FIELDS\njust now  organization: acme, default branch: main\n',
    );
  });

  test('the header stands on each screen of a pager', async () => {
    const rows = Array.from({ length: 7 }, (_, index) => cells(String(index)));
    expect(await renderTable([column('N')], rows, { ...narrow(40), screen: 6 })).toBe('N\n0\n1\n2\n3\nN\n4\n5\n6\n');
  });
});
