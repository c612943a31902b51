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
  /** The text that was added as the n-th, counted from 0. */
  at(number: number): string;
  close(): void;
}

const mostInMemory = 8 * 1024 * 1024;
const blockSize = 256 * 1024;

/** @param remedy what to do where there is no room */
export function createSpool(remedy = 'Free some space there, or use -o jsonl, which needs none.'): Spool {
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
          { hint: remedy, cause: error },
        );
      }
    },
    at: (number) => (file ? file.at(number) : (held[number] ?? '')),
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
  at(number: number): string;
  close(): void;
}

/** Texts go through one block of bytes in each direction, so that none of them stays in memory for long. */
function createFile(): SpoolFile {
  const file = openNameless();
  /** Where each text begins, and at last where the next one would, in bytes. */
  const starts = [0];
  const block = Buffer.allocUnsafe(blockSize);
  let filled = 0;

  function flush(): void {
    const bytes = block.subarray(0, filled);
    filled = 0;
    writeWhole(file, bytes);
  }

  let taken = Buffer.alloc(0);
  function textAt(number: number): string {
    if (filled > 0) flush();
    const [start = 0, end = 0] = starts.slice(number, number + 2);
    const length = end - start;
    if (taken.length < length) taken = Buffer.allocUnsafe(Math.max(length, blockSize));
    for (let read = 0; read < length; ) read += readSync(file, taken, read, length - read, start + read);
    return taken.toString('utf8', 0, length);
  }

  return {
    add(text) {
      const length = Buffer.byteLength(text);
      if (length > blockSize - filled) flush();
      if (length > blockSize) writeWhole(file, Buffer.from(text));
      else filled += block.write(text, filled);
      starts.push((starts.at(-1) ?? 0) + length);
    },
    at: textAt,
    *[Symbol.iterator]() {
      for (let number = 0; number < starts.length - 1; number += 1) yield textAt(number);
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
