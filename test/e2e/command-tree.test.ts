import { expect, test } from 'vitest';
import type { Argument, Flag } from '../../src/commands/command.ts';
import { globalFlags } from '../../src/commands/global-flags.ts';
import { everyCommand, type Typed } from '../support/command-tree.ts';

test('the whole command tree, which scripts rely on', async () => {
  const tree = [...(await everyCommand()).map(describeCommand), section('flags of every command', [...globalFlags()])];
  await expect(`${tree.join('\n\n')}\n`).toMatchFileSnapshot('command-tree.txt');
});

function describeCommand({ path, command }: Typed): string {
  const { aliases = [], args = [], rest, formats, flags = [] } = command;
  const behind = rest ? [`-- <${rest.name}...>`] : [];
  const title = [path, ...aliases.map((alias) => `| ${alias}`), ...args.map(describeArgument), ...behind].join(' ');
  const own = formats ? [`  -o ${formats.join('|')}`] : [];
  return [section(title, flags), ...own].join('\n');
}

function section(title: string, flags: readonly Flag[]): string {
  return [title, ...flags.map(describeFlag)].join('\n');
}

function describeArgument({ name, required, variadic, choices }: Argument): string {
  const word = `${choices ? choices.join('|') : name}${variadic ? '...' : ''}`;
  return required ? `<${word}>` : `[${word}]`;
}

function describeFlag({ name, short, value, negatable, repeatable, choices }: Flag): string {
  const dashes = `${short ? `-${short}, ` : ''}--${negatable ? '[no-]' : ''}${name}`;
  return `  ${[dashes, value && `<${choices?.join('|') ?? value}>`, repeatable && '(repeatable)'].filter(Boolean).join(' ')}`;
}
