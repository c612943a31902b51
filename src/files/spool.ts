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

export function createSpool(): Spool {
  let held: string[] = [];
  let size = 0;
  let file: number | undefined;
  /** Of the texts in the file, in bytes. */
  const lengths: number[] = [];

  function* stored(descriptor: number): Generator<string> {
    let at = 0;
    for (const length of lengths) {
      const bytes = Buffer.alloc(length);
      for (let read = 0; read < length; ) read += readSync(descriptor, bytes, read, length - read, at + read);
      at += length;
      yield bytes.toString('utf8');
    }
  }

  return {
    add(text) {
      held.push(text);
      size += text.length;
      if (size < mostInMemory) return;
      try {
        file ??= openNameless();
        for (const each of held) lengths.push(writeWhole(file, Buffer.from(each, 'utf8')));
      } catch (error) {
        throw new AppError(
          'INTERNAL',
          `cannot keep the answer in ${tmpdir()} until it is whole: ${systemReason(error)}`,
          {
            hint: 'Free some space there, or take -o jsonl, which needs none.',
            cause: error,
          },
        );
      }
      [held, size] = [[], 0];
    },
    *[Symbol.iterator]() {
      if (file !== undefined) yield* stored(file);
      yield* held;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
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
