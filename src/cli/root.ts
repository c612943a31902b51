import { version } from '../../package.json';
import type { Command } from '../commands/command.ts';
import { outline } from '../commands/index.ts';
import { entries } from './entries.ts';
import { helpText, helpWidth } from './help.ts';
import { topicNames } from './topics/names.ts';

export { version };

/** The program itself as a command, with those that are given. */
export function rootCommand(commands: readonly Command[]): Command {
  return {
    name: 'integrations',
    summary: 'Manage the integrations of a mobile release platform, tenant by tenant',
    commands,
    closing: [
      'Start here: integrations setup',
      'Explain a command, with its flags: integrations help scm add',
      `Explain a topic: integrations help ${topicNames.join(' | ')}`,
    ].join('\n'),
  };
}

/** The version or the program's help, where nothing else is asked for: they are told before anything is loaded. */
export function quickAnswer(argv: readonly string[]): string | undefined {
  const [word, ...rest] = argv;
  if (rest.length > 0) return undefined;
  if (word === '--version' || word === '-V' || word === 'version') return `${version}\n`;
  const asksForHelp = word === undefined || word === '--help' || word === '-h' || word === 'help';
  return asksForHelp ? helpText(rootCommand(entries.map(outline)), '', [], helpWidth(undefined)) : undefined;
}
