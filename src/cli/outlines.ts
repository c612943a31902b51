import type { Command } from '../commands/command.ts';
import { entries } from './entries.ts';

/**
 * Every command, but not what it does: what help is made of. The build puts what this comes to in its place, so that
 * nothing is loaded to be explained.
 */
export const outlines: readonly Command[] = await Promise.all(
  entries.map(async (entry) => outlineOf(await entry.load())),
);

function outlineOf({ run: _, keys: __, commands, ...outline }: Command): Command {
  return commands ? { ...outline, commands: commands.map(outlineOf) } : outline;
}
