import type { Field } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import type { Sources } from './source.ts';

/**
 * A credential as typed at a prompt: the text itself, `env:NAME` or `file:PATH` as a flag takes them, or for a private
 * key the path of its file.
 * @throws AppError USAGE when there is nothing to read
 */
export async function readSecretText(
  { kind, label, name }: Pick<Field, 'kind' | 'label' | 'name'>,
  typed: string,
  sources: Sources,
): Promise<Secret> {
  const text = typed.trim();
  const wanted = { flag: label, field: name };
  if (text.startsWith('env:')) return sources.read(wanted, text);
  const isFile = text.startsWith('file:');
  if (!isFile && (kind !== 'private-key' || !looksLikePath(text))) return new Secret(text);
  return sources.read(wanted, isFile ? text : `file:${text}`);
}

/** A key in base64 or without its first line is longer than any name, and has no dot. */
function looksLikePath(text: string): boolean {
  return !/BEGIN|\n|^\{|^[A-Za-z0-9+/=_-]{120,}$/.test(text) && text.length < 400;
}
