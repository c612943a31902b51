import type { Command as Commander, Help } from 'commander';
import type { Command, Flag } from '../commands/command.ts';
import { globalFlags } from '../commands/global-flags.ts';

/** The help of a command; where a provider was typed (`add github --help`), of that provider alone. */
export function helpText(command: Command, path: string, commander: Commander, helper: Help): string {
  const typed = commander.args.find((word) => command.args?.some(({ choices }) => choices?.includes(word)));
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
    ...flagSections(command, typed),
    examples(command, typed),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;

  function section(title: string, items: (readonly [term: string, text: string])[]): string {
    if (items.length === 0) return '';
    const width = Math.max(...items.map(([term]) => term.length));
    return [`${title}:`, ...items.map(([term, text]) => helper.formatItem(term, width, text, helper))].join('\n');
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
        all.filter((flag) => (flag.group ?? 'Flags') === group).map((flag) => [termOf(flag), flag.help]),
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

function examples(command: Command, provider: string | undefined): string {
  const lines = command.examples ?? [];
  const own = lines.filter((line) => provider !== undefined && line.split(' ').includes(provider));
  const shown = own.length > 0 ? own : lines;
  return shown.length === 0 ? '' : ['Examples:', ...shown.map((line) => `  ${line}`)].join('\n');
}
