import { globalFlags } from '../commands/global-flags.ts';

const flags = globalFlags();
const switches = new Set(flags.filter(({ value }) => value === undefined).flatMap(dashed));
const valued = flags.filter(({ value }) => value !== undefined).flatMap(dashed);

function dashed({ name, short }: { name: string; short?: string }): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/**
 * What `help` is to explain, wherever flags of every command stand among it: they change nothing about that.
 * @returns undefined where the line asks for something else
 */
export function wordsAfterHelp(argv: readonly string[]): readonly string[] | undefined {
  const [first, ...words] = withoutGlobalFlags(argv);
  return first === 'help' ? words : undefined;
}

function withoutGlobalFlags(argv: readonly string[]): string[] {
  return argv.filter((word, index) => {
    const isValue = valued.includes(argv[index - 1] ?? '');
    return !isValue && !switches.has(word) && !valued.some((flag) => word === flag || word.startsWith(`${flag}=`));
  });
}
