import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Effects } from '../core/effects.ts';
import { AppError } from '../core/error.ts';
import { systemCode, systemReason } from '../files/system-error.ts';

/** Where the program reads and writes. Standard output carries the answer; everything else goes to standard error. */
export interface Streams {
  stdin: Readable & { isTTY?: boolean; isRaw?: boolean; setRawMode?(isRaw: boolean): unknown };
  stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;
}

/** Ctrl-C or SIGTERM. */
export interface Interruption {
  /** What it leaves behind. */
  readonly effects: Effects;
  /** Aborts when it comes. */
  readonly signal: AbortSignal;
  /**
   * From now on the program is not ended at once, but by the command itself, until it is released.
   * @param graceMs how long that may take; some seconds where it is not said
   */
  hold(graceMs?: number): () => void;
  /** Somebody else reads the terminal, and Ctrl-C is theirs, or every signal, until it is taken back. */
  handOver(what?: 'every signal'): () => void;
  /** The program ends by this signal in the place of its status, once all is done, so that whoever waits for it sees why. */
  endBy(signal: NodeJS.Signals): void;
}

/**
 * Writes text and waits until it is taken.
 * @throws AppError INTERNAL; where the reader has gone it never returns, and the stream's own event ends the program
 */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else if (systemCode(error) !== 'EPIPE') {
        reject(new AppError('INTERNAL', `cannot write to standard output: ${systemReason(error)}`, { cause: error }));
      }
    });
  });
}
