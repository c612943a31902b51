import type { Command } from '../commands/command.ts';
import { outline } from '../commands/index.ts';
import { type Environment, readSettings } from '../config/environment.ts';
import { type Interruption, type Streams, write } from '../output/streams.ts';
import { entries, findEntry } from './entries.ts';
import { wordsAfterHelp } from './help-words.ts';
import { ownWords } from './own-words.ts';
import type { Reporting } from './report.ts';
import { rootCommand, version } from './root.ts';
import { topicNamed } from './topics/names.ts';

const flagsWithValue = new Set(['--tenant', '--account', '--context', '--output', '-o', '--fields']);

/**
 * Runs one command line.
 * @returns the exit status; nothing is thrown
 */
export async function run(
  argv: readonly string[],
  environment: Environment,
  streams: Streams,
  interruption: Interruption,
): Promise<number> {
  const env = readSettings(environment);
  const own = ownWords(argv);
  try {
    // Asked by the scripts of completion alone.
    if (argv[0] === '__complete') {
      const { offeredNames } = await import('./completion/names.ts');
      await write(streams.stdout, await offeredNames(argv.slice(1), env));
      return 0;
    }
    const explained = wordsAfterHelp(own);
    const topic = explained && topicNamed(explained);
    if (topic) {
      const { topicTold } = await import('./topics/told.ts');
      await write(streams.stdout, topicTold(topic, streams.stdout.columns));
      return 0;
    }
    const { parse } = await import('./program.ts');
    // `help scm add` is `scm add --help`.
    const line = explained ? [...explained, '--help'] : argv;
    const parsed = parse(rootCommand(await commandsFor(ownWords(line))), version, line);
    if ('help' in parsed) {
      await write(streams.stdout, parsed.help);
      return 0;
    }
    const { execute } = await import('./execute.ts');
    return await execute(parsed, env, streams, interruption);
  } catch (error) {
    const { report } = await import('./report.ts');
    const { messageStyle } = await import('../output/message.ts');
    const style = messageStyle(env, streams, own.includes('--no-color'));
    return report(error, streams, { ...reportingOf(own, env), typed: argv, style });
  }
}

/** Only the command that was typed is loaded whole. */
function commandsFor(argv: readonly string[]): Promise<Command[]> {
  const words = argv.filter((word, index) => !word.startsWith('-') && !flagsWithValue.has(argv[index - 1] ?? ''));
  const typed = findEntry(words[0]);
  return Promise.all(entries.map(async (entry) => (entry === typed ? entry.load() : outline(entry))));
}

/** How errors are told, known before the command line was understood. */
function reportingOf(argv: readonly string[], env: Environment): Omit<Reporting, 'style' | 'typed'> {
  const named = argv.flatMap((word, index) => {
    if (word === '--json') return ['json'];
    if (word === '-o' || word === '--output') return [argv[index + 1] ?? ''];
    return /^(?:--output=|-o)(.+)$/.exec(word)?.slice(1, 2) ?? [];
  });
  const format = named.at(-1) ?? env['INTEGRATIONS_OUTPUT'];
  return {
    json: format === 'json' || format === 'jsonl',
    debug: argv.includes('--debug'),
    annotates: Boolean(env['GITHUB_ACTIONS']),
  };
}
