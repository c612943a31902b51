import { visible } from '../core/text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals that are known to follow OSC 8; others may print it. */
const programs = ['iTerm.app', 'WezTerm', 'vscode', 'Hyper', 'ghostty', 'Tabby', 'rio', 'WarpTerminal'];
const terminals = /^(xterm-kitty|xterm-ghostty|alacritty|foot|contour|wezterm)/;

/** Whether a stream is a terminal that shows links: FORCE_HYPERLINK decides it where it is set. */
export function takesHyperlinks(env: Environment, { isTTY }: { isTTY?: boolean | undefined }): boolean {
  const { TERM = '', TERM_PROGRAM = '', VTE_VERSION, WT_SESSION, KONSOLE_VERSION, CI, FORCE_HYPERLINK } = env;
  if (!isTTY || TERM === 'dumb') return false;
  if (FORCE_HYPERLINK !== undefined) return FORCE_HYPERLINK !== '0';
  // A multiplexer passes the variables of the terminal around it on, and may not pass the links.
  if (CI || /^(screen|tmux)/.test(TERM)) return false;
  return (
    terminals.test(TERM) ||
    programs.includes(TERM_PROGRAM) ||
    Number(VTE_VERSION ?? 0) >= 5000 ||
    Boolean(WT_SESSION) ||
    Number(KONSOLE_VERSION ?? 0) >= 201200
  );
}

/** The address as a link to itself (OSC 8). */
export function hyperlink(address: string): string {
  const shown = visible(address);
  return `\x1b]8;;${shown}\x1b\\${shown}\x1b]8;;\x1b\\`;
}
