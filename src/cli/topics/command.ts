import type { Command } from '../../commands/command.ts';
import { topicNames } from './names.ts';

/** What it does is done before any command runs: by `help.ts`, and here only described. */
export const helpCommand: Command = {
  name: 'help',
  summary: 'Explain a command or a topic',
  description: `Topics: ${topicNames.join(', ')}.`,
  examples: ['integrations help scm add', 'integrations help environment'],
};
