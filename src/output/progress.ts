import type { Ora } from 'ora';
import type { Streams } from './streams.ts';

/** Does work, and tells a person what is waited for where it takes a while. */
export type Wait = <T>(text: string, work: () => Promise<T>) => Promise<T>;

export interface ProgressOptions {
  /** Where nobody watches, work is only done. */
  isWatched: boolean;
  color: boolean;
}

const patienceMs = 150;

/** Fewer columns hold no line of it, and a terminal of none (one of `script`, `expect` or cron) no end of lines. */
const leastColumns = 20;

function isWide({ columns = 0 }: Streams['stderr']): boolean {
  return columns >= leastColumns;
}

interface Spinner {
  readonly bar: Ora;
  stop(): void;
}

/** Spins until it is stopped, or the terminal becomes too narrow for it. */
function spin(ora: typeof import('ora').default, stream: Streams['stderr'], text: string, color: boolean): Spinner {
  // Standard input is left alone: Ctrl-C stays a signal.
  const bar = ora({ text, stream, color: color ? 'cyan' : false, isEnabled: true, discardStdin: false }).start();
  const stopIfNarrow = () => void (isWide(stream) || bar.stop());
  stream.on('resize', stopIfNarrow);
  return {
    bar,
    stop() {
      stream.off('resize', stopIfNarrow);
      bar.stop();
    },
  };
}

/** Draws a spinner, which is loaded only when something takes longer than a moment. Of nested waits, the outer one is told. */
export function createWait(stream: Streams['stderr'], { isWatched, color }: ProgressOptions): Wait {
  let isWaiting = false;
  return async (text, work) => {
    if (!isWatched || isWaiting || !isWide(stream)) return work();
    isWaiting = true;
    let isOver = false;
    let stop = () => {};
    const timer = setTimeout(async () => {
      const { default: ora } = await import('ora');
      if (!isOver) ({ stop } = spin(ora, stream, text, color));
    }, patienceMs);
    try {
      return await work();
    } finally {
      isOver = true;
      isWaiting = false;
      clearTimeout(timer);
      stop();
    }
  };
}

/** How far work has come, in a line that is gone once it is stopped: what it came to, the answer says. */
export interface Progress {
  /** Moves the bar on by so many. */
  advance(by: number): void;
  stop(): void;
}

/** A line that tells what goes on, beneath those that stay. */
export interface Live {
  /** What goes on; asked again each second. Nobody sees it where nobody watches. */
  now(text: () => string): void;
  /** A line that stays. */
  line(text: string): void;
  /** Text that stays, as it is: it may end within a line. */
  raw(text: string): void;
  stop(): void;
}

const tickMs = 1_000;

export async function createLive(
  stream: Streams['stderr'],
  { isWatched, color, isQuiet }: ProgressOptions & { isQuiet: boolean },
): Promise<Live> {
  const write = (text: string) => void stream.write(text);
  if (!isWatched || !isWide(stream)) {
    return { now() {}, line: (text) => void (isQuiet || write(`${text}\n`)), raw: write, stop() {} };
  }
  const { default: ora } = await import('ora');
  const { bar, stop } = spin(ora, stream, '', color);
  let timer: NodeJS.Timeout | undefined;
  const above = (text: string) => {
    if (bar.isSpinning) bar.clear();
    // The line that is drawn beneath must not take away one that is not at its end.
    write(text.endsWith('\n') ? text : `${text}\n`);
    if (bar.isSpinning) bar.render();
  };
  return {
    now(text) {
      clearInterval(timer);
      const draw = () => {
        bar.text = text();
      };
      draw();
      timer = setInterval(draw, tickMs).unref();
    },
    line: above,
    raw: above,
    stop() {
      clearInterval(timer);
      stop();
    },
  };
}

const barWidth = 20;

/** A bar, where the terminal has room for one. */
export async function createProgress(
  stream: Streams['stderr'],
  total: number,
  { color }: Pick<ProgressOptions, 'color'>,
): Promise<Progress | undefined> {
  if (!isWide(stream)) return undefined;
  const { default: ora } = await import('ora');
  let count = 0;
  const text = () => {
    const filled = total === 0 ? barWidth : Math.min(barWidth, Math.round((count / total) * barWidth));
    return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${count} of ${total}`;
  };
  const { bar, stop } = spin(ora, stream, text(), color);
  return {
    advance(by) {
      count += by;
      bar.text = text();
    },
    stop,
  };
}
