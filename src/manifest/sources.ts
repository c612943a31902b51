import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { FieldValue } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { systemReason } from '../files/system-error.ts';
import { readSourceFile } from '../input/source.ts';
import type { TenantDocument } from './document.ts';
import type { ItemField } from './entry.ts';
import { keyOf } from './keys.ts';
import { type Problem, reasonOf } from './problem.ts';

/** Where a credential stands. */
export type CredentialSource =
  | { kind: 'env'; name: string }
  | { kind: 'file'; path: string }
  | { kind: 'value'; secret: Secret };

/** The credentials of a manifest, read from where it says they are. */
export type Credentials = ReadonlyMap<ItemField, { value: FieldValue; warnings: readonly string[] }>;

export interface SourceRules {
  env: Readonly<Record<string, string | undefined>>;
  /** Takes files from outside the manifest's folder too. */
  allowOutside: boolean;
}

export function sourceForms(isStdin: boolean): string {
  return isStdin ? 'env:NAME, file:PATH, value:TEXT or keep' : 'env:NAME, file:PATH or keep';
}

/** A source as it stands in a manifest, or why it is none. The text itself is not repeated. */
export function readSource(text: string, isStdin: boolean): CredentialSource | string {
  if (text.startsWith('env:')) {
    const name = text.slice('env:'.length);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'must have the name of an environment variable after "env:"';
    if (/^INTEGRATIONS_/i.test(name)) return 'cannot come from a variable of our own (INTEGRATIONS_…)';
    return { kind: 'env', name };
  }
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length);
    return path === '' ? 'must have a path after "file:"' : { kind: 'file', path };
  }
  if (text.startsWith('value:')) {
    if (isStdin) return { kind: 'value', secret: new Secret(text.slice('value:'.length)) };
    return 'may be given as value: only on standard input; a file holds env:NAME, file:PATH or keep';
  }
  return `must be ${sourceForms(isStdin)}, not the credential itself`;
}

/** Reads every source of the documents; why one cannot be read goes to `problems`. */
export async function resolveSources(
  documents: Iterable<TenantDocument>,
  rules: SourceRules,
  problems: Problem[],
): Promise<Credentials> {
  const credentials = new Map<ItemField, { value: FieldValue; warnings: readonly string[] }>();
  for (const { origin, lists } of documents) {
    for (const item of Object.values(lists).flat()) {
      for (const entry of item.entries.values()) {
        if (entry.kind !== 'credential') continue;
        const { source } = entry;
        const read =
          source.kind === 'file' ? await secretOfFile(source.path, origin.folder, rules) : secretOf(source, rules);
        const value = typeof read === 'string' ? read : fieldValue(entry, read);
        if (typeof value === 'string')
          problems.push({ origin, offset: entry.offset, key: keyOf(entry.field), reason: value });
        else credentials.set(entry, value);
      }
    }
  }
  return credentials;
}

function fieldValue({ field }: ItemField, secret: Secret): { value: FieldValue; warnings: readonly string[] } | string {
  try {
    return field.read(secret);
  } catch (error) {
    return reasonOf(field, error);
  }
}

/** What a source holds, or why that cannot be told. */
function secretOf(source: Exclude<CredentialSource, { kind: 'file' }>, { env }: SourceRules): Secret | string {
  if (source.kind === 'value') return source.secret;
  const value = Object.hasOwn(env, source.name) ? env[source.name] : undefined;
  if (value) return new Secret(value);
  return `names an environment variable that is ${value === undefined ? 'not set' : 'empty'}`;
}

async function secretOfFile(path: string, folder: string, { allowOutside }: SourceRules): Promise<Secret | string> {
  try {
    const real = realpathSync(resolve(folder, path));
    const root = realpathSync(folder);
    if (!allowOutside && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return "names a file outside the manifest's folder, which only --allow-outside takes";
    }
    const read = await readSourceFile(real);
    return 'reason' in read ? `names a file that ${read.reason}` : new Secret(read.text);
  } catch (error) {
    return `names a file that cannot be read: ${systemReason(error)}`;
  }
}
