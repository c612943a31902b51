import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './system-error.ts';

const writerPatienceMs = 5_000;
const pauseMs = 10;
/** What is read at once: the bound may be far larger than the file. */
const chunkBytes = 256 * 1024;

/**
 * Reads a file, a descriptor or a pipe, up to so many bytes. It waits for what writes to a pipe, and Ctrl-C ends the
 * waiting: nothing here blocks the process.
 * @returns undefined for a named pipe that nobody opens for writing within 5 seconds
 * @throws what the operating system refuses
 */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer | undefined> {
  // Without it, opening a pipe waits for its writer for ever. Windows has neither.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    // A descriptor had its writer from the start: there an end is the end.
    const awaitsWriter = fstatSync(file).isFIFO() && !/^\/(dev|proc)\//.test(path);
    const deadline = Date.now() + (awaitsWriter ? writerPatienceMs : 0);
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < maxBytes) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, maxBytes - length));
      const read = readNow(file, chunk);
      if (read) {
        chunks.push(chunk.subarray(0, read));
        length += read;
      } else if (read === 0 && (length > 0 || !awaitsWriter)) break;
      else if (read === 0 && Date.now() > deadline) return undefined;
      else await sleep(pauseMs);
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}

/** @returns how many bytes; 0 at the end, or where a pipe has no writer; undefined where its writer has written nothing yet */
function readNow(file: number, buffer: Buffer): number | undefined {
  try {
    return readSync(file, buffer);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
