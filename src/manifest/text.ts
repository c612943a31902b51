import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { textOfBytes } from '../core/pasted/bytes.ts';
import { readBounded } from '../files/bounded-file.ts';
import { systemReason } from '../files/system-error.ts';
import type { Origin, Problem } from './problem.ts';

/** A manifest as text. */
export interface ManifestText extends Origin {
  text: string;
  /** What its `file:` sources are relative to; undefined: it may name none. */
  folder: string | undefined;
  isStdin: boolean;
  /** How many values its fields may still hold in all. Aliases could make them any number. */
  values: { left: number };
}

/** The largest manifest that is read; 200,000 integrations fit in it. */
const maxManifestBytes = 64 * 1024 * 1024;
/** How many values there may be beside those that a text of its length could hold by itself. */
const mostRepeated = 1_000_000;

/**
 * Reads the files that were named; `-` is standard input.
 * @returns those that could be read; why one could not goes to `problems`
 */
export async function readTexts(
  paths: readonly string[],
  stdin: Readable,
  problems: Problem[],
): Promise<ManifestText[]> {
  const texts: ManifestText[] = [];
  for (const [index, path] of paths.entries()) {
    const isStdin = path === '-';
    const origin = { file: isStdin ? '<stdin>' : path, index, position: () => ({ line: 1, column: 1 }) };
    const read = await (isStdin ? bytesOf(stdin) : bytesOfFile(path));
    const text = typeof read === 'string' ? { reason: read } : decoded(read);
    if ('reason' in text) problems.push({ origin, offset: 0, reason: text.reason });
    else {
      const folder = isStdin ? process.cwd() : dirname(resolve(path));
      texts.push(manifestText(text.text, { ...origin, folder, isStdin }));
    }
  }
  return texts;
}

/** A manifest that a program gives, which may hold credentials as standard input may. */
export function givenText(text: string, folder: string | undefined): ManifestText {
  return manifestText(text, { file: 'manifest', index: 0, folder, isStdin: true });
}

function manifestText(text: string, origin: Pick<ManifestText, 'file' | 'index' | 'folder' | 'isStdin'>): ManifestText {
  return { ...origin, position: positionsIn(text), text, values: { left: text.length + mostRepeated } };
}

const tooLarge = 'the manifest is larger than 64 MB: cut it into several files';

/** The bytes, or why there are none. */
async function bytesOfFile(path: string): Promise<Buffer | string> {
  try {
    const bytes = await readBounded(path, maxManifestBytes + 1);
    if (!bytes) return 'the manifest is a pipe that nobody writes to';
    return bytes.length > maxManifestBytes ? tooLarge : bytes;
  } catch (error) {
    return `the manifest cannot be read: ${systemReason(error)}`;
  }
}

async function bytesOf(stdin: Readable): Promise<Buffer | string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    length += (chunk as Buffer).length;
    if (length > maxManifestBytes) return tooLarge;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Text in UTF-8 or UTF-16, without its byte-order mark. */
function decoded(bytes: Buffer): { text: string } | { reason: string } {
  const text = textOfBytes(bytes);
  if (text === undefined) return { reason: 'the manifest is not text in UTF-8' };
  return text.includes('\0') ? { reason: 'the manifest is not text' } : { text };
}

function positionsIn(text: string): Origin['position'] {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
