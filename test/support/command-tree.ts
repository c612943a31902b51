import { entries } from '../../src/cli/entries.ts';
import type { Command } from '../../src/commands/command.ts';

/** A command as it is typed, such as `scm add`, with what it is made of. */
export interface Typed {
  path: string;
  command: Command;
}

/** Every command, groups before their verbs, in the order of the help. */
export async function everyCommand(): Promise<Typed[]> {
  const roots = await Promise.all(entries.map((entry) => entry.load()));
  return roots.flatMap((root) => below(root, ''));
}

/** Those that do something. */
export async function everyVerb(): Promise<Typed[]> {
  return (await everyCommand()).filter(({ command }) => command.run !== undefined);
}

function below(command: Command, parent: string): Typed[] {
  const path = `${parent} ${command.name}`.trim();
  return [{ path, command }, ...(command.commands ?? []).flatMap((child) => below(child, path))];
}
