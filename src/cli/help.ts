import type { Command, Flag } from '../commands/command.ts';
import { globalFlags } from '../commands/global-flags.ts';

/**
 * The help of a command.
 * @param path the command without the program's name: `scm add`
 * @param typed the arguments, where there are any: `add github --help` explains one provider alone
 * @param width columns to fill
 */
export function helpText(command: Command, path: string, typed: readonly string[], width: number): string {
  const provider = typed.find((word) => command.args?.some(({ choices }) => choices?.includes(word)));
  const sections = [
    [command.summary, command.description].filter(Boolean).join('\n\n'),
    `Usage: ${usageOf(command, path)}`,
    section(
      'Commands',
      (command.commands ?? []).map(({ name, aliases = [], summary }) => [[name, ...aliases].join(', '), summary]),
    ),
    section(
      'Arguments',
      (command.args ?? []).map(({ name, help, choices }) => [name, choices ? `${help}: ${choices.join(', ')}` : help]),
    ),
    ...flagSections(command, provider),
    examples(command, provider),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;

  function section(title: string, items: (readonly [term: string, text: string])[]): string {
    if (items.length === 0) return '';
    const indent = Math.max(...items.map(([term]) => term.length)) + 4;
    return [
      `${title}:`,
      ...items.map(([term, text]) => `  ${term.padEnd(indent - 2)}${wrapped(text, indent, width)}`),
    ].join('\n');
  }

  function flagSections({ flags = [], formats }: Command, provider: string | undefined): string[] {
    const help: Flag = { name: 'help', short: 'h', help: 'Explain this command', group: 'Flags of every command' };
    const version: Flag = { name: 'version', short: 'V', help: 'Print the version', group: 'Flags of every command' };
    const all = [...flags, ...globalFlags(formats), help, ...(path === '' ? [version] : [])];
    const groups = [...new Set(all.map(({ group = 'Flags' }) => group))];
    const shown = groups.filter(
      (group) => provider === undefined || !/^Flags of (?!every)/.test(group) || group.endsWith(` ${provider}`),
    );
    return shown.map((group) =>
      section(
        group,
        all.filter((flag) => (flag.group ?? 'Flags') === group).map((flag) => [termOf(flag), helpOf(flag)]),
      ),
    );
  }
}

function usageOf({ args = [], commands }: Command, path: string): string {
  const words = args.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  return ['integrations', path, commands ? '<command>' : '', ...words, '[flags]'].filter(Boolean).join(' ');
}

function termOf({ name, short, value, negatable }: Flag): string {
  return `${short ? `-${short}, ` : ''}--${negatable ? '[no-]' : ''}${name}${value ? ` <${value}>` : ''}`;
}

function helpOf({ help, choices }: Flag): string {
  return choices ? `${help}: ${choices.join(', ')}` : help;
}

function examples(command: Command, provider: string | undefined): string {
  const lines = command.examples ?? [];
  const own = lines.filter((line) => provider !== undefined && line.split(' ').includes(provider));
  const shown = own.length > 0 ? own : lines;
  return shown.length === 0 ? '' : ['Examples:', ...shown.map((line) => `  ${line}`)].join('\n');
}

/** The text in lines that end before `width`, each but the first behind `indent` blanks. */
function wrapped(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Columns that the help fills on a screen of so many. */
export function helpWidth(columns: number | undefined): number {
  return Math.min(100, columns ?? 80);
}
