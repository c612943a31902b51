import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { programWords } from '../files/program-output.ts';
import type { Interruption, Streams } from './streams.ts';

const usual = 'less -FRX';

/** The pager that a person has chosen; undefined for none. */
export function pagerOf(
  env: Readonly<Record<string, string | undefined>>,
  stdout: Streams['stdout'],
  refused: boolean,
): string | undefined {
  if (refused || !stdout.isTTY || env['TERM'] === 'dumb') return undefined;
  const chosen = env['PAGER']?.trim() ?? usual;
  return chosen === '' || chosen === 'cat' ? undefined : chosen;
}

/** Standard output, which shows through a pager what is longer than the screen. */
export interface Paged {
  stdout: Streams['stdout'];
  /** Writes what is left, and waits until the person has seen enough. */
  end(): Promise<void>;
}

/**
 * Begins to page. No pager is started for what fits on the screen, and one that is missing or ended early is none: what
 * is left is written as it would be without one, or by nobody.
 */
export function page(command: string, { stdout }: Streams, handOver: Interruption['handOver']): Paged {
  let held = '';
  /** Undefined until something does not fit; null where none can be started. */
  let pager: Pager | null | undefined;
  const out = new Writable({
    decodeStrings: false,
    write(text: string | Buffer, _encoding, done) {
      void take(String(text)).then(() => done(), done);
    },
  });

  async function take(text: string): Promise<void> {
    if (pager === undefined) {
      held += text;
      if (fits(held, stdout)) return;
      pager = (await start(command, handOver)) ?? null;
    }
    const all = held === '' ? text : held;
    held = '';
    if (pager) await pager.take(all);
    else await written(stdout, all);
  }

  async function end(): Promise<void> {
    if (held !== '') await written(stdout, held);
    await pager?.end();
  }

  const { columns } = stdout;
  return { stdout: Object.assign(out, { isTTY: true as const, ...(columns ? { columns } : {}) }), end };
}

interface Pager {
  take(text: string): Promise<void>;
  end(): Promise<void>;
}

/** @returns undefined where it cannot be started */
async function start(command: string, handOver: Interruption['handOver']): Promise<Pager | undefined> {
  const child = await spawned(command);
  const stdin = child?.stdin;
  if (!child || !stdin) return undefined;
  // Ctrl-C is the pager's as long as it is there.
  const takeBack = handOver();
  const gone = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  // Whoever quits it has seen enough.
  stdin.on('error', () => undefined);
  return {
    take: (text) => Promise.race([written(stdin, text), gone]),
    async end() {
      stdin.end();
      await gone;
      takeBack();
    },
  };
}

/** Its environment is this process's, which holds nothing of our own. */
async function spawned(command: string): Promise<ChildProcess | undefined> {
  try {
    const [program = '', ...args] = await programWords(command);
    const env = { LESS: 'FRX', LV: '-c', ...process.env };
    const child = spawn(program, args, { env, stdio: ['pipe', 'inherit', 'inherit'] });
    await once(child, 'spawn');
    return child;
  } catch {
    return undefined;
  }
}

/** Whether a text and the prompt behind it fit on the screen. */
function fits(text: string, { rows = 24, columns = 80 }: Streams['stdout']): boolean {
  let lines = 0;
  for (const line of text.split('\n').slice(0, -1)) lines += Math.max(1, Math.ceil(line.length / columns));
  return lines < rows;
}

function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => void stream.write(text, () => resolve()));
}
