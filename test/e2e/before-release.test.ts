import { renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { examine } from '../support/doctor.ts';
import { type Engine, forEachEngine, sqlite } from '../support/engines.ts';
import { done, refused, workspace } from '../support/workspace.ts';

const names = [
  '20261122_1_host_tables',
  '20261122_2_scm',
  '20261122_3_target',
  '20261122_4_communication',
  '20261122_5_ticket',
  '20261122_6_pipeline',
  '20261122_7_previous_credentials',
  '20261122_8_history',
];

/** What tells a database of version 0.1: its migrations' names. */
async function ofBeforeRelease(engine: Engine) {
  const box = await workspace(engine);
  await engine.sql(box, 'DELETE FROM integrations_migrations');
  for (const name of names)
    await engine.sql(box, `INSERT INTO integrations_migrations (name, batch) VALUES ('${name}', 1)`);
  return box;
}

const commands = [
  ['init', '--no-input'],
  ['status'],
  ['scm', 'list'],
  ['ticket', 'show', 'x'],
  ['verify'],
  ['plan', '-f', '-'],
  ['apply', '-f', '-', '--yes'],
  ['export'],
  ['history'],
  ['expiring', '--within', '30d'],
  ['graph'],
  ['key', 'list'],
  ['tenant', 'list'],
  ['tenant', 'add', 'New'],
  ['account', 'list'],
  ['db', 'migrate'],
  ['db', 'status'],
  ['db', 'rollback', '--yes'],
];

forEachEngine((engine) => {
  test('a database that 0.1 made is refused by every command in words, and left as it is', async () => {
    const box = await ofBeforeRelease(engine);
    const start =
      engine === sqlite
        ? /^mv .*integrations\.db .*integrations\.db\.0\.1 && integrations init$/
        : /^Make an empty database, /;
    for (const command of commands) {
      const stdin = 'tenant: Acme\n';
      const told = await refused(box.runWith({ input: stdin }, ...command, '--json'));
      expect([command, told]).toEqual([
        command,
        expect.objectContaining({
          status: 4,
          code: 'SCHEMA_OUTDATED',
          message: expect.stringMatching(/ was made before the first release \(0\.1\); start a new one$/),
          hint: expect.stringMatching(start),
        }),
      ]);
    }
    const { status, faults } = await examine(box);
    expect([status, faults['schema']]).toEqual([
      4,
      [
        expect.objectContaining({
          severity: 'error',
          finding: 'it was made before the first release (0.1); start a new one',
          remedy: expect.stringMatching(start),
        }),
      ],
    ]);
    const recorded = await engine.sql(box, 'SELECT name FROM integrations_migrations ORDER BY name');
    expect(recorded.map(({ name }) => name)).toEqual(names);
  });
});

test('the new one is started as the hint says', async () => {
  const box = await ofBeforeRelease(sqlite);
  const { hint = '' } = await refused(box.run('status', '--json'));
  const [move = ''] = hint.split(' && ');
  const [, from = '', to = ''] = move.split(' ');
  renameSync(from, to);
  await done(box.run('init', '--tenant', 'Acme', '--no-input'));
  await done(box.run('status'));
});
