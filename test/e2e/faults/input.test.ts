import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CliResult, productBin, type Sandbox } from '../../support/cli.ts';
import { forEachEngine, sqlite } from '../../support/engines.ts';
import { startSilent } from '../../support/hindered.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

const names = [
  `O'Brien "x" \`y\``,
  "'; DROP TABLE tenant_ticket_integrations; --",
  '" OR 1=1 -- ',
  '100%_\\%',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪',
  '日本語 العربية',
  '--json',
  '-',
  'env:HOME',
  'null',
  '~',
  '0123',
  '$(reboot) $HOME {{x}}',
  '<script>&amp;</script>',
  'a,b;c|d\\e/f',
  '[x]: {y} #z',
  'x'.repeat(255),
  '😀'.repeat(255),
];

const refusedNames = [
  ['10,000 characters', 'n'.repeat(10_000), /is 10000 characters long; at most 255 fit/],
  ['256 emoji', '😀'.repeat(256), /is 256 characters long/],
  ['a line break', 'two\nlines', /control characters/],
  ['an escape sequence', 'red \u001b[31m', /control characters/],
  ['a bell', 'ring\u0007', /control characters/],
  ['a reversal', 'abc\u202Edef', /invisible marks/],
  ['nothing but white space', ' \t ', /is empty/],
] as const;

forEachEngine((engine) => {
  let box: Sandbox;
  const add = (name: string, ...flags: string[]) => {
    const { args, env } = addCommand('linear', '', `--name=${name}`, ...flags);
    return box.runWith({ env }, ...args, '--json');
  };

  beforeAll(async () => {
    box = await workspace(engine);
  });

  test('any name comes back as it was given, in every format and as a reference', async () => {
    const rows = await eachOf(names, async (name) => (await done(add(name))).json());
    expect(rows.map(({ displayName }) => displayName)).toEqual(names.map((name) => name.trim()));
    await eachOf(rows, async ({ id, displayName }) => {
      expect((await done(box.run('ticket', 'show', '-o', 'yaml', '--', displayName))).stdout).toContain(id);
    });
    const [json, yaml, csv, table] = await eachOf(
      ['json', 'yaml', 'csv', 'table'],
      async (format) => (await done(box.run('ticket', 'list', '-o', format))).stdout,
    );
    const byId = rows.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(JSON.parse(json ?? '')).toEqual(byId);
    expect(parse(yaml ?? '')).toEqual(byId);
    for (const { displayName, id } of rows) {
      // In CSV an apostrophe keeps it from being a formula.
      const text = /^[=+\-@]/.test(displayName) ? `'${displayName}` : displayName;
      const cell = /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      expect(csv).toContain(`,${cell},`);
      expect(table).toMatch(new RegExp(`^${escaped(displayName)} .* ${id}$`, 'm'));
    }
    expect(await engine.sql(box, 'SELECT COUNT(*) AS n FROM tenant_ticket_integrations')).toEqual([
      { n: names.length },
    ]);
  });

  test('two adds of one name at the same moment: one wins, one is CONFLICT, one row', {
    timeout: 120_000,
  }, async () => {
    for (const round of Array.from({ length: 8 }).keys()) {
      const { args, env } = addCommand('linear', '', `--name=pair ${round}`);
      const results = await Promise.all([0, 1].map(() => box.start({ env }, ...args, '--json').result));
      expect(results.map(outcome).toSorted()).toEqual(['6 CONFLICT', 'done']);
    }
    const count = "SELECT COUNT(*) AS n FROM tenant_ticket_integrations WHERE displayName LIKE 'pair %'";
    expect(await engine.sql(box, count)).toEqual([{ n: 8 }]);
  });

  test('two changes of one row at the same moment: none is lost', async () => {
    await addSample(box, 'email', 'mail');
    for (const round of Array.from({ length: 5 }).keys()) {
      const [from, to] = [`from${round}@acme.test`, `to${round}@acme.test`];
      const results = await Promise.all([
        box.start({}, 'comm', 'update', 'mail', '--from-address', from, '--json').result,
        box.start({}, 'comm', 'update', 'mail', '--recipient', to, '--json').result,
      ]);
      const { emailFromAddress, emailRecipients } = (await done(box.run('comm', 'show', 'mail', '--json'))).json();
      const expected = [emailFromAddress === from, emailRecipients[0] === to];
      expect(expected).toContain(true);
      expect(results.map(outcome)).toEqual(expected.map((stored) => (stored ? 'done' : '6 CONFLICT')));
    }
  });
});

describe('what is refused before any engine sees it', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
  });

  test.each(refusedNames)('a name of %s', async (_, name, reason) => {
    const { args, env } = addCommand('linear', name);
    const refusal = await refused(box.runWith({ env }, ...args, '--json'));
    const tenant = await refused(box.run('tenant', 'add', name, '--json'));
    for (const each of [refusal, tenant]) {
      expect(each).toMatchObject({ status: 64, code: 'VALIDATION', field: 'displayName' });
      expect(each.message).toMatch(reason);
      expect(each.message.length).toBeLessThan(200);
    }
    expect(await sqlite.sql(box, 'SELECT id FROM tenant_ticket_integrations')).toEqual([]);
  });

  test('a reference that is not there is told without what would move a cursor', async () => {
    for (const ref of ['\u001b[2J\u001b[31m', 'x\u202Ey', 'n'.repeat(10_000), 'a\nb']) {
      const { status, stdout, stderr } = await box.run('scm', 'show', ref);
      expect([status, stdout]).toEqual([7, '']);
      expect(stderr).toMatch(
        /^error: no scm integration named "[^\p{Cc}\u202e]{1,140}" in tenant "Acme"\nhint: .*\n$/u,
      );
    }
  });
});

describe('a process substitution as a source', () => {
  let box: Sandbox;
  const token = `ghp_${'a1'.repeat(18)}`;

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
  });

  test.each([
    ['that writes', 'printf %s "$TOKEN"', 0],
    ['that takes its time', 'sleep 2; printf %s "$TOKEN"', 0],
    ['that writes nothing', 'true', 64],
  ])('%s', async (_, command, status) => {
    const script = `exec "$0" "$@" --access-token "file:"<(${command})`;
    const options = { node: '/bin/bash', bin: '-c', env: { TOKEN: token } };
    const words = [process.execPath, productBin, 'scm', 'update', 'code'];
    const result = await box.runWith(options, script, ...words);
    expect([result.status, result.stderr]).toEqual([
      status,
      expect.stringMatching(status === 0 ? /^Changed the scm/m : /the file \/dev\/fd\/\d+ is empty$/m),
    ]);
    if (status === 0) {
      const shown = await done(box.run('scm', 'show', 'code', '--reveal', '--yes', '--json'));
      expect(shown.json().credentials.accessToken).toBe(token);
    }
  });

  test('a pipe that waits for its writer is left by Ctrl-C', async () => {
    const pipe = join(box.root, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const { child, result } = startSilent(
      box,
      {},
      'scm',
      'update',
      'code',
      '--access-token',
      `file:${pipe}`,
      '--debug',
    );
    // A writer that has it open, and never writes.
    const writer = openSync(pipe, 'r+');
    await sleep(2_000);
    child.kill('SIGINT');
    const { status, stderr } = await result;
    closeSync(writer);
    expect([status, stderr.split('\n').filter((line) => !line.startsWith('debug: '))]).toEqual([
      130,
      ['Cancelled.', ''],
    ]);
  });
});

function outcome(result: CliResult): string {
  return result.status === 0 ? 'done' : `${result.status} ${result.error().code}`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
