import { AppError } from '../core/error.ts';
import type { Field, FieldValue, FieldValues, Json } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import type { Opener, Sealed, Sealer } from '../crypto/seal.ts';
import type { Integration } from '../db/stores/codec.ts';
import { previousSlot } from '../db/stores/previous.ts';

/**
 * What a rotation replaces, sealed together for `--undo`, and for where all of it could go.
 * @param values the new ones, by column
 * @returns undefined where they are what is stored already
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED when what they replace does not open
 */
export function sealReplaced(
  { category, fields }: Provider,
  found: Integration,
  values: FieldValues,
  sealer: Sealer,
): Sealed | undefined {
  const old = fieldsIn(values, fields).map(({ name, credential }) => {
    const stored = found[name] ?? null;
    const slot = { table: category.table, column: name, id: found.id };
    return [name, credential && typeof stored === 'string' ? sealer.open(stored, slot) : stored] as const;
  });
  if (old.every(([name, value]) => isSame(value, values[name]))) return undefined;
  const plain = old.map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value] as const);
  const audiences = fields.flatMap(({ name, addressed }) => {
    const value = addressed ? old.find(([column]) => column === name)?.[1] : undefined;
    return value instanceof Secret ? [value.audience ?? []] : [];
  });
  const [first = [], ...rest] = audiences;
  const audience = first.filter((origin) => rest.every((each) => each.includes(origin)));
  return sealer.seal(new Secret(JSON.stringify(Object.fromEntries(plain)), audience), previousSlot(found.id));
}

function isSame(old: Json | Secret, given: FieldValue | undefined): boolean {
  if (old instanceof Secret && given instanceof Secret) return old.equals(given);
  return JSON.stringify(old) === JSON.stringify(given ?? null);
}

/**
 * What the last rotation replaced, by column; its credentials may go where they could go then.
 * @param sealed undefined where nothing is kept
 * @throws AppError NOT_FOUND | KEY_UNAVAILABLE | DECRYPTION_FAILED
 */
export function openReplaced(
  { category, fields }: Provider,
  found: Integration,
  sealed: string | undefined,
  opener: Opener,
): FieldValues {
  const name = quotable(found.displayName);
  if (sealed === undefined) {
    throw new AppError('NOT_FOUND', `no previous credentials of the ${category.noun} "${name}" are kept`, {
      hint: 'They are kept from a rotation to the next one, or until --forget.',
    });
  }
  const kept = opened(sealed, found.id, opener);
  const values = JSON.parse(kept.reveal()) as Record<string, Json>;
  const read = fieldsIn(values, fields).map(({ name, credential, addressed }) => {
    const value = values[name] ?? null;
    if (!credential || typeof value !== 'string') return [name, value] as const;
    return [name, addressed ? kept.as(value) : new Secret(value, [])] as const;
  });
  return Object.fromEntries(read) as FieldValues;
}

function opened(sealed: string, id: string, opener: Opener): Secret {
  try {
    return opener.open(sealed, previousSlot(id));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DECRYPTION_FAILED') throw error;
    throw new AppError(error.code, `the previous ${error.message}`, {
      hint: 'Rotate to credentials of your own; --forget gives these up.',
      cause: error,
    });
  }
}

function fieldsIn(values: object, fields: readonly Field[]): Field[] {
  return fields.filter(({ name }) => name in values);
}
