import { Command as Commander, CommanderError, Option } from 'commander';
import type { Command, Flag, FlagValue, Input } from '../commands/command.ts';
import { globalFlags } from '../commands/global-flags.ts';
import type { GlobalFlags } from '../config/settings.ts';
import { type AppError, usage } from '../core/error.ts';
import { quotable, sentenceList } from '../core/text.ts';
import { typedPath } from '../files/typed-path.ts';
import { categoryOf } from '../providers/category-of.ts';
import { argumentFor, categoryVerb, flagsWith, guesses, spelledAlike } from './guesses.ts';
import { helpText, helpWidth } from './help.ts';
import { ownWords } from './own-words.ts';

/** A command that was typed, with its flags. */
export interface Invocation {
  command: Command;
  /** As typed, without the program's name: `scm add`. */
  path: string;
  input: Input;
  globals: GlobalFlags;
}

/** Text that help or `--version` prints instead of running anything. */
export type Parsed = Invocation | { help: string };

/**
 * Reads the command line.
 * @throws AppError USAGE; values of flags are never quoted
 */
export function parse(program: Command, version: string, argv: readonly string[]): Parsed {
  const written: string[] = [];
  let invocation: Invocation | undefined;
  const behind = argv.length - ownWords(argv).length - 1;
  const root = build(
    program,
    (command, commander) => {
      invocation = invocationOf(command, commander, Math.max(behind, 0));
    },
    (text) => written.push(text),
  );
  root.version(version, '-V, --version').helpCommand(false);
  try {
    root.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { help: written.join('') };
  }
  if (!invocation) throw new Error('the parser ended without a command');
  return invocation;
}

type Begin = (command: Command, commander: Commander) => void;
type Print = (text: string) => void;

function build(command: Command, begin: Begin, print: Print): Commander {
  const commander: Commander = new Commander(command.name)
    .aliases([...(command.aliases ?? [])])
    .exitOverride((error) => {
      if (error.code === 'commander.unknownCommand') throw unknownCommand(command, commander, error.message);
      if (error.code === 'commander.help') throw incomplete(command, commander);
      throw error.exitCode === 0 ? error : usageError(error, hintFor(error, command, commander));
    })
    .helpOption('-h, --help')
    .configureHelp({
      formatHelp: () => {
        refuseUnknownVerb(command, commander);
        return helpText(command, pathOf(commander), commander.args, helpWidth(process.stdout.columns));
      },
    })
    .configureOutput({
      writeOut: print,
      writeErr: command.name === 'integrations' ? print : () => undefined,
      outputError: () => undefined,
    })
    .allowExcessArguments(false);
  for (const { name, required, variadic } of command.args ?? []) {
    const word = variadic ? `${name}...` : name;
    commander.argument(required ? `<${word}>` : `[${word}]`);
  }
  if (command.rest) commander.argument(`[${command.rest.name}...]`);
  for (const flag of [...(command.flags ?? []), ...globalFlags(command.formats)]) addFlag(commander, flag);
  for (const child of command.commands ?? []) commander.addCommand(build(child, begin, print));
  if (command.run) commander.action(() => begin(command, commander));
  return commander;
}

/** A group without a verb: the program itself explains what there is; elsewhere a verb was forgotten. */
function incomplete(command: Command, commander: Commander): Error {
  if (!commander.parent) return new CommanderError(0, 'commander.helpDisplayed', 'help');
  const verbs = (command.commands ?? []).map(({ name }) => name).join(', ');
  return usage(`"${pathOf(commander)}" needs a verb: ${verbs}`, { hint: `integrations ${pathOf(commander)} --help` });
}

/** Help for a verb that there is not would explain something else. */
function refuseUnknownVerb(command: Command, commander: Commander): void {
  const [word] = commander.args;
  const isGroup = command.commands !== undefined && command.run === undefined;
  if (isGroup && word !== undefined && !word.startsWith('-')) throw unknownCommand(command, commander, undefined);
}

/** @param complaint the parser's, which knows what is spelled alike; undefined where help was asked for */
function unknownCommand(command: Command, commander: Commander, complaint: string | undefined): AppError {
  const path = pathOf(commander);
  const [word = ''] = commander.args;
  const [, alike = ''] = /\(Did you mean (?:one of )?(.*)\?\)/.exec(complaint ?? '') ?? [];
  const nameOf = (name: string) => command.commands?.find(({ aliases }) => aliases?.includes(name))?.name ?? name;
  const names = new Set(alike === '' ? [] : alike.split(', ').map(nameOf));
  const similar = [...names].map((name) => `${path} ${name}`.trim());
  const meant = guesses(command, path, commander.args, categoryOf);
  const [best] = [meant, similar].filter(({ length }) => length > 0);
  return unknownWord(word, path, best ?? spelledAlike(command, path, word, complaint === undefined));
}

/** @param meant the commands that may have been meant */
function unknownWord(word: string, path: string, meant: readonly string[]): AppError {
  const lines = meant.map((line) => `integrations ${line}`);
  const hint = `integrations ${path} --help`.replace('  ', ' ');
  return usage(`unknown command ${namable(word)}${path === '' ? '' : ` of "integrations ${path}"`}`, {
    hint: lines.length > 0 ? `did you mean: ${sentenceList(lines, 'or')}` : hint,
  });
}

