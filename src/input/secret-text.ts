import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usage } from '../core/error.ts';
import type { Field } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { reasonOf } from '../files/system-error.ts';

/**
 * A credential as typed at a prompt: the text itself, or for a private key the path of its file.
 * @throws AppError USAGE when the file cannot be read
 */
export function readSecretText(field: Field, typed: string): Secret {
  const text = typed.trim();
  if (field.kind !== 'private-key' || !looksLikePath(text)) return new Secret(text);
  const path = text.startsWith('~/') ? join(homedir(), text.slice(2)) : text;
  try {
    if (statSync(path).size > 64 * 1024) throw usage('the file is larger than 64 KB', { field: field.name });
    return new Secret(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && error.name === 'AppError') throw error;
    throw usage(`cannot read the file: ${reasonOf(error)}`, { field: field.name, cause: error });
  }
}

// The base64 of a key has no dot, and is longer than any path that a person types.
function looksLikePath(text: string): boolean {
  return !text.includes('-----BEGIN') && !text.includes('\n') && text.length < 400 && !text.startsWith('{');
}
