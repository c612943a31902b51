import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { textOfBytes } from '../core/pasted/bytes.ts';
import { readBounded } from '../files/bounded-file.ts';
import { systemCode, systemReason } from '../files/system-error.ts';
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
    const origin = { file: isStdin ? '<stdin>' : path, index, position: () => undefined };
    const read = await (isStdin ? bytesOf(stdin) : bytesOfFile(path));
    const text = Buffer.isBuffer(read) ? decoded(read) : read;
    if ('reason' in text) problems.push({ origin, offset: 0, ...text });
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

/** Why there is no text. */
type Unread = Pick<Problem, 'reason' | 'hint'>;

const tooLarge: Unread = {
  reason: 'the manifest is larger than 64 MB',
  hint: 'Cut it into several files, each with the tenant that it is for, and give each with a -f of its own.',
};
const notText: Unread = { reason: 'the manifest is not text in UTF-8', hint: 'Save it as UTF-8; it is YAML or JSON.' };

async function bytesOfFile(path: string): Promise<Buffer | Unread> {
  try {
    const bytes = await readBounded(path, maxManifestBytes + 1);
    if (!bytes)
      return {
        reason: 'the manifest is a pipe that nobody writes to',
        hint: 'Start what writes to it, or name a file.',
      };
    return bytes.length > maxManifestBytes ? tooLarge : bytes;
  } catch (error) {
    return { reason: `the manifest cannot be read: ${systemReason(error)}`, hint: hintFor(path, error) };
  }
}

function hintFor(path: string, error: unknown): string {
  const code = systemCode(error);
  if (code === 'EISDIR') return `Name a file in it, such as ${join(path, 'integrations.yaml')}.`;
  if (code === 'EACCES') return 'Let the user who runs this read it.';
  return 'Check the path; - reads standard input.';
}

async function bytesOf(stdin: Readable): Promise<Buffer | Unread> {
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
function decoded(bytes: Buffer): { text: string } | Unread {
  const text = textOfBytes(bytes);
  return text === undefined || text.includes('\0') ? notText : { text };
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
