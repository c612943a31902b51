import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { atEnd } from './at-end.ts';
import { bareEnvironment, type Environment, productBin, sandbox } from './cli.ts';
import { type Cell, renderCells, renderScreen } from './screen.ts';

const keys = {
  enter: '\r',
  space: ' ',
  tab: '\t',
  backspace: '\x7f',
  escape: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  'ctrl-a': '\x01',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
};

export type Key = keyof typeof keys;

export interface Terminal {
  /** Waits for it in what was printed since the last key or text was sent; a failure quotes the transcript. */
  waitFor(expected: string | RegExp, timeout?: number): Promise<void>;
  send(text: string): void;
  key(...names: Key[]): void;
  /** `send`, then enter. */
  answer(text: string): void;
  /** What the terminal shows now. */
  screen(): string;
  /** The same with its look, row by row. */
  cells(): Cell[][];
  /** Everything printed so far, echoed keys among it, without control sequences. */
  readonly transcript: string;
  /** The same, each drawing of a line that was erased and drawn anew in a line of its own. */
  readonly drawn: string;
  /** The exit status; 128 and the signal's number where a signal ended it. */
  readonly exit: Promise<number>;
  close(): void;
}

export interface TerminalOptions {
  env?: Environment;
  cols?: number;
  rows?: number;
  cwd?: string;
  node?: string;
  bin?: string;
}

/** Runs the product on a terminal of its own; whatever is left of it ends with the test. */
export function openTerminal(args: string[], options: TerminalOptions = {}): Terminal {
  const { cols = 100, rows = 40, node = process.execPath, bin = productBin } = options;
  const env = bareEnvironment({ TERM: 'xterm-256color', ...(options.env ?? sandbox().env) });
  const pty = spawn(node, [bin, ...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols,
    rows,
    env,
    cwd: options.cwd ?? process.cwd(),
  });

  let output = '';
  let heard = 0;
  let status: number | undefined;
  const waiting = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of waiting) wake();
  };
  pty.onData((chunk) => {
    output += chunk;
    wakeAll();
  });
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      status = signal ? 128 + signal : exitCode;
      wakeAll();
      resolve(status);
    });
  });

  const close = () => killSession(pty.pid);
  atEnd(async () => {
    close();
    await exit;
  });

  const send = (text: string) => {
    heard = output.length;
    pty.write(text);
  };
  return {
    waitFor: (expected, timeout = 10_000) =>
      new Promise((resolve, reject) => {
        const settle = (problem?: string) => {
          clearTimeout(timer);
          waiting.delete(look);
          if (!problem) return resolve();
          reject(new Error(`${problem} before ${expected} was seen. Transcript:\n${plain(output)}`));
        };
        const look = () => {
          const text = plain(output.slice(heard));
          if (typeof expected === 'string' ? text.includes(expected) : expected.test(text)) settle();
          else if (status !== undefined) settle(`It ended with ${status}`);
        };
        const timer = setTimeout(() => settle(`${timeout} ms passed`), timeout);
        waiting.add(look);
        look();
      }),
    send,
    key: (...names) => send(names.map((name) => keys[name]).join('')),
    answer: (text) => send(`${text}\r`),
    screen: () => renderScreen(output, cols),
    cells: () => renderCells(output, cols),
    get transcript() {
      return plain(output);
    },
    get drawn() {
      return plain(output.replace(drawnAnew, '\n'));
    },
    exit,
    close,
  };
}

/** What goes back to the start of a line, or erases: prompts erase all of it, spinners go to its first column. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it finds
const drawnAnew = /\x1b\[[0-2]?[JK]|\x1b\[1?G|\r(?!\n)/g;

function plain(output: string): string {
  return stripVTControlCharacters(output).replaceAll('\r', '');
}

/** The program leads the terminal's session, so its process group holds what it started too. */
function killSession(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
