import type { Command } from '../commands/command.ts';
import { type CommandEntry, commandEntries, entry } from '../commands/index.ts';
import { headingOf, inOrder } from './groups.ts';

const own: readonly CommandEntry[] = [
  entry('completion', 'Print a completion script: bash, zsh, fish', async () =>
    (await import('./completion/index.ts')).completionOf(() => Promise.all(entries.map((each) => each.load()))),
  ),
  entry('version', 'Print the version', async () => (await import('./version.ts')).versionCommand),
  entry('help', 'Explain a command or a topic', async () => (await import('./topics/command.ts')).helpCommand),
];

/** Every command, in the order of the help. */
export const entries: readonly CommandEntry[] = inOrder([...commandEntries, ...own]).map((each) => {
  const group = headingOf(each.name);
  return { ...each, group, load: async () => ({ ...familiar(await each.load()), group }) };
});

export function findEntry(name: string | undefined): CommandEntry | undefined {
  return entries.find((each) => each.name === name || (name !== undefined && each.aliases.includes(name)));
}

/** What fingers know from other programs, wherever a verb of that name is. */
const usual: Readonly<Record<string, string>> = { list: 'ls', remove: 'rm' };

function familiar(command: Command): Command {
  const { commands, ...rest } = command;
  if (!commands) return command;
  return {
    ...rest,
    commands: commands.map((verb) => {
      const alias = usual[verb.name];
      return familiar(alias === undefined ? verb : { ...verb, aliases: [...(verb.aliases ?? []), alias] });
    }),
  };
}