function addFlag(commander: Commander, flag: Flag): void {
  const dashes = `${flag.short ? `-${flag.short}, ` : ''}--${flag.name}${flag.value ? ` <${flag.value}>` : ''}`;
  const option = new Option(dashes);
  const read = flag.value === 'path' || flag.value === 'file' ? typedPath : (value: string) => value;
  if (flag.repeatable) option.argParser((value: string, before?: string[]) => [...(before ?? []), read(value)]);
  else if (flag.value) option.argParser<string>(read);
  commander.addOption(option);
  if (flag.negatable) commander.addOption(new Option(`--no-${flag.name}`));
}

/** @param behind how many of the words stand behind `--` */
function invocationOf(command: Command, commander: Commander, behind: number): Invocation {
  const typed = typedFlags(commander);
  const known = new Set((command.flags ?? []).map(({ name }) => name));
  const flags = Object.fromEntries(Object.entries(typed).filter(([name]) => known.has(name)));
  checkChoices(command, typed);
  const all = commander.args;
  const own = command.rest ? all.length - behind : all.length;
  const input = { args: all.slice(0, own), rest: all.slice(own), flags };
  if (command.rest && own > (command.args?.length ?? 0)) {
    throw usage(`"--" is missing before the ${command.rest.name}`, { hint: dashesHint(commander) });
  }
  return { command, path: pathOf(commander), input, globals: globalsOf(typed) };
}

/** What to type instead. */
function hintFor({ code, message }: CommanderError, command: Command, commander: Commander): string {
  const path = pathOf(commander);
  if (command.rest) return dashesHint(commander);
  if (code === 'commander.unknownOption') {
    const typed = /'--([a-z-]+)/.exec(message)?.[1] ?? '';
    const argument = argumentFor(command, typed);
    if (argument) return `the ${argument} is an argument: integrations ${path} ${argument.toUpperCase()}`;
    const longer = flagsWith(command, typed);
    if (longer.length > 0) return `did you mean ${sentenceList(longer, 'or')}?`;
  }
  if (code === 'commander.excessArguments') {
    if (command.flags?.some(({ short }) => short === 'f')) return `integrations ${path} -f FILE`;
    const [verb] = categoryVerb(path, commander.args);
    if (verb !== undefined) return `did you mean: integrations ${verb}`;
  }
  return helpOf(commander);
}

function dashesHint(commander: Commander): string {
  const [first, ...others] = commander.registeredArguments.map((argument) => argument.name().toUpperCase());
  return `integrations ${[pathOf(commander), first, '--', ...others].join(' ')}`;
}

/** Flags of the command and of those above it: the nearest wins. */
function typedFlags(commander: Commander): Record<string, FlagValue> {
  const above = commander.parent ? typedFlags(commander.parent) : {};
  const own: Record<string, FlagValue> = {};
  for (const option of commander.options) {
    const key = option.attributeName();
    if (commander.getOptionValueSource(key) !== 'cli') continue;
    const value = commander.getOptionValue(key) as FlagValue;
    // Commander files `--no-x` under `x`, where its twin is read; without one it is a switch of its own.
    if (!option.negate) own[option.name()] = value;
    else if (!commander.options.some((other) => !other.negate && other.attributeName() === key)) {
      own[option.name()] = value === false;
    }
  }
  return { ...above, ...own };
}

function globalsOf(typed: Record<string, FlagValue>): GlobalFlags {
  const text = (name: string) => (typeof typed[name] === 'string' ? typed[name] : undefined);
  return {
    tenant: text('tenant'),
    account: text('account'),
    context: text('context'),
    output: typed['json'] ? 'json' : text('output'),
    fields: text('fields')
      ?.split(',')
      .map((field) => field.trim())
      .filter(Boolean),
    noInput: typed['no-input'] === true,
    yes: typed['yes'] === true,
    quiet: typed['quiet'] === true,
    debug: typed['debug'] === true,
    noColor: typed['no-color'] === true,
    noPager: typed['no-pager'] === true,
  };
}

function checkChoices(command: Command, typed: Record<string, FlagValue>): void {
  for (const flag of [...(command.flags ?? []), ...globalFlags(command.formats)]) {
    const value = typed[flag.name];
    if (!flag.choices || value === undefined) continue;
    const values = Array.isArray(value) ? value : [value];
    if (values.every((each) => flag.choices?.includes(String(each)))) continue;
    throw usage(`--${flag.name} is one of ${flag.choices.join(', ')}`, { field: flag.name });
  }
}

/** The command that explains it. */
function helpOf(commander: Commander): string {
  return ['integrations', pathOf(commander), '--help'].filter(Boolean).join(' ');
}

function pathOf(commander: Commander): string {
  const above = commander.parent ? pathOf(commander.parent) : '';
  return commander.parent ? `${above} ${commander.name()}`.trim() : '';
}

/** The parser's complaint without any value that was typed, with its suggestion as the hint, or else the help. */
function usageError(error: CommanderError, help: string): AppError {
  const [, complaint = '', suggestion] = /^(?:error: )?(.*?)(?:\n\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  const message = complaint
    .replace(/(--?[A-Za-z0-9-]+)=[^']*/, '$1')
    .replace(/'([^']*)'/, (_, word: string) => namable(word));
  return usage(message, { hint: suggestion?.replace(/^D/, 'd') ?? help });
}

/** A word to be told in a message; `report` takes out what may be a credential. */
function namable(word: string): string {
  return `'${quotable(word)}'`;
}
