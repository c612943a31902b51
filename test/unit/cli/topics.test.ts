import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entries } from '../../../src/cli/entries.ts';
import { helpText } from '../../../src/cli/help.ts';
import { rootCommand } from '../../../src/cli/root.ts';
import { topics } from '../../../src/cli/topics/index.ts';
import { topicText } from '../../../src/cli/topics/topic.ts';
import { outline } from '../../../src/commands/index.ts';
import { markerName } from '../../../src/core/builds.ts';
import { AppError } from '../../../src/core/error.ts';
import { runHere } from '../../support/in-process.ts';
import { checkout } from '../../support/programs.ts';

const widths = [60, 80, 100];

test.each(Object.keys(topics))('help %s', async (name) => {
  const { status, stdout } = await runHere({ env: {} }, {}, 'help', name);
  expect(status).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`topics/${name}.txt`);
});

test.each([
  ['help exit-codes --json', 'help exit-codes'],
  ['--json help exit-codes', 'help exit-codes'],
  ['help --no-color manifest', 'help manifest'],
  ['--tenant Acme help -o json keys', 'help keys'],
  ['-q help --output=json scm add', 'scm add --help'],
  ['help --context x', '--help'],
])('flags of every command change nothing: %s', async (line, same) => {
  const [one, other] = await Promise.all([line, same].map((each) => runHere({ env: {} }, {}, ...each.split(' '))));
  expect(one).toEqual(other);
  expect(one?.status).toBe(0);
});

test.each(widths)('no line of a topic or of the help is longer than %i columns, but for a word that is', (width) => {
  const texts = [
    ...Object.values(topics).map((topic) => topicText(topic, width)),
    helpText(rootCommand(entries.map(outline)), '', [], width),
  ];
  for (const line of texts.flatMap((text) => text.split('\n')))
    if (line.length > width) expect(line.trim().split(' ').length, line).toBe(1);
});

test('the help of the program fits two screens, every command in a group of its own', () => {
  const help = helpText(rootCommand(entries.map(outline)), '', [], 80);
  expect(help.split('\n').length).toBeLessThanOrEqual(48);
  expect(help).not.toContain('Others:');
});

/** Every text of the sources. */
function sources(): string[] {
  const folder = join(checkout, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('cli/topics'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

test('help environment has every variable that the sources read', () => {
  const text = topicText(topics.environment, 1000);
  const read = sources().flatMap((source) => source.match(/INTEGRATIONS_[A-Z][A-Z_]*[A-Z]/g) ?? []);
  expect([...new Set(read)].length).toBeGreaterThan(20);
  // A parameter of builds, and no variable of ours.
  const variables = [...new Set(read)].filter((name) => name !== markerName);
  expect(variables.filter((name) => !text.includes(name))).toEqual([]);
});

test('help exit-codes has every code, beside the status that it ends with', () => {
  const text = topicText(topics['exit-codes'], 1000);
  const codes = new Set(sources().flatMap((source) => source.match(/AppError\(\s*'[A-Z_]+'/g) ?? []));
  expect(codes.size).toBeGreaterThan(5);
  for (const code of [...codes].map((each) => each.slice(each.indexOf("'") + 1, -1))) {
    const status = new AppError(code as AppError['code'], '').exitStatus;
    expect(text, code).toMatch(new RegExp(`^  ${status}\\b.*\\b${code}\\b`, 'm'));
  }
});
