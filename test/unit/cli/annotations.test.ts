import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { annotationsOf } from '../../../src/cli/annotations.ts';
import { runHere } from '../../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'annotations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an error of a manifest stands on its line too, where GitHub runs it', async () => {
  const file = join(folder, 'm.yaml');
  writeFileSync(file, 'tenant: Acme\nscm:\n  - { name: mobile, type: githup }\n');
  const directories = { INTEGRATIONS_CONFIG_DIR: folder, INTEGRATIONS_DATA_DIR: folder };
  const plan = (env: Record<string, string>) => runHere({ env: { ...directories, ...env } }, {}, 'plan', '-f', file);
  const { status, stderr } = await plan({ GITHUB_ACTIONS: 'true' });
  expect(status).toBe(64);
  expect(stderr).toMatch(new RegExp(`^::error file=${file},line=3,col=\\d+::type `, 'm'));
  expect(stderr.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(1);
  expect((await plan({})).stderr).not.toMatch(/^::/m);
});

test.each<[why: string, details: unknown, lines: string[]]>([
  [
    'no text ends its line',
    { problems: [{ file: 'a,b:c', line: 1, column: 2, key: 'k', message: '50%\n::set-env' }] },
    ['::error file=a%2Cb%3Ac,line=1,col=2::k 50%25%0A::set-env'],
  ],
  [
    'standard input is no file',
    { problems: [{ file: '<stdin>', line: 1, column: 2, key: null, message: 'is no YAML' }] },
    ['::error::is no YAML'],
  ],
  [
    'a file that could not be read has no lines',
    { problems: [{ file: 'm.yaml', line: null, column: null, key: null, message: 'is no text' }] },
    ['::error file=m.yaml::is no text'],
  ],
  ['an error of something else has none', { id: 'x' }, []],
  ['nor has one without details', null, []],
])('%s', (_, details, lines) => expect(annotationsOf(details)).toEqual(lines));
