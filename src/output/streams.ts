import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** Where the program reads and writes. Standard output carries the answer; everything else goes to standard error. */
export interface Streams {
  stdin: Readable & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
}

/** Ctrl-C or SIGTERM. */
export interface Interruption {
  /** Aborts when it comes. */
  readonly signal: AbortSignal;
  /** From now on the program is not ended at once, but by the command itself, within seconds. */
  hold(): void;
}

/** Writes text and waits where the reader is slower. */
export async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}
