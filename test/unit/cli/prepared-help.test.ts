import { expect, test } from 'vitest';
import { preparedHelp } from '../../../src/cli/prepared-help.ts';
import { everyCommand } from '../../support/command-tree.ts';
import { runHere } from '../../support/in-process.ts';

async function told(...line: string[]): Promise<string> {
  const { status, stdout } = await runHere({ env: {} }, {}, ...line);
  expect(status, line.join(' ')).toBe(0);
  return stdout;
}

test('is for every command what the parser would tell', async () => {
  // That of `help` itself is the program's.
  const commands = (await everyCommand()).filter(({ path }) => path !== 'help');
  expect(commands.length).toBeGreaterThan(60);
  for (const { path, command } of commands) {
    const words = path.split(' ');
    const help = await told(...words, '--help');
    expect(help.length, path).toBeGreaterThan(100);
    expect(await preparedHelp([...words, '--help']), path).toBe(help);
    expect(await preparedHelp([...words, '-h']), path).toBe(help);
    expect(await preparedHelp(['help', ...words]), path).toBe(help);
    for (const choice of command.args?.[0]?.choices ?? []) {
      expect(await preparedHelp([...words, choice, '--help']), `${path} ${choice}`).toBe(
        await told(...words, choice, '--help'),
      );
    }
    for (const alias of command.aliases ?? []) {
      expect(await preparedHelp([...words.slice(0, -1), alias, '--help'])).toBe(help);
    }
  }
});

test.each<[line: string]>([
  [''],
  ['--help'],
  ['help'],
  ['help --help'],
  ['scm'],
  ['scm list'],
  ['nope --help'],
  ['scm nope --help'],
  ['scm list more --help'],
  ['scm add github more --help'],
  ['scm --tenant Acme --help'],
  ['--debug scm --help'],
  ['scm --help add'],
  ['scm add -- --help'],
  ['help --debug scm'],
  ['help scm nope'],
])('leaves "%s" to the parser', async (line) => {
  expect(await preparedHelp(line.split(' ').filter(Boolean))).toBeUndefined();
});
