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
