import type { Command, Flag } from '../commands/command.ts';
import { globalFlags } from '../commands/global-flags.ts';
import { commandLines, lead, wrapped } from '../output/lines.ts';

type Term = readonly [term: string, text: string];

const common = 'Flags of every command';
const usage = 'Usage: integrations ';

/**
 * The help of a command.
 * @param path the command without the program's name: `scm add`; empty for the program itself
 * @param typed the arguments, where there are any: `add github --help` explains one provider alone
 * @param width columns to fill
 */
export function helpText(command: Command, path: string, typed: readonly string[], width: number): string {
  const provider = typed.find((word) => command.args?.some(({ choices }) => choices?.includes(word)));
  const sections = [
    [command.summary, command.description].flatMap((text) => (text ? [paragraph(text, width)] : [])).join('\n\n'),
    `${usage}${wrapped(usageOf(command, path), usage.length, width)}`,
    ...commandSections(command, width),
    section(
      'Arguments',
      [...(command.args ?? []), ...(command.rest ? [command.rest] : [])].map(({ name, help, choices }) => [
        name,
        choices ? `${help}: ${choices.join(', ')}` : help,
      ]),
      width,
    ),
    ...(path === '' ? [] : flagSections(command, provider, width)),
    examples(command, provider, width),
    paragraph(command.closing ?? nextOf(command, path), width),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

/** How to go on from the help of a group. */
function nextOf({ commands = [] }: Command, path: string): string {
  const [first] = commands;
  return first ? `Explain a command, with its flags: integrations help ${path} ${first.name}` : '';
}

/** Text whose line breaks stand; what has a gap in a line is a term with its text behind it. */
export function paragraph(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapped(line, /^(\S+ {2,})\S/.exec(line)?.[1]?.length ?? 0, width))
    .join('\n');
}

/** Terms with their texts beside them, or beneath them where there is little room. */
export function section(title: string, items: readonly Term[], width: number): string {
  if (items.length === 0) return '';
  const indent = Math.max(...items.map(([term]) => term.length)) + 4;
  const isNarrow = width - indent < 24;
  const lines = items.map(([term, text]) =>
    isNarrow
      ? `  ${term}\n      ${wrapped(text, 6, width)}`
      : `  ${term.padEnd(indent - 2)}${wrapped(text, indent, width)}`,
  );
  return [`${title}:`, ...lines].join('\n');
}

/** Columns that the help fills on a screen of so many. */
export function helpWidth(columns: number | undefined): number {
  return Math.min(100, columns || 80);
}

function commandSections({ commands = [] }: Command, width: number): string[] {
  const titles = [...new Set(commands.map(({ group = 'Commands' }) => group))];
  const names = commands.map(({ name, aliases = [] }) => [name, ...aliases].join(', '));
  const widest = Math.max(0, ...names.map(({ length }) => length));
  return titles.map((title) =>
    section(
      title,
      commands.flatMap(({ group = 'Commands', summary }, index): Term[] =>
        group === title ? [[(names[index] ?? '').padEnd(widest), summary]] : [],
      ),
      width,
    ),
  );
}

function flagSections({ flags = [], formats }: Command, provider: string | undefined, width: number): string[] {
  const help: Flag = { name: 'help', short: 'h', help: 'Explain this command', group: common };
  const all = [...flags, ...globalFlags(formats), help];
  const groups = [...new Set(all.map(({ group = 'Flags' }) => group))];
  const shown = groups.filter(
    (group) => provider === undefined || !/^Flags of (?!every)/.test(group) || group.endsWith(` ${provider}`),
  );
  return shown.map((group) =>
    section(
      group,
      all.filter((flag) => (flag.group ?? 'Flags') === group).map((flag) => [termOf(flag), helpOf(flag)]),
      width,
    ),
  );
}

function usageOf({ args = [], rest, commands }: Command, path: string): string {
  const words = args.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  const behind = rest ? `-- <${rest.name}...>` : '';
  return [path, commands ? '<command>' : '', ...words, '[flags]', behind].filter(Boolean).join(' ');
}

function termOf({ name, short, value, negatable }: Flag): string {
  return `${short ? `-${short}, ` : ''}--${negatable ? '[no-]' : ''}${name}${value ? ` <${value}>` : ''}`;
}

function helpOf({ help, choices }: Flag): string {
  return choices ? `${help}: ${choices.join(', ')}` : help;
}

function examples(command: Command, provider: string | undefined, width: number): string {
  const lines = command.examples ?? [];
  const own = lines.filter((line) => provider !== undefined && line.split(' ').includes(provider));
  const shown = own.length > 0 ? own : lines;
  if (shown.length === 0) return '';
  return ['Examples:', ...shown.flatMap((line) => commandLines(line, width - 2).map(lead('  ')))].join('\n');
}
