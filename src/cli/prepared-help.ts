import { isatty } from 'node:tty';
import type { Command } from '../commands/command.ts';
import { helpText, helpWidth } from './help.ts';
import { topicNamed } from './topics/names.ts';

/**
 * The help that a command line asks for and for nothing else, as `run` would tell it: `scm add --help`, `help scm`.
 * @returns undefined where it asks for something else, or may be wrong
 */
export async function preparedHelp(argv: readonly string[]): Promise<string | undefined> {
  const topic = argv[0] === 'help' ? topicNamed(argv.slice(1)) : undefined;
  if (topic) return (await import('./topics/told.ts')).topicTold(topic, columns());
  const words = wordsToExplain(argv);
  if (words.length === 0 || words.some((word) => word.startsWith('-'))) return undefined;
  const { outlines } = await import('./outlines.ts');
  const path: Command[] = [];
  for (let within: readonly Command[] = outlines; within.length > 0; within = path.at(-1)?.commands ?? []) {
    const word = words[path.length];
    const next = within.find(({ name, aliases }) => word !== undefined && (name === word || aliases?.includes(word)));
    if (!next) break;
    path.push(next);
  }
  const command = path.at(-1);
  const rest = words.slice(path.length);
  if (!command || rest.length > (command.args?.length ?? 0)) return undefined;
  return helpText(command, path.map(({ name }) => name).join(' '), rest, helpWidth(columns()));
}

function wordsToExplain(argv: readonly string[]): readonly string[] {
  if (argv[0] === 'help') return argv.slice(1);
  return ['--help', '-h'].includes(argv.at(-1) ?? '') ? argv.slice(0, -1) : [];
}

/** Of a terminal; to look at a pipe would make a stream of it. */
function columns(): number | undefined {
  return isatty(1) ? process.stdout.columns : undefined;
}
