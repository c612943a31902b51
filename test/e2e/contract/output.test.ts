import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bareEnvironment, productBin, type Sandbox, sandbox } from '../../support/cli.ts';
import { everyVerb } from '../../support/command-tree.ts';
import { forEachEngine, sqlite } from '../../support/engines.ts';
import { addCommand, sampleOf } from '../../support/samples.ts';
import { addSample, done, eachOf, workspace } from '../../support/workspace.ts';

const scmKeys = [
  ...['id', 'tenantId', 'scmType', 'displayName', 'organization', 'repositoryUrl', 'defaultBranch', 'credentials'],
  ...['verificationStatus', 'lastVerifiedAt', 'verificationError', 'credentialExpiresAt', 'isActive'],
  ...['configuredByAccountId', 'createdAt', 'updatedAt'],
];

type Row = Record<string, unknown>;

forEachEngine((engine) => {
  let box: Sandbox;
  let rows: [Row, Row];
  const out = async (...args: string[]) => (await done(box.run(...args))).stdout;

  beforeAll(async () => {
    box = await workspace(engine);
    rows = [
      await addSample(box, 'github', 'quotes " , and\u00a0commas'),
      await addSample(box, 'gitlab', '- {yaml}: "no"', '--disabled', '--expires-at', '2030-01-02'),
    ];
  });

  test('list: json, jsonl, yaml, csv and name tell the same, ordered by id', async () => {
    const [json, jsonl, yaml, csv, name] = await eachOf(['json', 'jsonl', 'yaml', 'csv', 'name'], (format) =>
      out('scm', 'list', '-o', format),
    );
    expect(JSON.parse(json ?? '')).toEqual(rows);
    expect(
      (jsonl ?? '')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    expect(parse(yaml ?? '')).toEqual(rows);
    expect(name).toBe(rows.map(({ id }) => `${id}\n`).join(''));
    expect(Object.keys(JSON.parse(json ?? '')[0])).toEqual(scmKeys);
    expect(readCsv(csv ?? '')).toEqual([scmKeys, ...rows.map((row) => scmKeys.map((key) => csvCell(row[key])))]);
  });

  test('show and add: one object in every format', async () => {
    const [row] = rows;
    const [json, jsonl, yaml, csv, name] = await eachOf(['json', 'jsonl', 'yaml', 'csv', 'name'], (format) =>
      out('scm', 'show', String(row.id), '-o', format),
    );
    expect(JSON.parse(json ?? '')).toEqual(row);
    expect(jsonl).toBe(`${JSON.stringify(row)}\n`);
    expect(parse(yaml ?? '')).toEqual(row);
    expect(readCsv(csv ?? '')).toEqual([scmKeys, scmKeys.map((key) => csvCell(row[key]))]);
    expect(name).toBe(`${row.id}\n`);

    const { args, env } = addCommand('linear', 'named');
    const added = await done(box.runWith({ env }, ...args, '-o', 'name', '--quiet'));
    expect([added.stdout, added.stderr]).toEqual([expect.stringMatching(/^ticket_[0-9a-f]{32}\n$/), '']);
  });

  test('tables: what tells rows apart, and of a credential only whether it is set', async () => {
    const [list, show] = [await out('scm', 'list'), await out('scm', 'show', String(rows[1].id))];
    const [header, ...lines] = list.trimEnd().split('\n');
    expect(header?.split(/\s{2,}/)).toEqual(['NAME', 'TYPE', 'ORGANIZATION', 'STATUS', 'ID']);
    expect(lines.map((line) => line.split(/\s{2,}/).slice(1))).toEqual([
      ['github', 'acme', 'NOT_VERIFIED', rows[0].id],
      ['gitlab', 'acme', 'NOT_VERIFIED, off', rows[1].id],
    ]);
    expect(show).toMatch(/^Access token +set$/m);
    expect(show).toMatch(/^Active +no$/m);
    await done(box.run('scm', 'update', String(rows[1].id), '--refresh-token', ''));
    expect(await out('scm', 'show', String(rows[1].id))).toMatch(/^Refresh token +not set$/m);
    rows[1] = JSON.parse(await out('scm', 'show', String(rows[1].id), '--json'));
  });

  test('--fields keeps those keys, in every format', async () => {
    const [row] = rows;
    const fields = ['--fields', 'displayName, isActive'];
    const list = (format: string) => out('scm', 'list', '--limit', '1', '-o', format, ...fields);
    const kept = { displayName: row['displayName'], isActive: true };
    expect(JSON.parse(await list('json'))).toEqual([kept]);
    expect(await list('jsonl')).toBe(`${JSON.stringify(kept)}\n`);
    expect(parse(await list('yaml'))).toEqual([kept]);
    expect(readCsv(await list('csv'))).toEqual([Object.keys(kept), Object.values(kept).map(String)]);
    expect(await list('table')).toMatch(/^DISPLAYNAME +ISACTIVE\n.* +true\n$/);
    expect(JSON.parse(await out('scm', 'show', String(row.id), '--json', ...fields))).toEqual(kept);
    expect(Object.keys(JSON.parse(await out('graph', '-o', 'json', '--fields', 'nodes')))).toEqual(['nodes']);
  });

  test('show --reveal prints the value in place of true, and null in place of false', async () => {
    const { credentials } = sampleOf('gitlab');
    const [access] = credentials;
    const reveal = (...args: string[]) => out('scm', 'show', String(rows[1].id), '--reveal', '--yes', ...args);
    const expected = { ...rows[1], credentials: { accessToken: access?.value, refreshToken: null } };
    expect(JSON.parse(await reveal('--json'))).toEqual(expected);
    expect(parse(await reveal('-o', 'yaml'))).toEqual(expected);
    expect(await reveal()).toMatch(new RegExp(`^Access token +${access?.value}$`, 'm'));
  });

  test('-o jsonl streams what json gathers, over several pages', async () => {
    const [first] = rows;
    const copied = ['tenantId', 'scmType', 'repositoryUrl', 'accessToken', 'configuredByAccountId'];
    const count = 2300;
    await engine.sql(
      box,
      `INSERT INTO tenant_scm_integrations (id, displayName, organization, ${copied.join(', ')})
       WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 49)
       SELECT ${[1, 2, 3].map(() => joined('id', '10000 + a.n * 50 + b.n')).join(', ')}, ${copied.join(', ')}
       FROM tenant_scm_integrations, numbers AS a, numbers AS b WHERE id = '${first['id']}' AND a.n < ${count / 50}`,
    );
    const [jsonl, json] = await eachOf(['jsonl', 'json'], (format) =>
      out('scm', 'list', '-o', format, '--fields', 'id'),
    );
    const ids = (jsonl ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    const copies = Array.from({ length: count }, (_, index) => `${first['id']}${10_000 + index}`);
    expect(ids).toEqual([first['id'], ...copies, rows[1]['id']]);
    expect(JSON.parse(json ?? '').map((row: Row) => row['id'])).toEqual(ids);
  });

  /** Two columns as one text, in the engine's own words. */
  function joined(left: string, right: string): string {
    return engine.name === 'sqlite' ? `${left} || (${right})` : `CONCAT(${left}, ${right})`;
  }
});

describe('--fields of a command that changes something', () => {
  test('is refused before anything has changed', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
    const { args, env } = addCommand('linear', 'new');
    const lines = ['scm disable code', 'scm remove code --yes', 'scm update code --name x', 'tenant add Other'];
    const others = [
      'account add x@acme.test',
      'context add other',
      'key add',
      'db rollback --yes',
      'init --tenant New',
    ];
    for (const line of [args, ...[...lines, ...others].map((each) => each.split(' '))]) {
      const { status, stdout, stderr } = await box.runWith({ env }, ...line, '--fields', 'id,nothing');
      expect([line.slice(0, 2), status, stdout]).toEqual([line.slice(0, 2), 64, '']);
      expect(stderr).toContain('error: --fields names what the answer does not have: ');
    }
    const count = async (line: string) => (await done(box.run(...line.split(' '), '--json'))).json().length;
    const lists = ['scm list --active', 'ticket list', 'tenant list', 'account list', 'context list', 'key list'];
    expect(await eachOf(lists, count)).toEqual([1, 0, 1, 1, 1, 1]);
    // A key of another provider of the category is none of this one's.
    const kept = await done(box.runWith({ env }, ...args, '--json', '--fields', 'displayName,jiraUrl'));
    expect(kept.json()).toEqual({ displayName: 'new' });
  });

  test('is known of every one of them', async () => {
    const reading =
      /^(status|graph|expiring|history|completion|plan|export|schema|serve|version|\w+ (list|show)|db status)$/;
    const unknown = (await everyVerb()).filter(({ path, command }) => !reading.test(path) && !command.keys);
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });
});

describe('an error', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'github', 'there');
  });

  const nothing = 'mysql://user@127.0.0.1:1/name';
  const keyless = { INTEGRATIONS_KEYRING: 'no ring' };
  const cases: [code: string, status: number, field: string | null, env: Record<string, string>, line: string][] = [
    ['DATABASE_UNAVAILABLE', 4, null, { INTEGRATIONS_DATABASE_URL: nothing }, 'scm list'],
    ['KEY_UNAVAILABLE', 4, null, keyless, 'scm show there --reveal --yes'],
    ['CONFLICT', 6, null, {}, 'context add default'],
    ['NOT_FOUND', 7, null, {}, 'scm show nobody'],
    ['USAGE', 64, 'displayName', {}, 'scm add github'],
    ['VALIDATION', 64, 'displayName', {}, 'tenant add ""'],
    ['USAGE', 64, null, {}, 'scm'],
    ['USAGE', 64, null, {}, 'scm list extra'],
    ['USAGE', 64, null, {}, 'scm lsit'],
    ['USAGE', 64, null, {}, 'scm list --bogus'],
    ['USAGE', 64, null, {}, 'scm show'],
    ['USAGE', 64, null, {}, 'bogus'],
    ['USAGE', 64, null, {}, 'help bogus'],
    ['USAGE', 64, null, {}, 'bogus --help'],
    ['USAGE', 64, null, {}, 'help scm bogus'],
    ['USAGE', 64, 'output', {}, 'scm list -o xml'],
    ['USAGE', 64, 'fields', {}, 'scm list --fields nothing'],
    ['USAGE', 64, 'fields', {}, 'scm list --fields ""'],
    ['USAGE', 64, null, {}, 'scm list --limit'],
    ['USAGE', 64, null, {}, 'plan'],
    ['USAGE', 64, null, {}, 'scm rename there'],
  ];

  test.each(cases)('%s %i (%s) %j: %s', async (code, status, field, env, line) => {
    const args = line.split(' ').map((word) => (word === '""' ? '' : word));
    const [text, json] = [await box.runWith({ env }, ...args), await box.runWith({ env }, ...args, '--json')];
    expect([text.status, text.stdout, json.status, json.stdout]).toEqual([status, '', status, '']);
    expect(text.stderr).toMatch(/^error: .+\n(hint: {2}.+\n)?$/);

    const body = JSON.parse(json.stderr.trimEnd().split('\n').at(-1) ?? '');
    expect(Object.keys(body)).toEqual(['error']);
    expect(Object.keys(body.error)).toEqual(['code', 'message', 'hint', 'field', 'details']);
    expect(body.error).toMatchObject({ code, field });
    const hint = body.error.hint === null ? '' : `hint:  ${body.error.hint}\n`;
    expect(text.stderr).toBe(`error: ${body.error.message}\n${hint}`);
  });

  test('reads as the contract says', async () => {
    const { stderr } = await box.run('scm', 'show', 'acme');
    expect(stderr).toBe('error: no scm integration named "acme" in tenant "Acme"\nhint:  integrations scm list\n');
  });

  test('holds nothing that moves a cursor or looks like another line', async () => {
    for (const word of ['\u001b[31mred', 'two\nhint: lines', '--flag\u202E', '\u0007']) {
      const lines = [[word], ['scm', word], ['scm', 'list', word], ['scm', 'list', '--fields', word]];
      const after = ['context', 'key activate', 'tenant use', 'context use'].map((line) => [
        ...line.split(' '),
        '--',
        word,
      ]);
      for (const args of [...lines, ...after]) {
        const { status, stderr } = await box.run(...args);
        expect([args, status]).toEqual([args, expect.toBeOneOf([7, 64])]);
        expect(stderr).toMatch(/^error: [^\p{Cc}\u202E]+\n(hint: {2}[^\p{Cc}\u202E]+\n)?$/u);
      }
    }
  });

  test.each([
    [['-o', 'json'], {}],
    [['-ojson'], {}],
    [['--output=jsonl'], {}],
    [['--output', 'jsonl'], {}],
    [[], { INTEGRATIONS_OUTPUT: 'json' }],
    [[], { INTEGRATIONS_OUTPUT: 'jsonl' }],
  ])('is JSON wherever the answer would be: %j %j', async (flags, env) => {
    for (const args of [
      ['scm', 'show', 'acme'],
      ['scm', 'bogus'],
    ]) {
      const result = await box.runWith({ env }, ...args, ...flags);
      expect(result.error().code).toMatch(/^(NOT_FOUND|USAGE)$/);
    }
  });

  test('has no stack trace without --debug, and says where it arose with it', async () => {
    const broken = { INTEGRATIONS_DATABASE_URL: nothing };
    const [plain, debug] = [
      await box.runWith({ env: broken }, 'scm', 'list'),
      await box.runWith({ env: broken }, 'scm', 'list', '--debug'),
    ];
    expect(plain.stderr).not.toMatch(/^ +at /m);
    expect(debug.stderr).toMatch(
      /^debug: AppError \(DATABASE_UNAVAILABLE\)\n +at .*\ncaused by Error \(ECONNREFUSED\)/ms,
    );
    expect([plain.stdout, debug.stdout]).toEqual(['', '']);
  });

  test('--quiet leaves out notes, not errors and warnings', async () => {
    const noted = await done(box.run('scm', 'disable', 'there'));
    const quiet = await done(box.run('scm', 'enable', 'there', '-q'));
    expect([noted.stderr, quiet.stderr]).toEqual(['Switched the scm integration "there" off.\n', '']);
    expect((await box.run('scm', 'show', 'acme', '-q')).stderr).toMatch(/^error: /);
  });
});

