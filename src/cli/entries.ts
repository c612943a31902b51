import { type CommandEntry, commandEntries, entry } from '../commands/index.ts';

/** Every command, in the order of the help. */
export const entries: readonly CommandEntry[] = [
  ...commandEntries,
  entry('completion', 'Print a completion script: bash, zsh, fish', async () =>
    (await import('./completion/index.ts')).completionOf(() => Promise.all(entries.map((each) => each.load()))),
  ),
  entry('help', 'Explain a command', async () => ({ name: 'help', summary: 'Explain a command' })),
];

export function findEntry(name: string | undefined): CommandEntry | undefined {
  return entries.find((each) => each.name === name || (name !== undefined && each.aliases.includes(name)));
}
