import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import { systemReason } from './system-error.ts';

/**
 * Texts that are kept until all of them are there: a few in memory, more in a private file, which has no name any more
 * and goes with the process. They can be gone through again and again. Never for credentials.
 */
export interface Spool extends Iterable<string> {
  /** @throws AppError INTERNAL where there is no room for them */
  add(text: string): void;
  close(): void;
}

const mostInMemory = 8 * 1024 * 1024;
const blockSize = 256 * 1024;

export function createSpool(): Spool {
  let held: string[] = [];
  let size = 0;
  let file: SpoolFile | undefined;
  return {
    add(text) {
      try {
        if (file) return file.add(text);
        held.push(text);
        size += text.length;
        if (size < mostInMemory) return;
        file = createFile();
        for (const each of held) file.add(each);
        held = [];
      } catch (error) {
        throw new AppError(
          'INTERNAL',
          `cannot keep the answer in ${tmpdir()} until it is complete: ${systemReason(error)}`,
          {
            hint: 'Free some space there, or use -o jsonl, which needs none.',
            cause: error,
          },
        );
      }
    },
    *[Symbol.iterator]() {
      yield* file ?? held;
    },
    close() {
      file?.close();
      file = undefined;
    },
  };
}

interface SpoolFile extends Iterable<string> {
  add(text: string): void;
  close(): void;
}

/** Texts go through one block of bytes in each direction, so that none of them stays in memory for long. */
function createFile(): SpoolFile {
  const file = openNameless();
  /** Of each text, in bytes. */
  const lengths: number[] = [];
  const block = Buffer.allocUnsafe(blockSize);
  let filled = 0;

  function flush(): void {
    const bytes = block.subarray(0, filled);
    filled = 0;
    writeWhole(file, bytes);
  }

  return {
    add(text) {
      const length = Buffer.byteLength(text);
      if (length > blockSize - filled) flush();
      if (length > blockSize) writeWhole(file, Buffer.from(text));
      else filled += block.write(text, filled);
      lengths.push(length);
    },
    *[Symbol.iterator]() {
      flush();
      let bytes = Buffer.alloc(0);
      let at = 0;
      for (const length of lengths) {
        if (bytes.length < length) bytes = Buffer.allocUnsafe(Math.max(length, blockSize));
        for (let read = 0; read < length; ) read += readSync(file, bytes, read, length - read, at + read);
        at += length;
        yield bytes.toString('utf8', 0, length);
      }
    },
    close: () => closeSync(file),
  };
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'integrations-'));
  try {
    return openSync(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeWhole(file: number, bytes: Buffer): number {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  return bytes.length;
}
