import type { Streams } from './streams.ts';

/** Does work, and tells a person what is waited for where it takes a while. */
export type Wait = <T>(text: string, work: () => Promise<T>) => Promise<T>;

export interface ProgressOptions {
  /** Where nobody watches, work is only done. */
  isWatched: boolean;
  color: boolean;
}

const patienceMs = 150;

/** Draws a spinner, which is loaded only when something takes longer than a moment. Of nested waits, the outer one is told. */
export function createWait(stream: Streams['stderr'], { isWatched, color }: ProgressOptions): Wait {
  let isWaiting = false;
  return async (text, work) => {
    if (!isWatched || isWaiting) return work();
    isWaiting = true;
    let isOver = false;
    let stop = () => {};
    const timer = setTimeout(async () => {
      const { default: ora } = await import('ora');
      if (isOver) return;
      // Standard input is left alone: Ctrl-C stays a signal.
      const spinner = ora({
        text,
        stream,
        color: color ? 'cyan' : false,
        isEnabled: true,
        discardStdin: false,
      }).start();
      stop = () => void spinner.stop();
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

/** How far work has come, beneath the lines that tell what is done. */
export interface Progress {
  /** Writes a line above the bar, and moves the bar on. */
  done(line: string): void;
  /** Moves the bar on by so many. */
  advance(by: number): void;
  stop(): void;
}

const barWidth = 20;

/** A bar on a terminal where somebody watches; lines alone on any other terminal. */
export async function createProgress(
  stream: Streams['stderr'],
  total: number,
  { isWatched, color }: ProgressOptions,
): Promise<Progress> {
  if (!isWatched) {
    return { done: (line) => void stream.write(`${line}\n`), advance: () => undefined, stop: () => undefined };
  }
  const { default: ora } = await import('ora');
  let count = 0;
  const text = () => {
    const filled = total === 0 ? barWidth : Math.min(barWidth, Math.round((count / total) * barWidth));
    return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${count} of ${total}`;
  };
  const options = { text: text(), stream, color: color ? ('cyan' as const) : (false as const), isEnabled: true };
  const bar = ora({ ...options, discardStdin: false }).start();
  return {
    done(line) {
      count += 1;
      bar.clear();
      stream.write(`${line}\n`);
      bar.text = text();
      bar.render();
    },
    advance(by) {
      count += by;
      bar.text = text();
    },
    stop: () => void bar.stop(),
  };
}
