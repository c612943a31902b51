import type { Argument, Command, Flag } from '../../commands/command.ts';
import { globalFlags } from '../../commands/global-flags.ts';
import { type CategoryName, categoryList } from '../../core/category.ts';
import { notifyEvents } from '../../core/notify-events.ts';
import { topicNames } from '../topics/names.ts';

/** What can be offered for a value; of `any` a shell knows nothing, and of a name only the program. */
export type Offer =
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  | { readonly kind: 'name'; readonly of: NameKind }
  | { readonly kind: Known | 'any' };
/** What has names: rows, settings and keys. */
export type NameKind = CategoryName | 'integration' | 'tenant' | 'account' | 'context' | 'key' | 'run';
type Known = 'source' | 'file';

export interface FlagWord {
  /** With their dashes; the last is the long one. */
  readonly names: readonly string[];
  readonly help: string;
  /** Absent on a switch. */
  readonly value?: { readonly label: string; readonly offer: Offer };
  readonly repeatable: boolean;
  /** The names that make no sense beside it: its own and its twin's. */
  readonly excludes: readonly string[];
}

export interface ArgumentWord {
  readonly label: string;
  readonly offer: Offer;
  readonly variadic: boolean;
}

export interface Verb {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly help: string;
}

/** A command, and what may be typed behind it. */
export interface CommandNode {
  /** Its words from the program on, aliases resolved; empty for the program itself. */
  readonly path: readonly string[];
  readonly verbs: readonly Verb[];
  readonly flags: readonly FlagWord[];
  readonly args: readonly ArgumentWord[];
}

export interface Table {
  readonly nodes: readonly CommandNode[];
  /** Flags of every node; a node's own of the same name stands in their stead. */
  readonly common: readonly FlagWord[];
}

/** The tree of commands, flattened: the program first, every command before its verbs. */
export function tableOf(commands: readonly Command[]): Table {
  const topics = topicNames.map((name) => ({ name, summary: 'A topic' }));
  const explained = commands.map((each) =>
    each.name === 'help' ? { ...each, commands: [...commands.map(outline), ...topics] } : each,
  );
  const version: FlagWord = switchWord(['-V', '--version'], 'Print the version');
  const [program, ...rest] = nodesOf([], { name: '', summary: '', commands: explained });
  return {
    nodes: program ? [{ ...program, flags: [version] }, ...rest] : rest,
    common: [...globalFlags().flatMap(flagWords), switchWord(['-h', '--help'], 'Explain this command')],
  };
}

/** The common flags of a node: those that it has no flag of its own for. */
export function commonOf({ flags }: CommandNode, { common }: Table): readonly FlagWord[] {
  const own = new Set(flags.flatMap(({ names }) => names));
  return common.filter(({ names }) => !names.some((name) => own.has(name)));
}

/** The path as a script keeps it: `scm add`. */
export function pathText({ path }: CommandNode): string {
  return path.join(' ');
}

/** What `help` has behind it: commands and their verbs, with nothing that they take. */
function outline({ name, aliases = [], summary, commands = [] }: Command): Command {
  return { name, aliases, summary, commands: commands.map(outline) };
}

function nodesOf(path: readonly string[], command: Command): CommandNode[] {
  const { commands = [], flags = [], args = [], formats } = command;
  const output = formats ? globalFlags(formats).filter(({ name }) => name === 'output') : [];
  const node: CommandNode = {
    path,
    verbs: commands.map(({ name, aliases = [], summary }) => ({ name, aliases, help: summary })),
    flags: [...flags, ...output].flatMap(flagWords),
    args: args.map((arg) => argumentWord(path, arg)),
  };
  return [node, ...commands.flatMap((child) => nodesOf([...path, child.name], child))];
}

/** A flag and its twin, if it has one. */
function flagWords(flag: Flag): FlagWord[] {
  const { name, short, value, help, repeatable, negatable } = flag;
  const names = [...(short ? [`-${short}`] : []), `--${name}`];
  if (!negatable) {
    if (value === undefined) return [switchWord(names, help)];
    const offer = flag.choices
      ? offerOf(value, flag.choices)
      : (namesFor(flag.name, value) ?? offerOf(value, undefined));
    return [{ names, help, value: { label: value, offer }, repeatable: repeatable === true, excludes: names }];
  }
  const excludes = [...names, `--no-${name}`];
  return [
    { ...switchWord(names, help), excludes },
    { ...switchWord([`--no-${name}`], `The opposite of --${name}`), excludes },
  ];
}

function switchWord(names: readonly string[], help: string): FlagWord {
  return { names, help, repeatable: false, excludes: names };
}

function argumentWord(path: readonly string[], { name, choices, variadic }: Argument): ArgumentWord {
  const [command = '', verb] = path;
  // What is new has a name that nothing has yet.
  const named = verb === 'add' ? undefined : namesFor(command, name);
  return {
    label: name,
    offer: choices ? offerOf(name, choices) : (named ?? offerOf(name, undefined)),
    variadic: variadic === true,
  };
}

/** @param of a command, or a flag such as `scm` */
function namesFor(of: string, label: string): Offer | undefined {
  if (label === 'kid') return { kind: 'name', of: 'key' };
  if (label === 'run') return { kind: 'name', of: 'run' };
  if (label !== 'ref' && label !== 'name' && label !== 'pipeline') return undefined;
  const kind = label === 'pipeline' ? label : kinds[of];
  return kind && { kind: 'name', of: kind };
}

const kinds: Readonly<Record<string, NameKind>> = {
  ...Object.fromEntries(categoryList.map(({ name }) => [name, name])),
  tenant: 'tenant',
  account: 'account',
  context: 'context',
  history: 'integration',
  // Of notify.
  to: 'communication',
  // Of export.
  name: 'integration',
};

/** What stands for a value in the help also says what it is. */
const known: Readonly<Record<string, Known>> = { source: 'source', json: 'source', path: 'file', file: 'file' };

/** What is usual, where others are taken too. */
const usual: Readonly<Record<string, readonly string[]>> = { event: notifyEvents.map(({ value }) => value) };

function offerOf(label: string, choices = usual[label]): Offer {
  if (choices) return { kind: 'choice', words: choices };
  return { kind: known[label] ?? 'any' };
}
