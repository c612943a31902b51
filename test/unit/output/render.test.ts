import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { AppError } from '../../../src/core/error.ts';
import { type RenderOptions, render } from '../../../src/output/render.ts';
import type { Data, ManyView, OneView, View } from '../../../src/output/view.ts';

const rows: Data[] = [
  {
    id: 'scm_1',
    displayName: 'a "b", c\nd',
    credentials: { accessToken: true, refreshToken: false },
    list: ['x', 'y'],
  },
  { id: 'scm_2', displayName: '日本 🚀', credentials: { accessToken: true, refreshToken: true }, list: null },
];

function many(pages: ManyView['pages']): ManyView {
  return {
    kind: 'many',
    pages,
    columns: [{ title: 'Name', text: (data) => String(data['id']) }],
    keys: ['id', 'displayName', 'credentials', 'list'],
    name: (data) => String(data['id']),
    empty: 'None.',
  };
}

function one(data: Data): OneView {
  return { kind: 'one', data, name: String(data['id']), lines: [['Id', String(data['id'])]] };
}

async function printed(view: View, format: string, fields?: string[]): Promise<string> {
  const stdout = new PassThrough();
  const options: RenderOptions = { format, fields, style: { width: undefined, color: false } };
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await render(view, { stdin: new PassThrough(), stdout, stderr: new PassThrough() }, options);
  return Buffer.concat(chunks).toString();
}

test('json is an array or an object', async () => {
  expect(JSON.parse(await printed(many([rows]), 'json'))).toEqual(rows);
  expect(await printed(many([]), 'json')).toBe('[]\n');
  const [first = {}, second = {}] = rows;
  expect(JSON.parse(await printed(one(first), 'json'))).toEqual(first);
  expect(await printed(many([[first], [second]]), 'json')).toBe(`${JSON.stringify(rows, null, 2)}\n`);
});

test('jsonl is an object a line, each page as it comes', async () => {
  const text = await printed(many([rows, rows]), 'jsonl');
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([...rows, ...rows]);
  expect(text.endsWith('}\n')).toBe(true);
  expect(await printed(many([]), 'jsonl')).toBe('');
  expect(await printed(one({ id: 'scm_1' }), 'jsonl')).toBe('{"id":"scm_1"}\n');
});

test('an error on the second page leaves json unprinted, and jsonl with what came before', async () => {
  async function* broken() {
    yield rows;
    throw new Error('gone');
  }
  await expect(printed(many(broken()), 'json')).rejects.toThrow('gone');
});

test('yaml reads back as what was printed', async () => {
  expect(parse(await printed(many([rows, rows]), 'yaml'))).toEqual([...rows, ...rows]);
  expect(parse(await printed(many([]), 'yaml'))).toEqual([]);
  expect(parse(await printed(one(rows[0] as Data), 'yaml'))).toEqual(rows[0]);
  const awkward = { id: 'no', displayName: '- "x": &y *z #', list: ['1e3', 'null', '~', 'yes', ' a ', '0x1'] };
  expect(parse(await printed(one(awkward), 'yaml'))).toEqual(awkward);
});

test('csv quotes what needs it, and holds lists and objects as JSON', async () => {
  expect(await printed(many([rows]), 'csv')).toBe(
    [
      'id,displayName,credentials,list',
      'scm_1,"a ""b"", c\nd","{""accessToken"":true,""refreshToken"":false}","[""x"",""y""]"',
      'scm_2,日本 🚀,"{""accessToken"":true,""refreshToken"":true}",',
      '',
    ].join('\n'),
  );
  expect(await printed(many([]), 'csv')).toBe('id,displayName,credentials,list\n');
  expect(await printed(one(rows[1] as Data), 'csv')).toBe(
    'id,displayName,credentials,list\nscm_2,日本 🚀,"{""accessToken"":true,""refreshToken"":true}",\n',
  );
});

test('name prints ids alone', async () => {
  expect(await printed(many([rows]), 'name')).toBe('scm_1\nscm_2\n');
  expect(await printed(one({ id: 'scm_1' }), 'name')).toBe('scm_1\n');
});

test('--fields keeps keys in the order given, in every format', async () => {
  const fields = ['list', 'id'];
  expect(JSON.parse(await printed(many([rows]), 'json', fields))).toEqual([
    { list: ['x', 'y'], id: 'scm_1' },
    { list: null, id: 'scm_2' },
  ]);
  expect(await printed(many([rows]), 'jsonl', fields)).toBe(
    '{"list":["x","y"],"id":"scm_1"}\n{"list":null,"id":"scm_2"}\n',
  );
  expect(await printed(many([rows]), 'csv', fields)).toBe('list,id\n"[""x"",""y""]",scm_1\n,scm_2\n');
  expect(await printed(many([rows]), 'table', fields)).toBe('LIST       ID\n["x","y"]  scm_1\n           scm_2\n');
  expect(await printed(one({ id: 'scm_\u001b[2J', list: [] }), 'table', ['id'])).toBe('id  scm_\\u001b[2J\n');
  for (const format of ['table', 'json', 'jsonl', 'csv']) {
    const refusal: AppError = await printed(many([rows]), format, ['id', 'nope']).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(refusal).toMatchObject({ code: 'USAGE', field: 'fields', hint: expect.stringContaining('displayName') });
    expect(refusal.message).toContain('nope');
  }
});

test('a table without rows says so in a sentence', async () => {
  expect(await printed(many([]), 'table')).toBe('None.\n');
});

test('text ends with one line end, a drawing is drawn in its format, piece by piece', async () => {
  expect(await printed({ kind: 'text', text: 'x' }, 'json')).toBe('x\n');
  const drawing: View = { kind: 'drawing', drawings: { tree: () => ['└── ', 'x\n'] }, data: () => ({ nodes: [] }) };
  expect(await printed(drawing, 'tree')).toBe('└── x\n');
  expect(JSON.parse(await printed(drawing, 'json'))).toEqual({ nodes: [] });
});

const hostile = 'x\u001b[31m\u009b2J\u202etxt\u200b\u007f\ry';

test.each(['table', 'json', 'jsonl', 'yaml', 'csv', 'name'])(
  '%s: nothing that a terminal obeys is printed',
  async (format) => {
    const data = { id: hostile, displayName: hostile, credentials: { [hostile]: hostile }, list: [hostile] };
    const columns = [{ title: 'Name', text: (row: Data) => String(row['displayName']), wraps: true as const }];
    const views: View[] = [
      { ...many([[data, data]]), columns },
      { ...many([[data]]), lines: [{ text: hostile, tone: 'red' }] },
      { kind: 'one', data, name: hostile, lines: [[hostile, hostile, 'dim']] },
      { kind: 'drawing', data: () => data, drawings: { table: () => [hostile] } },
    ];
    for (const view of views) {
      const text = await printed(view, format);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u200b\u202e]/u);
      expect(text).toMatch(/\\(u001b|e)/);
    }
    if (format === 'json') expect(JSON.parse(await printed(many([[data]]), 'json'))).toEqual([data]);
    if (format === 'yaml')
      expect(parse(await printed(many([rows, [data, data]]), 'yaml'))).toEqual([...rows, data, data]);
  },
);

test.each(['=HYPERLINK("http://thief")', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '＝1'])(
  'csv: no spreadsheet takes %j for a formula',
  async (displayName) => {
    const [, line = ''] = (await printed(many([[{ displayName, list: -5 }]]), 'csv', ['displayName', 'list'])).split(
      '\n',
    );
    expect(line).toMatch(/^"?'/);
    expect(line).toMatch(/,-5$/);
  },
);
