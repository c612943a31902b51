import { invalid, usage } from '../../core/error.ts';
import { type Field, type FieldValues, Unfit } from '../../core/field.ts';
import type { Bundle, Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { isSource, type Sources, type Wanted } from '../../input/source.ts';
import type { Flag, FlagValue } from '../command.ts';

/** The flags that fill a provider's fields. */
export function flagsOf(provider: Provider, group: string): Flag[] {
  return [
    ...provider.fields.map((field) => flagOf(field, group)),
    ...provider.bundles.map((bundle) => bundleFlag(bundle, group)),
  ];
}

function flagOf(field: Field, group: string): Flag {
  const needed = field.required ? ' (required)' : '';
  const usual = field.suggestions.length === 0 ? '' : `; ${field.suggestions.map(({ value }) => value).join(', ')}`;
  const base = { name: field.flag, help: `${field.help || field.label}${needed}${usual}`, group };
  if (field.kind === 'boolean') return { ...base, negatable: true };
  if (field.credential) return { ...base, value: 'source' };
  if (field.kind === 'list') return { ...base, value: field.valueName ?? field.flag, repeatable: true };
  if (field.kind === 'map') return { ...base, value: 'key=value', repeatable: true };
  return {
    ...base,
    value:
      field.valueName ??
      { url: 'url', date: 'date', integer: 'number', reference: 'ref', json: 'json' }[field.kind as string] ??
      'text',
  };
}

function bundleFlag(bundle: Bundle, group: string): Flag {
  return { name: bundle.flag, value: 'source', help: bundle.help, group };
}

/** What a command line says of a provider's fields; `null` empties one. */
export type Given = Readonly<Record<string, unknown>>;

/**
 * Reads the flags of a provider into values by column; credentials arrive as `Secret`.
 * @param stored the values that `--env` adds to
 * @throws AppError USAGE
 */
export async function readFlags(
  provider: Provider,
  flags: Readonly<Record<string, FlagValue | undefined>>,
  sources: Sources,
  stored: FieldValues = {},
): Promise<Given> {
  const given: Record<string, unknown> = {};
  for (const bundle of provider.bundles) {
    const source = flags[bundle.flag];
    if (typeof source === 'string') Object.assign(given, await unpack(provider, bundle, source, sources));
  }
  for (const field of provider.fields) {
    const typed = flags[field.flag];
    if (typed === undefined) continue;
    given[field.name] = await givenValue(field, typed, sources, stored[field.name]);
  }
  return given;
}

async function unpack(provider: Provider, bundle: Bundle, source: string, sources: Sources): Promise<Given> {
  const flag = `--${bundle.flag}`;
  const text = await sources.read({ flag, field: bundle.name }, source);
  try {
    const unpacked = Object.entries(bundle.unpack(text.reveal()));
    const isCredential = (name: string) => provider.fields.some((field) => field.name === name && field.credential);
    return Object.fromEntries(unpacked.map(([name, value]) => [name, isCredential(name) ? new Secret(value) : value]));
  } catch (error) {
    if (error instanceof Unfit) throw invalid(`${flag} ${error.message}`, { field: bundle.name });
    throw error;
  }
}

async function givenValue(field: Field, typed: FlagValue, sources: Sources, stored: unknown): Promise<unknown> {
  const wanted = { flag: `--${field.flag}`, field: field.name };
  if (typed === '' || (Array.isArray(typed) && field.kind !== 'map' && typed.every((each) => each === ''))) return null;
  if (field.credential) return sources.read(wanted, String(typed));
  if (field.kind === 'json' && isSource(String(typed))) return (await sources.read(wanted, String(typed))).reveal();
  if (field.kind === 'map') return patched(wanted, typed as readonly string[], stored);
  return typed;
}

/** `K=V` adds or replaces one entry, `K=` removes one, and an empty text all that is stored. */
function patched({ flag, field }: Wanted, entries: readonly string[], stored: unknown): Record<string, string> | null {
  const map = new Map(Object.entries((stored ?? {}) as Record<string, string>));
  for (const entry of entries) {
    if (entry === '') {
      map.clear();
      continue;
    }
    const at = entry.indexOf('=');
    if (at < 1) throw usage(`${flag} takes KEY=VALUE`, { field });
    const [key, value] = [entry.slice(0, at), entry.slice(at + 1)];
    if (value === '') map.delete(key);
    else map.set(key, value);
  }
  return map.size === 0 ? null : Object.fromEntries(map);
}
