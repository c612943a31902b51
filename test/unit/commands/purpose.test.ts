import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { purposeOfCommand } from '../../../src/commands/purpose.ts';
import { everyVerb } from '../../support/command-tree.ts';
import { runHere } from '../../support/in-process.ts';

test('every command is for a user who may do what it does', async () => {
  const paths = (await everyVerb()).map(({ path }) => path);
  const of = (purpose: string) => paths.filter((path) => purposeOfCommand(path) === purpose);
  expect(of('migrate')).toEqual([
    ...['setup', 'init', 'history purge', 'tenant add', 'tenant remove', 'account add', 'account remove'],
    ...['db migrate', 'db rollback'],
  ]);
  expect(new Set(of('verify').map((path) => path.split(' ').at(-1)))).toEqual(new Set(['verify']));
  expect(of('verify')).toHaveLength(6);
  // A verb of its own here is one that somebody added and that may change something.
  expect(new Set(of('read').map((path) => path.split(' ').at(-1)))).toEqual(
    new Set([
      // A server of its own purposes: each request has one.
      'serve',
      ...[
        'status',
        'version',
        'list',
        'show',
        'expiring',
        'history',
        'doctor',
        'plan',
        'export',
        'schema',
        'graph',
        'use',
      ],
      ...['runs', 'grants', 'completion', 'exec'],
    ]),
  );
});

test('what only reads makes no database, and tells how to make one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-database-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { INTEGRATIONS_CONFIG_DIR: folder, INTEGRATIONS_DATA_DIR: folder };
  for (const line of ['status', 'scm list', 'scm show mobile', 'verify', 'history', 'pipeline runs ios', 'export']) {
    const { status, stderr } = await runHere({ env }, {}, ...line.split(' '));
    expect([line, status], stderr).toEqual([line, 64]);
    expect(stderr, line).toMatch(/integrations (init|setup)/);
    expect(readdirSync(folder), line).toEqual([]);
  }
});
