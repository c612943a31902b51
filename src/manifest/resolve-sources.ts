import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { type FieldValue, Unfit } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { compare } from '../core/text.ts';
import { systemReason } from '../files/system-error.ts';
import { namable, readSourceFile } from '../input/source.ts';
import type { TenantDocument } from './document.ts';
import type { ItemField } from './item-field.ts';
import { keyOf } from './keys.ts';
import type { Problem } from './problem.ts';
import type { CredentialSource } from './source-syntax.ts';

/** The credentials of a manifest, read from where it says they are. */
export type Credentials = ReadonlyMap<ItemField, { value: FieldValue; warnings: readonly string[] }>;

export interface SourceRules {
  env: Readonly<Record<string, string | undefined>>;
  /** Takes files from outside the manifest's folder too. */
  allowOutside: boolean;
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
      for (const entry of item.entries) {
        if (entry.kind !== 'credential') continue;
        const { source } = entry;
        const read =
          source.kind === 'file' ? await secretOfFile(source.path, origin.folder, rules) : secretOf(source, rules);
        const at = { origin, offset: entry.offset, key: keyOf(entry.field) };
        if (typeof read === 'string') problems.push({ ...at, reason: read, isSentence: true });
        else {
          const value = fieldValue(entry, read);
          if (typeof value === 'string') problems.push({ ...at, reason: value });
          else credentials.set(entry, value);
        }
      }
    }
  }
  return credentials;
}

function fieldValue({ field }: ItemField, secret: Secret): { value: FieldValue; warnings: readonly string[] } | string {
  const reading = field.read(secret);
  return reading instanceof Unfit ? reading.message : reading;
}

/** What a source holds, or a sentence why that cannot be told. */
function secretOf(source: Exclude<CredentialSource, { kind: 'file' }>, { env }: SourceRules): Secret | string {
  if (source.kind === 'value') return source.secret;
  const value = Object.hasOwn(env, source.name) ? env[source.name] : undefined;
  if (value) return new Secret(value);
  return `the environment variable ${namable(source.name)} is ${value === undefined ? 'not set' : 'empty'}`;
}

async function secretOfFile(
  path: string,
  folder: string | undefined,
  { allowOutside }: SourceRules,
): Promise<Secret | string> {
  if (folder === undefined) return 'names a file, and no file is read here';
  try {
    const real = realpathSync(resolve(folder, path));
    const root = realpathSync(folder);
    if (!allowOutside && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return `the file ${namable(path)} is outside the manifest's folder, which only --allow-outside takes`;
    }
    const read = await readSourceFile(real);
    return 'reason' in read ? `the file ${namable(path)} ${read.reason}` : new Secret(read.text);
  } catch (error) {
    return `the file ${namable(path)} cannot be read: ${systemReason(error)}`;
  }
}

/** The variables that the documents name, in alphabetical order. */
export function variablesIn(documents: Iterable<TenantDocument>): string[] {
  const names = [...envEntries(documents)].map(({ name }) => name);
  return [...new Set(names)].sort(compare);
}

/** A manifest that others may write names only what is meant for it; the others go to `problems`. */
export function refuseOtherPrefixes(documents: Iterable<TenantDocument>, prefix: string, problems: Problem[]): void {
  for (const { origin, entry, name } of envEntries(documents)) {
    if (name.startsWith(prefix)) continue;
    const reason = `the environment variable ${namable(name)} does not begin with ${prefix}`;
    problems.push({ origin, offset: entry.offset, key: keyOf(entry.field), reason, isSentence: true });
  }
}

function* envEntries(documents: Iterable<TenantDocument>) {
  for (const { origin, lists } of documents) {
    for (const item of Object.values(lists).flat()) {
      for (const entry of item.entries) {
        if (entry.kind === 'credential' && entry.source.kind === 'env')
          yield { origin, entry, name: entry.source.name };
      }
    }
  }
}