describe('colour', () => {
  test('only where it is wanted', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'red');
    const control = '\u001b[';
    const colourful = async (env: Record<string, string>, ...flags: string[]) =>
      (await done(box.runWith({ env }, 'scm', 'list', ...flags))).stdout.includes(control);
    expect(await colourful({})).toBe(false);
    expect(await colourful({ FORCE_COLOR: '1' })).toBe(true);
    expect(await colourful({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await colourful({ FORCE_COLOR: '1' }, '--no-color')).toBe(false);
    expect(await colourful({ FORCE_COLOR: '1' }, '--json')).toBe(false);
  });
});

describe('a pipe that closes', () => {
  const shell = (box: Sandbox, line: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${line}`], {
      env: bareEnvironment({ ...box.env, I: productBin, NODE: process.execPath }),
      encoding: 'utf8',
    });

  test('ends the command quietly with 0', async () => {
    const box = sandbox();
    for (const args of ['--help', 'provider list -o jsonl', 'completion bash', '--version']) {
      const { status, stdout, stderr } = shell(box, `"$NODE" "$I" ${args} | head -1 | head -c 1; echo " $?" >&2`);
      expect([status, stdout.length, stderr]).toEqual([0, 1, ' 0\n']);
      expect(shell(box, `"$NODE" "$I" ${args} | true`)).toMatchObject({ status: 0, stderr: '' });
    }
  });

  test('of standard error changes neither what is done nor its status', async () => {
    const box = await workspace(sqlite);
    expect(shell(box, '{ "$NODE" "$I" scm show nobody 2>&1 >&3 | true; } 3>&1')).toMatchObject({ status: 7 });
    const { status, stdout } = shell(box, '{ "$NODE" "$I" tenant add Other --debug 2>&1 >&3 | true; } 3>&1');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Name +Other$/m)]);
  });

  test.each(['--help', 'scm --help', 'provider list', 'provider list -o jsonl'])(
    'standard output that cannot be written is told: %s',
    (args) => {
      const { status, stderr } = shell(sandbox(), `"$NODE" "$I" ${args} > /dev/full`);
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining('cannot write to standard output: the disk is full'),
      ]);
      expect(stderr).not.toMatch(/^ +at /m);
    },
  );
});

/** RFC 4180, as far as it is needed: quoted cells may hold commas, quotes and line breaks. */
function readCsv(text: string): string[][] {
  const cell = /("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/gy;
  const table: string[][] = [[]];
  for (const [, raw = '', end] of text.trimEnd().matchAll(cell)) {
    table.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\n') table.push([]);
    if (end === '') break;
  }
  return table;
}

function csvCell(value: unknown): string {
  if (value === null) return '';
  // No spreadsheet takes a text for a formula.
  if (typeof value === 'string' && /^[=+\-@]/.test(value)) return `'${value}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
