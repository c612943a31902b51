import { usage } from '../core/error.ts';
import { textOfBytes } from '../core/pasted/bytes.ts';
import { Secret } from '../core/secret.ts';
import { mayBeCredential, quotable } from '../core/text.ts';
import { readBounded } from '../files/bounded-file.ts';
import { systemReason } from '../files/system-error.ts';
import { typedPath } from '../files/typed-path.ts';
import type { Streams } from '../output/streams.ts';

const maxBytes = 64 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** What is read: the flag as typed, with its dashes, and the field that it fills. */
export interface Wanted {
  flag: string;
  field: string;
  /** Keys, which stand in variables of our own as well; nothing else does. */
  isRing?: true;
}

/** Reads credentials from where a flag says they are. Standard input serves one flag of a command. */
export interface Sources {
  /**
   * Reads `env:NAME`, `file:PATH` or `-`.
   * @throws AppError USAGE; neither the given text nor what was read is quoted
   */
  read(wanted: Wanted, source: string): Promise<Secret>;
}

export function createSources(env: Environment, stdin: Streams['stdin']): Sources {
  let stdinFlag: string | undefined;
  return {
    async read(wanted, source) {
      const { flag, field } = wanted;
      if (source.startsWith('env:')) return fromEnvironment(wanted, source.slice('env:'.length), env);
      if (source.startsWith('file:')) return fromFile(wanted, typedPath(source.slice('file:'.length)));
      if (source !== '-') {
        throw usage(
          `${flag} takes no credential itself: others could read it in the process list and the shell's history`,
          { hint: `${flag} env:NAME, ${flag} file:PATH, or ${flag} - for standard input`, field },
        );
      }
      if (stdinFlag) throw usage(`standard input serves one flag: ${stdinFlag} and ${flag} both want it`, { field });
      stdinFlag = flag;
      return new Secret(await fromStdin(wanted, stdin));
    },
  };
}

/** Whether a text names a source, so that it may be read as one. */
export function isSource(text: string): boolean {
  return text === '-' || text.startsWith('env:') || text.startsWith('file:');
}

function fromEnvironment({ flag, field, isRing }: Wanted, name: string, env: Environment): Secret {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw usage(`${flag}: what follows "env:" is not the name of an environment variable`, { field });
  }
  if (/^INTEGRATIONS_/i.test(name) && !isRing) {
    throw usage(`${flag} cannot come from a variable of our own (INTEGRATIONS_…)`, { field });
  }
  // `process.env` has what every object has.
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value) return new Secret(value);
  throw usage(`${flag}: the environment variable ${namable(name)} is ${value === undefined ? 'not set' : 'empty'}`, {
    field,
  });
}

async function fromFile({ flag, field }: Wanted, path: string): Promise<Secret> {
  if (path === '') throw usage(`${flag}: no path follows "file:"`, { field });
  const read = await readSourceFile(path);
  if ('text' in read) return new Secret(read.text);
  if (read.isPipe) {
    throw usage(`${flag}: nobody writes to the pipe ${namable(path)}`, {
      hint: 'Start what writes to it, or name a file.',
      field,
    });
  }
  if (read.cause === undefined) throw usage(`${flag}: the file ${namable(path)} ${read.reason}`, { field });
  const reason = systemReason(read.cause);
  throw usage(`${flag}: cannot read the file ${namable(path)}: ${reason}`, { field, cause: read.cause });
}

/** Why a file gives no credential: a clause such as `is empty`. */
interface Unread {
  reason: string;
  /** It is a pipe, and nobody writes to it. */
  isPipe?: true;
  cause?: unknown;
}

/** The text of a file that holds a credential. */
export async function readSourceFile(path: string): Promise<{ text: string } | Unread> {
  try {
    const bytes = await readBounded(path, maxBytes + 1);
    if (!bytes) return { reason: 'is a pipe that nobody writes to', isPipe: true };
    if (bytes.length > maxBytes) return { reason: 'is larger than 64 KB' };
    const text = textOfBytes(bytes);
    if (text === undefined) return { reason: 'is not text' };
    return text.trim() === '' ? { reason: 'is empty' } : { text };
  } catch (error) {
    return { reason: `cannot be read: ${systemReason(error)}`, cause: error };
  }
}

async function fromStdin({ flag, field }: Wanted, stdin: Streams['stdin']): Promise<string> {
  if (stdin.isTTY) {
    throw usage(`${flag} - reads standard input, and that is a terminal which would show it`, {
      hint: `Leave ${flag} out to be asked for it, or pipe it in.`,
      field,
    });
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    length += (chunk as Buffer).length;
    if (length > maxBytes) throw usage(`${flag}: standard input holds more than 64 KB`, { field });
    chunks.push(chunk as Buffer);
  }
  const text = textOf({ flag, field }, Buffer.concat(chunks));
  if (text.trim() === '') throw usage(`${flag}: standard input is empty`, { field });
  return text;
}

/** A name to be told in a message, unless it may be a credential that took the place of one (`env:$TOKEN`). */
export function namable(name: string): string {
  return mayBeCredential(name) ? 'that it names' : quotable(name, 255);
}

function textOf({ flag, field }: Wanted, bytes: Buffer): string {
  const text = textOfBytes(bytes);
  if (text === undefined) throw usage(`${flag}: what was read is not text`, { field });
  return text;
}
